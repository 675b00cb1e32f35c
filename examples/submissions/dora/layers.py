"""The dense layer."""

import numpy as np
from utils import activation_pair


def dense_forward(
    h_prev: np.ndarray, W: np.ndarray, b: np.ndarray, activation: str
) -> tuple[np.ndarray, np.ndarray]:
    """Forward pass of one layer for a batch with one data point per row.

        z = h_prev Wᵀ + b
        h = σ(z)

    Returns (z, h), each (m, n_out).
    """
    sigma = activation_pair(activation)[0]
    z = np.einsum("ij,kj->ik", h_prev, W) + b
    return z, sigma(z)


def dense_backward(
    dh: np.ndarray, z: np.ndarray, h_prev: np.ndarray, W: np.ndarray, activation: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Backward pass of one layer.

        δ = dh ⊙ σ'(z)
        dW = δᵀ h_prev
        db = the sum of δ over its rows
        dh_prev = δ W

    Returns (dW, db, dh_prev).
    """
    sigma_prime = activation_pair(activation)[1]
    delta = dh * sigma_prime(z)
    dW = np.einsum("ik,ij->kj", delta, h_prev)
    db = np.einsum("ik->k", delta)
    dh_prev = np.einsum("ik,kj->ij", delta, W)
    return dW, db, dh_prev

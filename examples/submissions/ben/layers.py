"""One dense layer, forward and backward."""

import activations
import numpy as np


def dense_forward(
    h_prev: np.ndarray, W: np.ndarray, b: np.ndarray, activation: str
) -> tuple[np.ndarray, np.ndarray]:
    """z = h_prev Wᵀ + b and h = σ(z), both (m, n_out)."""
    sigma = getattr(activations, activation)
    z = np.dot(h_prev, W.T) + b
    h = sigma(z)
    return z, h


def dense_backward(
    dh: np.ndarray, z: np.ndarray, h_prev: np.ndarray, W: np.ndarray, activation: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Derivatives of the loss in W, b and h_prev.

    The 1/m is already in dh, so only sums here and no means.
    """
    sigma_derivative = getattr(activations, activation + "_derivative")
    delta = dh * sigma_derivative(z)  # (m, n_out)
    dW = np.dot(delta.T, h_prev)  # (n_out, n_in)
    db = np.sum(delta, axis=0)  # (n_out,)
    dh_prev = np.dot(delta, W)  # (m, n_in)
    return dW, db, dh_prev

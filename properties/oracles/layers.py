"""A dense layer and its derivatives, one sum at a time."""

import numpy as np

from properties.oracles import activations


def pre_activation(h_prev, W, b):
    """z[r, j] = Σ_k h_prev[r, k] W[j, k] + b[j]."""
    z = np.zeros((len(h_prev), len(W)))
    for r, j in np.ndindex(z.shape):
        z[r, j] = sum(h_prev[r, k] * W[j, k] for k in range(W.shape[1])) + b[j]
    return z


def delta(dh, z, activation):
    """δ[r, j] = dh[r, j] σ'(z[r, j])."""
    return dh * activations.derivative(activation, z)


def weight_gradient(dh, z, h_prev, activation):
    """dW[j, k] = Σ_r δ[r, j] h_prev[r, k]."""
    d = delta(dh, z, activation)
    dW = np.zeros((d.shape[1], h_prev.shape[1]))
    for j, k in np.ndindex(dW.shape):
        dW[j, k] = sum(d[r, j] * h_prev[r, k] for r in range(len(d)))
    return dW


def bias_gradient(dh, z, activation):
    """db[j] = Σ_r δ[r, j]."""
    d = delta(dh, z, activation)
    return np.array([sum(d[r, j] for r in range(len(d))) for j in range(d.shape[1])])


def input_gradient(dh, z, W, activation):
    """dh_prev[r, k] = Σ_j δ[r, j] W[j, k]."""
    d = delta(dh, z, activation)
    dh_prev = np.zeros((len(d), W.shape[1]))
    for r, k in np.ndindex(dh_prev.shape):
        dh_prev[r, k] = sum(d[r, j] * W[j, k] for j in range(len(W)))
    return dh_prev


def loss(dh, h_prev, W, b, activation):
    """Σ dh ⊙ σ(h_prev Wᵀ + b): the function of W, b and h_prev whose ∂/∂h is ``dh``."""
    return float(np.sum(dh * activations.value(activation, h_prev @ W.T + b)))

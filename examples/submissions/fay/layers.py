"""One dense layer.

Shapes: h_prev (m, n_in), W (n_out, n_in), b (n_out,), z and h (m, n_out).
"""

import numpy as np

from . import activations


def sigma(name: str, z: np.ndarray) -> np.ndarray:
    """Apply the activation function called `name`."""
    return vars(activations)[name](z)


def sigma_derivative(name: str, z: np.ndarray) -> np.ndarray:
    """Apply the derivative of the activation function called `name`."""
    return vars(activations)[f"{name}_derivative"](z)


def dense_forward(
    h_prev: np.ndarray, W: np.ndarray, b: np.ndarray, activation: str
) -> tuple[np.ndarray, np.ndarray]:
    """Compute z = h_prev Wᵀ + b and h = σ(z)."""
    z = b + h_prev @ W.transpose()
    h = sigma(activation, z)
    return z, h


def dense_backward(
    dh: np.ndarray, z: np.ndarray, h_prev: np.ndarray, W: np.ndarray, activation: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Compute dW, db and dh_prev from dh, the derivative of the loss in h."""
    delta = dh * sigma_derivative(activation, z)
    ones = np.ones(len(delta))
    return delta.transpose() @ h_prev, ones @ delta, delta @ W

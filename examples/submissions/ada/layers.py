"""One dense layer: its forward pass and the three derivatives of its backward pass.

Lecture: Layerwise gradient, dense layers.
"""

import numpy as np

import activations

FUNCTIONS = {
    "identity": (activations.identity, activations.identity_derivative),
    "tanh": (activations.tanh, activations.tanh_derivative),
    "relu": (activations.relu, activations.relu_derivative),
    "sigmoid": (activations.sigmoid, activations.sigmoid_derivative),
}


def dense_forward(
    h_prev: np.ndarray, W: np.ndarray, b: np.ndarray, activation: str
) -> tuple[np.ndarray, np.ndarray]:
    """Compute what a dense layer makes of a batch.

        z = h_prev Wᵀ + b
        h = σ(z)

    h_prev: (m, n_in), one row a data point. W: (n_out, n_in). b: (n_out,).
    activation: the name of σ: "identity", "tanh", "relu" or "sigmoid".
    Returns (z, h), each (m, n_out).

    Lecture: Layerwise gradient, dense layers.
    """
    sigma, _ = FUNCTIONS[activation]
    z = h_prev @ W.T + b
    return z, sigma(z)


def dense_backward(
    dh: np.ndarray, z: np.ndarray, h_prev: np.ndarray, W: np.ndarray, activation: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Compute the derivatives of the loss in a dense layer's W, b and h_prev.

        δ = dh ⊙ σ'(z)
        dW = δᵀ h_prev
        db = the sum of δ over its rows
        dh_prev = δ W

    dh: (m, n_out), the derivative of the loss in h; the 1/m of an average loss is already in it,
    so none is put in here. z: (m, n_out), from the forward pass. h_prev: (m, n_in).
    W: (n_out, n_in). activation: the name of σ: "identity", "tanh", "relu" or "sigmoid".
    Returns (dW, db, dh_prev), of shapes (n_out, n_in), (n_out,) and (m, n_in).

    Lecture: Layerwise gradient, dense layers.
    """
    _, sigma_derivative = FUNCTIONS[activation]
    delta = dh * sigma_derivative(z)
    dW = delta.T @ h_prev
    db = delta.sum(axis=0)
    dh_prev = delta @ W
    return dW, db, dh_prev

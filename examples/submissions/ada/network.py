"""A network of dense layers: the forward pass, and the backward pass by the chain rule.

Lecture: Backprop, backward pass.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

import layers


def _layer_activations(parameters: Sequence[Any], activation: str) -> list[str]:
    return [activation] * (len(parameters) - 1) + ["identity"]


def forward(
    parameters: Sequence[tuple[np.ndarray, np.ndarray]], X: np.ndarray, activation: str
) -> tuple[np.ndarray, Any]:
    """Send a batch through all layers.

        h = X, then for each (W, b) in parameters: z = h Wᵀ + b, h = σ(z)

    parameters: one or more pairs (W, b), first layer first, W (n_out, n_in) and b (n_out,).
    X: (m, n_x). activation: the name of σ in the hidden layers; the last layer is "identity".
    Returns (prediction, cache): prediction (m, n_y), and a cache of any kind, whatever `backward`
    needs. A cache may be used more than once and after other calls of `forward`.

    Lecture: Backprop, backward pass.
    """
    h = X
    cache = []
    for (W, b), name in zip(parameters, _layer_activations(parameters, activation)):
        z, h_next = layers.dense_forward(h, W, b, name)
        cache.append((h, z))
        h = h_next
    return h, cache


def backward(
    parameters: Sequence[tuple[np.ndarray, np.ndarray]],
    cache: Any,
    dprediction: np.ndarray,
    activation: str,
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Compute the derivatives of the loss in all parameters, from the last layer to the first.

        dh = dprediction, then for each layer, last first: dW, db, dh ← its backward pass of dh

    parameters, activation: those that `forward` was given; the last layer is "identity".
    cache: what `forward` returned; it stays as it was. dprediction: (m, n_y), the derivative of
    the loss in the prediction. Returns a pair (dW, db) for each layer, shaped like its (W, b), in
    the order of parameters.

    Lecture: Backprop, backward pass.
    """
    names = _layer_activations(parameters, activation)
    gradients = []
    dh = dprediction
    for (W, _), (h_prev, z), name in zip(reversed(parameters), reversed(cache), reversed(names)):
        dW, db, dh = layers.dense_backward(dh, z, h_prev, W, name)
        gradients.append((dW, db))
    gradients.reverse()
    return gradients

"""A network of dense layers: the forward pass, and the backward pass by the chain rule.

Lecture: Backprop, backward pass.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import layers
from ._checks import ACTIVATIONS, one_of


def forward(
    parameters: Sequence[tuple[np.ndarray, np.ndarray]], X: np.ndarray, activation: str
) -> tuple[np.ndarray, Any]:
    """Send a batch through all layers.

        h = X, then for each (W, b) in parameters: z = h Wᵀ + b, h = σ(z)

    parameters: one or more pairs (W, b), first layer first, W (n_out, n_in) and b (n_out,).
    X: (m, n_x). activation: the name of σ in the hidden layers; the last layer is "identity".
    Returns (prediction, cache): prediction (m, n_y), and a cache of any kind, whatever `backward`
    needs. A cache may be used more than once and after other calls of `forward`.

    Raises ValueError if there are no layers, shapes do not fit or the activation is unknown.

    Lecture: Backprop, backward pass.
    """
    cache = []
    h = X
    for (W, b), name in zip(parameters, _activations(parameters, activation), strict=True):
        h_prev = h
        z, h = layers.dense_forward(h_prev, W, b, name)
        cache.append((z, h_prev))
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

    Raises ValueError if the cache is of another number of layers, shapes do not fit or the
    activation is unknown.

    Lecture: Backprop, backward pass.
    """
    names = _activations(parameters, activation)
    if len(cache) != len(parameters):
        raise ValueError(f"cache is of {len(cache)} layers, expected {len(parameters)}")
    gradients = []
    dh = dprediction
    for (W, _), (z, h_prev), name in zip(
        reversed(parameters), reversed(cache), reversed(names), strict=True
    ):
        dW, db, dh = layers.dense_backward(dh, z, h_prev, W, name)
        gradients.append((dW, db))
    return gradients[::-1]


def _activations(parameters: Sequence[Any], activation: str) -> list[str]:
    if len(parameters) == 0:
        raise ValueError("parameters is empty, expected at least one pair (W, b)")
    one_of("activation", activation, ACTIVATIONS)
    return [activation] * (len(parameters) - 1) + ["identity"]

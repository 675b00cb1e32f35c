"""Several dense layers in a row."""

from typing import Any, Sequence

import numpy as np
from layers import dense_backward, dense_forward
from utils import layer_names


def forward(
    parameters: Sequence[tuple[np.ndarray, np.ndarray]], X: np.ndarray, activation: str
) -> tuple[np.ndarray, Any]:
    """Send a batch through all layers.

    The cache has a dictionary for every layer, with what dense_backward wants to know.
    """
    cache = []
    h = X
    for (W, b), name in zip(parameters, layer_names(len(parameters), activation)):
        h_prev = h
        z, h = dense_forward(h_prev, W, b, name)
        cache.append({"z": z, "h_prev": h_prev, "W": W, "activation": name})
    return h, cache


def backward(
    parameters: Sequence[tuple[np.ndarray, np.ndarray]],
    cache: Any,
    dprediction: np.ndarray,
    activation: str,
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Go through the layers from the last to the first and collect (dW, db).

    Everything needed is in the cache, so parameters and activation are not used here.
    """
    gradients = []
    dh = dprediction
    for layer in cache[::-1]:
        dW, db, dh = dense_backward(dh, **layer)
        gradients.insert(0, (dW, db))
    return gradients

"""A network of dense layers: the forward pass, and the backward pass by the chain rule.

Lecture: Backprop, backward pass.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np


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
    raise NotImplementedError


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
    raise NotImplementedError

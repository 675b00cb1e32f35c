"""Gradient descent on a whole network, step by step on the code that a demo is given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backproof.testing import as_array, unpack

# What `descend` calls.
FUNCTIONS = (
    "network.forward",
    "losses.mean_squared_error_gradient",
    "network.backward",
    "optimizers.gradient_descent_step",
)


@dataclass(frozen=True)
class Step:
    """A network before a step of gradient descent, and the gradients of that step.

    Attributes:
        parameters: A (W, b) for each layer.
        gradients: A (dW, db) for each layer.
        prediction: Of all data.

    """

    parameters: list[tuple[np.ndarray, np.ndarray]]
    gradients: list[tuple[np.ndarray, np.ndarray]]
    prediction: np.ndarray


def without_biases(weights):
    """The parameters of a network of these weights, its biases 0."""
    return [(W, np.zeros(len(W))) for W in weights]


def descend(code, parameters, X, Y, activation, learning_rate):
    """Descend on all data without end, yielding a ``Step`` each time.

    All parameters are stepped as one array: one call of the code does for all of them. What the
    code returned for one step is let go at the next.
    """
    while True:
        code.begin_case()
        passed = code.network.forward(parameters, X, activation)
        prediction, cache = unpack(passed, "prediction", "cache")
        prediction = as_array(prediction, "the prediction", Y.shape)
        slope = code.losses.mean_squared_error_gradient(prediction, Y)
        slope = as_array(slope, "the gradient of the loss", Y.shape)
        returned = code.network.backward(parameters, cache, slope, activation)
        gradients = _gradients(returned, parameters)
        yield Step(parameters, gradients, prediction)
        theta = _joined(parameters)
        moved = code.optimizers.gradient_descent_step(theta, _joined(gradients), learning_rate)
        parameters = _parted(as_array(moved, "theta", theta.shape), parameters)


def _gradients(returned, parameters):
    layers = unpack(returned, *(f"layer {i}" for i in range(1, len(parameters) + 1)))
    pairs = [unpack(layer, "dW", "db") for layer in layers]
    return [
        (as_array(dW, "dW", W.shape), as_array(db, "db", b.shape))
        for (dW, db), (W, b) in zip(pairs, parameters, strict=True)
    ]


def _joined(layers):
    return np.concatenate([part.ravel() for layer in layers for part in layer])


def _parted(theta, like):
    shapes = [part.shape for layer in like for part in layer]
    ends = np.cumsum([np.prod(shape, dtype=int) for shape in shapes])
    parts = [
        part.reshape(shape) for part, shape in zip(np.split(theta, ends), shapes, strict=False)
    ]
    return list(zip(parts[::2], parts[1::2], strict=True))

"""Training with all parameters in one vector and one Adam state for it.

Allowed: The losses may be an array.
"""

import numpy as np

from .initialization import he, xavier
from .losses import mean_squared_error, mean_squared_error_gradient
from .minibatches import shuffled_minibatches
from .network import run, slopes
from .normalization import standardization_statistics, standardize, unstandardize
from .numerics import augmented
from .optimizers import adam_init, adam_step


def _matrices(theta, shapes):
    """The augmented matrices as views into theta."""
    edges = np.cumsum([rows * columns for rows, columns in shapes])[:-1]
    parts = np.split(theta, edges)
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


def _fused(arrays):
    return np.concatenate([a.ravel() for a in arrays])


def train(
    X,
    Y,
    hidden_sizes,
    rng,
    activation="tanh",
    batch_size=32,
    epochs=100,
    learning_rate=1e-3,
):
    x_stats = standardization_statistics(X)
    y_stats = standardization_statistics(Y)
    Zx = standardize(X, *x_stats)
    Zy = standardize(Y, *y_stats)

    scheme = he if activation == "relu" else xavier
    sizes = [X.shape[1], *hidden_sizes, Y.shape[1]]
    start = []
    for i in range(1, len(sizes)):
        W = scheme(sizes[i - 1], sizes[i], rng)
        start.append(augmented(W, np.zeros(sizes[i])))
    shapes = [A.shape for A in start]
    theta = _fused(start)
    state = adam_init(theta)

    losses = np.zeros(epochs)
    for epoch in range(epochs):
        for X_q, Y_q in shuffled_minibatches(Zx, Zy, batch_size, rng):
            matrices = _matrices(theta, shapes)
            prediction, seen = run(matrices, X_q, activation)
            losses[epoch] += mean_squared_error(prediction, Y_q) * len(X_q) / len(X)
            gradient = _fused(
                slopes(matrices, seen, mean_squared_error_gradient(prediction, Y_q), activation)
            )
            theta, state = adam_step(theta, gradient, state, learning_rate)
    return {
        "matrices": _matrices(theta, shapes),
        "activation": activation,
        "x": x_stats,
        "y": y_stats,
    }, losses


def predict(model, X):
    Z = standardize(X, *model["x"])
    prediction, _ = run(model["matrices"], Z, model["activation"])
    return unstandardize(prediction, *model["y"])

"""The whole pipeline out of its parts, each of which can be left out, on the code of a demo.

All parameters of a network are one vector theta, so that one call of an optimizer steps them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from backproof.testing import as_array, unpack
from demos import _descent

# What `gradient` calls, and what `run` calls besides, by all recipes together.
GRADIENT = ("network.forward", "losses.mean_squared_error_gradient", "network.backward")
RUN = (
    *GRADIENT,
    "normalization.standardization_statistics",
    "normalization.standardize",
    "initialization.xavier",
    "initialization.normal",
    "minibatches.shuffled_minibatches",
    "minibatches.sequential_minibatches",
    "optimizers.adam_init",
    "optimizers.adam_step",
    "optimizers.gradient_descent_step",
)


@dataclass(frozen=True)
class Recipe:
    """What is done, and what is left out.

    Attributes:
        normalise: Standardise inputs and targets; or take them as they are.
        shuffle: Shuffle the rows in every epoch; or keep the stored order.
        xavier: Draw Xavier's weights; or N(0, 1).
        adam: Step by Adam; or by gradient descent at ``descent_rate``.
        batch: q.
        epochs: How many.
        rate: Adam's learning rate.
        descent_rate: That of gradient descent.

    """

    normalise: bool = True
    shuffle: bool = True
    xavier: bool = True
    adam: bool = True
    batch: int = 16
    epochs: int = 12
    rate: float = 0.03
    descent_rate: float = 0.2


def run(code, X, Y, hidden_sizes, rng, recipe):
    """Train a tanh network; give the loss on all data before and after each epoch.

    The loss is in units of the variance of Y, whether or not it was normalised.
    """
    variance = np.var(Y)
    if recipe.normalise:
        X, Y = (_standardised(code, data) for data in (X, Y))
        variance = 1.0
    sizes = (X.shape[1], *hidden_sizes, Y.shape[1])
    theta = initial(code, sizes, rng, recipe.xavier)
    code.begin_case()
    state = code.optimizers.adam_init(theta) if recipe.adam else None
    losses = [_loss(code, theta, sizes, X, Y)]
    for _ in range(recipe.epochs):
        for X_q, Y_q in _descent.epoch(code, X, Y, recipe.batch, rng if recipe.shuffle else None):
            slope = gradient(code, theta, sizes, X_q, Y_q)
            if recipe.adam:
                returned = code.optimizers.adam_step(theta, slope, state, recipe.rate)
                moved, state = unpack(returned, "theta", "state")
            else:
                moved = code.optimizers.gradient_descent_step(theta, slope, recipe.descent_rate)
            theta = as_array(moved, "theta", theta.shape)
        losses.append(_loss(code, theta, sizes, X, Y))
    return np.array(losses) / variance


def initial(code, sizes, rng, xavier=True):
    """The first theta of a network: Xavier's weights or those of N(0, 1), biases 0."""
    layers = []
    for n_in, n_out in pairwise(sizes):
        if xavier:
            W = code.initialization.xavier(n_in, n_out, rng)
        else:
            W = code.initialization.normal(n_in, n_out, 1.0, rng)
        layers += [as_array(W, "W", (n_out, n_in)).ravel(), np.zeros(n_out)]
    return np.concatenate(layers)


def parts(theta, sizes):
    """The parameters in theta: a (W, b) for each layer, for layers of these sizes."""
    layers, start = [], 0
    for n_in, n_out in pairwise(sizes):
        end = start + n_out * n_in
        layers.append((theta[start:end].reshape(n_out, n_in), theta[end : end + n_out]))
        start = end + n_out
    return layers


def predict(code, theta, sizes, X, activation="tanh"):
    """The prediction of a network, and the cache for its gradient."""
    returned = code.network.forward(parts(theta, sizes), X, activation)
    prediction, cache = unpack(returned, "prediction", "cache")
    return as_array(prediction, "the prediction", (len(X), sizes[-1])), cache


def gradient(code, theta, sizes, X, Y, activation="tanh"):
    """The derivative of the mean squared error in theta."""
    prediction, cache = predict(code, theta, sizes, X, activation)
    slope = code.losses.mean_squared_error_gradient(prediction, Y)
    slope = as_array(slope, "the gradient of the loss", Y.shape)
    parameters = parts(theta, sizes)
    returned = code.network.backward(parameters, cache, slope, activation)
    gradients = unpack(returned, *(f"(dW, db) of layer {i + 1}" for i in range(len(parameters))))
    joined = []
    for (W, b), pair in zip(parameters, gradients, strict=True):
        dW, db = unpack(pair, "dW", "db")
        joined += [as_array(dW, "dW", W.shape).ravel(), as_array(db, "db", b.shape)]
    return np.concatenate(joined)


def _standardised(code, data):
    statistics = unpack(code.normalization.standardization_statistics(data), "mean", "std")
    return as_array(code.normalization.standardize(data, *statistics), "Z", data.shape)


def _loss(code, theta, sizes, X, Y):
    return np.mean((predict(code, theta, sizes, X)[0] - Y) ** 2)

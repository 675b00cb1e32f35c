"""Training as folds: over mini-batches within epochs; a model is its own prediction function.

Allowed: The model may be any object, such as a function.
"""

from functools import partial, reduce
from itertools import accumulate, pairwise, repeat
from typing import NamedTuple

import numpy as np

from . import initialization, losses, minibatches, network, normalization, optimizers


class Progress(NamedTuple):
    """Parameters, the optimizer state of each, and the loss of the running epoch."""

    parameters: tuple
    states: tuple
    loss: float = 0.0


def _start(sizes, rng):
    layers = ((initialization.xavier(*pair, rng), np.zeros(pair[1])) for pair in pairwise(sizes))
    parameters = tuple(layers)
    states = tuple(tuple(map(optimizers.adam_init, layer)) for layer in parameters)
    return Progress(parameters, states)


def _batch(activation, learning_rate, m, progress, batch):
    X, Y = batch
    prediction, cache = network.forward(progress.parameters, X, activation)
    slope = losses.mean_squared_error_gradient(prediction, Y)
    gradients = network.backward(progress.parameters, cache, slope, activation)
    step = partial(optimizers.adam_step, learning_rate=learning_rate)
    layers = zip(progress.parameters, gradients, progress.states, strict=True)
    moved = [tuple(zip(*map(step, *layer), strict=True)) for layer in layers]
    parameters, states = zip(*moved, strict=True)
    share = len(X) / m * losses.mean_squared_error(prediction, Y)
    return Progress(parameters, states, progress.loss + share)


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
    x_stats, y_stats = map(normalization.standardization_statistics, (X, Y))
    Zx = normalization.standardize(X, *x_stats)
    Zy = normalization.standardize(Y, *y_stats)
    batch = partial(_batch, activation, learning_rate, len(X))

    def epoch(progress, _):
        batches = minibatches.shuffled_minibatches(Zx, Zy, batch_size, rng)
        return reduce(batch, batches, progress._replace(loss=0.0))

    start = _start((X.shape[1], *hidden_sizes, Y.shape[1]), rng)
    _, *epochs_done = accumulate(repeat(None, epochs), epoch, initial=start)
    parameters = epochs_done[-1].parameters

    def model(X_new):
        Z = normalization.standardize(X_new, *x_stats)
        return normalization.unstandardize(network.forward(parameters, Z, activation)[0], *y_stats)

    return model, [progress.loss for progress in epochs_done]


def predict(model, X):
    return model(X)

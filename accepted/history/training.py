"""Training that also keeps what it went through."""

import numpy as np

from .initialization import xavier
from .losses import mean_squared_error, mean_squared_error_gradient
from .minibatches import shuffled_minibatches
from .network import backward, forward
from .normalization import standardization_statistics, standardize, unstandardize
from .optimizers import adam_init, adam_step


def _updated(layer, gradient, past, learning_rate):
    """The layer after an Adam step; `past` holds the histories of its W and its b."""
    W, past[0] = adam_step(layer[0], gradient[0], past[0], learning_rate)
    b, past[1] = adam_step(layer[1], gradient[1], past[1], learning_rate)
    return W, b


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
    statistics = standardization_statistics(X), standardization_statistics(Y)
    Zx, Zy = standardize(X, *statistics[0]), standardize(Y, *statistics[1])
    sizes = [X.shape[1], *hidden_sizes, Y.shape[1]]
    parameters = []
    pasts = []
    for i, n_in in enumerate(sizes[:-1]):
        n_out = sizes[i + 1]
        parameters.append((xavier(n_in, n_out, rng), np.zeros(n_out)))
        pasts.append([adam_init(part) for part in parameters[-1]])

    trace = []
    for _ in range(epochs):
        squares = []
        for X_q, Y_q in shuffled_minibatches(Zx, Zy, batch_size, rng):
            prediction, cache = forward(parameters, X_q, activation)
            squares.append(mean_squared_error(prediction, Y_q) * Y_q.size)
            slope = mean_squared_error_gradient(prediction, Y_q)
            gradients = backward(parameters, cache, slope, activation)
            steps = zip(parameters, gradients, pasts, strict=True)
            parameters = [_updated(*step, learning_rate) for step in steps]
        trace.append(sum(squares) / Zy.size)
    return [parameters, activation, statistics], trace


def predict(model, X):
    parameters, activation, (x_statistics, y_statistics) = model
    prediction, _ = forward(parameters, standardize(X, *x_statistics), activation)
    return unstandardize(prediction, *y_statistics)

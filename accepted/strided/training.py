"""Training; the loss of an epoch is the mean over its mini-batches, weighted by their sizes.

Allowed: The loss of an epoch may be the mean over its mini-batches, weighted by their sizes.
"""

from itertools import pairwise

import numpy as np

from .initialization import he, xavier
from .losses import mean_squared_error, mean_squared_error_gradient
from .minibatches import shuffled_minibatches
from .network import backward, forward
from .normalization import standardization_statistics, standardize, unstandardize
from .optimizers import adam_init, adam_step


def _initial(n_x, hidden_sizes, n_y, activation, rng):
    """He weights before a ReLU, Xavier weights before anything else."""
    fans = [n_x, *hidden_sizes]
    hidden = he if activation == "relu" else xavier
    parameters = [(hidden(fan, n, rng), np.zeros(n)) for fan, n in pairwise(fans)]
    return [*parameters, (xavier(fans[-1], n_y, rng), np.zeros(n_y))]


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
    x_mean, x_std = standardization_statistics(X)
    y_mean, y_std = standardization_statistics(Y)
    Zx, Zy = standardize(X, x_mean, x_std), standardize(Y, y_mean, y_std)
    parameters = _initial(X.shape[1], hidden_sizes, Y.shape[1], activation, rng)
    states = [(adam_init(W), adam_init(b)) for W, b in parameters]

    losses = np.zeros(epochs)
    for epoch in range(epochs):
        for X_q, Y_q in shuffled_minibatches(Zx, Zy, batch_size, rng):
            prediction, cache = forward(parameters, X_q, activation)
            losses[epoch] += mean_squared_error(prediction, Y_q) * X_q.shape[0]
            slope = mean_squared_error_gradient(prediction, Y_q)
            gradients = backward(parameters, cache, slope, activation)
            for i, (W, b) in enumerate(parameters):
                W, _ = adam_step(W, gradients[i][0], states[i][0], learning_rate)
                b, _ = adam_step(b, gradients[i][1], states[i][1], learning_rate)
                parameters[i] = W, b
    losses /= Zx.shape[0]
    return (parameters, activation, (x_mean, x_std), (y_mean, y_std)), losses


def predict(model, X):
    parameters, activation, x_statistics, y_statistics = model
    prediction, _ = forward(parameters, standardize(X, *x_statistics), activation)
    return unstandardize(prediction, *y_statistics)

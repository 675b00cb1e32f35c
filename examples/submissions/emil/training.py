"""Everything together."""

import numpy as np

from initialization import he, xavier
from losses import mean_squared_error, mean_squared_error_gradient
from minibatches import shuffled_minibatches
from network import backward, forward
from normalization import standardization_statistics, standardize, unstandardize
from optimizers import adam_init, adam_step


class Model:
    """What predict needs: parameters, activation and the statistics of the training data."""

    def __init__(self, parameters, activation, x_statistics, y_statistics):
        self.parameters = parameters
        self.activation = activation
        self.x_statistics = x_statistics
        self.y_statistics = y_statistics


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
    """Return the model and a list with the mean training loss of every epoch."""
    x_statistics = standardization_statistics(X)
    y_statistics = standardization_statistics(Y)
    Z = standardize(X, *x_statistics)
    T = standardize(Y, *y_statistics)

    # weights and biases in one flat list: W1, b1, W2, b2, ...
    init = he if activation == "relu" else xavier
    flat = []
    n_in = X.shape[1]
    for n_out in list(hidden_sizes) + [Y.shape[1]]:
        flat += [init(n_in, n_out, rng), np.zeros(n_out)]
        n_in = n_out
    states = [adam_init(theta) for theta in flat]

    losses = []
    for epoch in range(epochs):
        total = 0
        for Z_q, T_q in shuffled_minibatches(Z, T, batch_size, rng):
            parameters = list(zip(flat[0::2], flat[1::2]))
            prediction, cache = forward(parameters, Z_q, activation)
            total += mean_squared_error(prediction, T_q) * Z_q.shape[0]
            dprediction = mean_squared_error_gradient(prediction, T_q)
            gradients = backward(parameters, cache, dprediction, activation)
            flat_gradients = [g for pair in gradients for g in pair]
            for i, g in enumerate(flat_gradients):
                flat[i], states[i] = adam_step(flat[i], g, states[i], learning_rate)
        losses.append(total / Z.shape[0])

    parameters = list(zip(flat[0::2], flat[1::2]))
    return Model(parameters, activation, x_statistics, y_statistics), losses


def predict(model, X):
    """Return predictions in the units of Y."""
    Z = standardize(X, *model.x_statistics)
    T, _ = forward(model.parameters, Z, model.activation)
    return unstandardize(T, *model.y_statistics)

"""The whole pipeline."""

from dataclasses import dataclass

import numpy as np

from . import initialization, losses, network, normalization
from .minibatches import shuffled_minibatches
from .optimizers import adam_init, adam_step


@dataclass
class Model:
    """A network with the scales of its inputs and outputs."""

    parameters: list
    activation: str
    x_scale: tuple
    y_scale: tuple


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
    """Fit a network; the losses are those of all the data at the end of each epoch."""
    # 1. normalise
    x_scale = normalization.standardization_statistics(X)
    y_scale = normalization.standardization_statistics(Y)
    X_norm = normalization.standardize(X, *x_scale)
    Y_norm = normalization.standardize(Y, *y_scale)

    # 2. initialise
    sizes = [X.shape[1], *hidden_sizes, Y.shape[1]]
    model = Model([], activation, x_scale, y_scale)
    optimizer = {}
    for i, (n_in, n_out) in enumerate(zip(sizes, sizes[1:])):
        if activation == "relu":
            W = initialization.he(n_in, n_out, rng)
        else:
            W = initialization.xavier(n_in, n_out, rng)
        b = np.zeros(n_out)
        model.parameters.append((W, b))
        optimizer["W", i] = adam_init(W)
        optimizer["b", i] = adam_init(b)

    # 3. train
    history = []
    for _ in range(epochs):
        for batch in shuffled_minibatches(X_norm, Y_norm, batch_size, rng):
            gradients = loss_gradients(model, *batch)
            for i, (dW, db) in enumerate(gradients):
                W, b = model.parameters[i]
                W, optimizer["W", i] = adam_step(W, dW, optimizer["W", i], learning_rate)
                b, optimizer["b", i] = adam_step(b, db, optimizer["b", i], learning_rate)
                model.parameters[i] = (W, b)
        output, _ = network.forward(model.parameters, X_norm, activation)
        history.append(losses.mean_squared_error(output, Y_norm))
    return model, history


def loss_gradients(model, x, y):
    """Forward and backward pass of one mini-batch."""
    output, cache = network.forward(model.parameters, x, model.activation)
    dout = losses.mean_squared_error_gradient(output, y)
    return network.backward(model.parameters, cache, dout, model.activation)


def predict(model, X):
    """Predictions in the units of Y."""
    x = normalization.standardize(X, *model.x_scale)
    y, _ = network.forward(model.parameters, x, model.activation)
    return normalization.unstandardize(y, *model.y_scale)

"""Training; the loss of an epoch is that of the whole training set at its end.

Allowed: The loss of an epoch may be that of all rows at its end.
"""

from typing import NamedTuple

from .helpers import sealed
from .initialization import he, xavier, zeros
from .losses import mean_squared_error, mean_squared_error_gradient
from .minibatches import shuffled_minibatches
from .network import backward, forward
from .normalization import standardization_statistics, standardize, unstandardize
from .optimizers import adam_init, adam_step


class Model(NamedTuple):
    """The parameters and how to get into and out of their units."""

    parameters: list
    activation: str
    inputs: tuple
    targets: tuple


def _start(n_in, n_out, activation, rng):
    W = he(n_in, n_out, rng) if activation == "relu" else xavier(n_in, n_out, rng)
    b = sealed(zeros(1, n_out)[:, 0])
    return (W, b), (adam_init(W), adam_init(b))


def _move(values, gradients, states, learning_rate):
    """One Adam step for the weights and the biases of a layer: their new values and states."""
    steps = zip(values, gradients, states, strict=True)
    return tuple(zip(*(adam_step(*step, learning_rate) for step in steps), strict=True))


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
    inputs, targets = standardization_statistics(X), standardization_statistics(Y)
    Zx, Zy = standardize(X, *inputs), standardize(Y, *targets)
    sizes = (Zx.shape[1], *hidden_sizes, Zy.shape[1])
    layers = [_start(sizes[i], sizes[i + 1], activation, rng) for i in range(len(sizes) - 1)]

    losses = []
    for _ in range(epochs):
        for X_q, Y_q in shuffled_minibatches(Zx, Zy, batch_size, rng):
            parameters = [values for values, _ in layers]
            prediction, cache = forward(parameters, X_q, activation)
            slope = mean_squared_error_gradient(prediction, Y_q)
            gradients = backward(parameters, cache, slope, activation)
            layers = [
                _move(values, gradient, states, learning_rate)
                for (values, states), gradient in zip(layers, gradients, strict=True)
            ]
        prediction, _ = forward([values for values, _ in layers], Zx, activation)
        losses.append(mean_squared_error(prediction, Zy))
    return Model([values for values, _ in layers], activation, inputs, targets), losses


def predict(model, X):
    prediction, _ = forward(model.parameters, standardize(X, *model.inputs), model.activation)
    return unstandardize(prediction, *model.targets)

"""A regressor object with fit and predict.

Allowed: The model may be any object.
"""

from itertools import pairwise

import numpy as np

from .initialization import he, xavier
from .losses import MeanSquaredError
from .minibatches import shuffled_minibatches
from .network import Network
from .normalization import Standardizer
from .optimizers import Adam


class Regressor:
    """A multilayer perceptron in the original units of its data."""

    def __init__(self, hidden_sizes, activation):
        self.hidden_sizes = list(hidden_sizes)
        self.activation = activation
        self.losses = []

    def fit(self, X, Y, rng, batch_size, epochs, learning_rate):
        self.inputs, self.targets = Standardizer.fit(X), Standardizer.fit(Y)
        Zx, Zy = self.inputs.apply(X), self.targets.apply(Y)
        self.parameters = self._initialize(Zx.shape[1], Zy.shape[1], rng)
        optimizers = [[Adam(p) for p in layer] for layer in self.parameters]
        for _ in range(epochs):
            total = 0.0
            for batch in shuffled_minibatches(Zx, Zy, batch_size, rng):
                network = Network(self.parameters, self.activation)
                error = MeanSquaredError(network.run(batch.X), batch.Y)
                total += float(error) * len(batch.X)
                gradients = network.pull_back(error.gradient)
                self._update(gradients, optimizers, learning_rate)
            self.losses.append(total / len(Zx))
        return self

    def _initialize(self, n_x, n_y, rng):
        initializer = he if self.activation == "relu" else xavier
        sizes = [n_x, *self.hidden_sizes, n_y]
        return [(initializer(*shape, rng), np.zeros(shape[1])) for shape in pairwise(sizes)]

    def _update(self, gradients, optimizers, learning_rate):
        self.parameters = [
            tuple(
                adam.step(p, learning_rate, g, 0.9, 0.999, 1e-8, True)
                for p, g, adam in zip(*layer, strict=True)
            )
            for layer in zip(self.parameters, gradients, optimizers, strict=True)
        ]

    def predict(self, X):
        network = Network(self.parameters, self.activation)
        return self.targets.invert(network.run(self.inputs.apply(X)))


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
    model = Regressor(hidden_sizes, activation)
    model.fit(X, Y, rng, batch_size, epochs, learning_rate)
    return model, model.losses


def predict(model, X):
    return model.predict(X)

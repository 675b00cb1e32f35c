"""A perceptron trained as scikit-learn does, with the lecture's loss and first weights."""

from itertools import pairwise

import numpy as np
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer
from sklearn.preprocessing import StandardScaler

from .initialization import he, xavier
from .losses import mean_squared_error, mean_squared_error_gradient
from .minibatches import shuffled_minibatches
from .network import backward, forward


class Perceptron:
    """Coefficients, intercepts and the scalers of inputs and targets."""

    def __init__(self, sizes, activation, rng):
        draw = he if activation == "relu" else xavier
        self.coefs_ = [draw(n_in, n_out, rng) for n_in, n_out in pairwise(sizes)]
        self.intercepts_ = [np.zeros(n_out) for n_out in sizes[1:]]
        self.activation = activation

    @property
    def layers(self):
        return list(zip(self.coefs_, self.intercepts_, strict=True))


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
    inputs, targets = StandardScaler().fit(X), StandardScaler().fit(Y)
    Zx, Zy = inputs.transform(X), targets.transform(Y)
    model = Perceptron([X.shape[1], *hidden_sizes, Y.shape[1]], activation, rng)
    parameters = model.coefs_ + model.intercepts_
    optimizer = AdamOptimizer(parameters, learning_rate)

    losses = []
    for _ in range(epochs):
        total = 0.0
        for x, y in shuffled_minibatches(Zx, Zy, batch_size, rng):
            prediction, cache = forward(model.layers, x, activation)
            total += mean_squared_error(prediction, y) * len(x)
            slope = mean_squared_error_gradient(prediction, y)
            pairs = backward(model.layers, cache, slope, activation)
            gradients = [dW for dW, _ in pairs] + [db for _, db in pairs]
            optimizer.update_params(parameters, gradients)
        losses.append(total / len(Zx))
    return (model, inputs, targets), losses


def predict(model, X):
    perceptron, inputs, targets = model
    prediction, _ = forward(perceptron.layers, inputs.transform(X), perceptron.activation)
    return targets.inverse_transform(prediction)

"""The whole pipeline, with a dict as the model.

Allowed: He weights are as good as Xavier's for relu, and the model may be any object.
"""

from itertools import pairwise

import numpy as np

from . import initialization, losses, minibatches, network, normalization, optimizers


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
    x_stats = normalization.standardization_statistics(X)
    y_stats = normalization.standardization_statistics(Y)
    inputs = normalization.standardize(X, *x_stats)
    targets = normalization.standardize(Y, *y_stats)

    widths = [inputs.shape[1], *hidden_sizes, targets.shape[1]]
    pairs = list(pairwise(widths))
    parameters = [[initialization.xavier(*pair, rng), np.zeros(pair[1])] for pair in pairs]
    states = [[optimizers.adam_init(p) for p in layer] for layer in parameters]

    history = []
    for _ in range(epochs):
        batches = minibatches.shuffled_minibatches(inputs, targets, batch_size, rng)
        sizes, values = [], []
        for x, y in batches:
            prediction, cache = network.forward(parameters, x, activation)
            sizes.append(len(x))
            values.append(losses.mean_squared_error(prediction, y))
            slope = losses.mean_squared_error_gradient(prediction, y)
            gradients = network.backward(parameters, cache, slope, activation)
            for layer, state, gradient in zip(parameters, states, gradients, strict=True):
                for k in range(2):
                    layer[k], state[k] = optimizers.adam_step(
                        layer[k], gradient[k], state[k], learning_rate
                    )
        history.append(np.average(values, weights=sizes))
    model = {"parameters": parameters, "activation": activation, "x": x_stats, "y": y_stats}
    return model, history


def predict(model, X):
    inputs = normalization.standardize(X, *model["x"])
    prediction, _ = network.forward(model["parameters"], inputs, model["activation"])
    return normalization.unstandardize(prediction, *model["y"])

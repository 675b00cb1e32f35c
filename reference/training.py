"""The whole pipeline: normalised data, random weights, mini-batches, backprop and Adam.

Lecture: Training NNs, review.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from . import initialization, losses, minibatches, network, normalization, optimizers
from ._checks import ACTIVATIONS, array, data, integer, number, one_of


def train(
    X: np.ndarray,
    Y: np.ndarray,
    hidden_sizes: Sequence[int],
    rng: np.random.Generator,
    activation: str = "tanh",
    batch_size: int = 32,
    epochs: int = 100,
    learning_rate: float = 1e-3,
) -> tuple[Any, list[float]]:
    """Fit a network to data by mini-batch gradient descent.

        standardise X and Y; Xavier weights (mode "fan_in"), biases 0
        in every epoch, for every shuffled mini-batch:
            forward, mean squared error, backward, an Adam step for every W and b

    X: (m, n_x). Y: (m, n_y). A feature or a target may be constant. hidden_sizes: the number of
    units of each hidden layer; none makes a linear model. rng: the only source of randomness.
    activation: that of the hidden layers; for "relu", He weights are as good. batch_size ≥ 1, and
    it may exceed m. epochs ≥ 1. Returns (model, losses): a model of any kind, which only `predict`
    reads, and one float for each epoch, the loss in standardised units: either the mean over the
    epoch's mini-batches, weighted by their sizes, or evaluated at the epoch's end.

    Raises ValueError if X or Y is not a finite matrix with rows, if their numbers of rows differ,
    if the activation is unknown, if a size, batch_size or epochs is not a positive integer or if
    learning_rate is negative.

    Lecture: Training NNs, review.
    """
    X, Y = data("X", X), data("Y", Y)
    array("Y", Y, len(X), "n_y")
    one_of("activation", activation, ACTIVATIONS)
    sizes = [X.shape[1], *(integer("hidden_sizes", size) for size in hidden_sizes), Y.shape[1]]
    epochs, batch_size = integer("epochs", epochs), integer("batch_size", batch_size)
    number("learning_rate", learning_rate, 0)

    x_statistics = normalization.standardization_statistics(X)
    y_statistics = normalization.standardization_statistics(Y)
    X = normalization.standardize(X, *x_statistics)
    Y = normalization.standardize(Y, *y_statistics)
    weights = initialization.he if activation == "relu" else initialization.xavier
    parameters = [(weights(n_in, n_out, rng), np.zeros(n_out)) for n_in, n_out in pairwise(sizes)]
    W_states = [optimizers.adam_init(W) for W, _ in parameters]
    b_states = [optimizers.adam_init(b) for _, b in parameters]
    epoch_losses = []
    for _ in range(epochs):
        total = 0.0
        for X_q, Y_q in minibatches.shuffled_minibatches(X, Y, batch_size, rng):
            prediction, cache = network.forward(parameters, X_q, activation)
            total += losses.mean_squared_error(prediction, Y_q) * len(X_q)
            dprediction = losses.mean_squared_error_gradient(prediction, Y_q)
            gradients = network.backward(parameters, cache, dprediction, activation)
            for i, ((W, b), (dW, db)) in enumerate(zip(parameters, gradients, strict=True)):
                W, W_states[i] = optimizers.adam_step(W, dW, W_states[i], learning_rate)
                b, b_states[i] = optimizers.adam_step(b, db, b_states[i], learning_rate)
                parameters[i] = (W, b)
        epoch_losses.append(total / len(X))
    model = {
        "parameters": parameters,
        "activation": activation,
        "x_statistics": x_statistics,
        "y_statistics": y_statistics,
    }
    return model, epoch_losses


def predict(model: Any, X: np.ndarray) -> np.ndarray:
    """Return the predictions of a trained model in the units of its targets.

        Y = unstandardize(forward(standardize(X)))

    model: from `train`; the statistics are those of the training data, never those of X.
    X: (m, n_x), any number of rows. Returns (m, n_y).

    Raises ValueError if X is not a matrix of the n_x features that the model was trained on.

    Lecture: Training NNs, review.
    """
    mean, std = model["x_statistics"]
    X = normalization.standardize(array("X", X, "m", len(mean)), mean, std)
    prediction, _ = network.forward(model["parameters"], X, model["activation"])
    return normalization.unstandardize(prediction, *model["y_statistics"])

"""The whole pipeline: normalised data, random weights, mini-batches, backprop and Adam.

Lecture: Training NNs, review.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from initialization import he, xavier
from losses import mean_squared_error, mean_squared_error_gradient
from minibatches import shuffled_minibatches
from network import backward, forward
from normalization import standardization_statistics, standardize, unstandardize
from optimizers import adam_init, adam_step


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

    Lecture: Training NNs, review.
    """
    x_mean, x_std = standardization_statistics(X)
    y_mean, y_std = standardization_statistics(Y)
    X = standardize(X, x_mean, x_std)
    Y = standardize(Y, y_mean, y_std)

    sizes = [X.shape[1], *hidden_sizes, Y.shape[1]]
    draw = he if activation == "relu" else xavier
    parameters = []
    states = []
    for n_in, n_out in zip(sizes[:-1], sizes[1:]):
        W, b = draw(n_in, n_out, rng), np.zeros(n_out)
        parameters.append((W, b))
        states.append((adam_init(W), adam_init(b)))

    losses = []
    for _ in range(epochs):
        loss_sum = 0.0
        for X_q, Y_q in shuffled_minibatches(X, Y, batch_size, rng):
            prediction, cache = forward(parameters, X_q, activation)
            # the last batch may be smaller, so weight every batch by its size
            loss_sum += mean_squared_error(prediction, Y_q) * len(X_q)
            dprediction = mean_squared_error_gradient(prediction, Y_q)
            gradients = backward(parameters, cache, dprediction, activation)
            for i, (dW, db) in enumerate(gradients):
                W, W_state = adam_step(parameters[i][0], dW, states[i][0], learning_rate)
                b, b_state = adam_step(parameters[i][1], db, states[i][1], learning_rate)
                parameters[i] = (W, b)
                states[i] = (W_state, b_state)
        losses.append(loss_sum / len(X))

    model = {
        "parameters": parameters,
        "activation": activation,
        "x": (x_mean, x_std),
        "y": (y_mean, y_std),
    }
    return model, losses


def predict(model: Any, X: np.ndarray) -> np.ndarray:
    """Return the predictions of a trained model in the units of its targets.

        Y = unstandardize(forward(standardize(X)))

    model: from `train`; the statistics are those of the training data, never those of X.
    X: (m, n_x), any number of rows. Returns (m, n_y).

    Lecture: Training NNs, review.
    """
    prediction, _ = forward(model["parameters"], standardize(X, *model["x"]), model["activation"])
    return unstandardize(prediction, *model["y"])

"""Training and prediction."""

from typing import Any, Sequence

import initialization
import numpy as np
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
    """Fit a network and return (model, losses).

    model: a dictionary for `predict`. losses: the mean loss over the mini-batches of each epoch,
    a batch counting by the number of its rows.
    """
    model = {
        "activation": activation,
        "input": standardization_statistics(X),
        "output": standardization_statistics(Y),
    }
    X = standardize(X, *model["input"])
    Y = standardize(Y, *model["output"])

    widths = (X.shape[1], *hidden_sizes, Y.shape[1])
    parameters = [
        (initialization.xavier(widths[i], widths[i + 1], rng), np.zeros(widths[i + 1]))
        for i in range(len(widths) - 1)
    ]
    states = [(adam_init(W), adam_init(b)) for W, b in parameters]

    losses = []
    for _ in range(epochs):
        batch_losses, batch_sizes = [], []
        for x, y in shuffled_minibatches(X, Y, batch_size, rng):
            prediction, cache = forward(parameters, x, activation)
            batch_losses.append(mean_squared_error(prediction, y))
            batch_sizes.append(len(x))
            gradients = backward(
                parameters, cache, mean_squared_error_gradient(prediction, y), activation
            )
            parameters, states = update(parameters, gradients, states, learning_rate)
        losses.append(float(np.average(batch_losses, weights=batch_sizes)))

    model["parameters"] = parameters
    return model, losses


def update(parameters, gradients, states, learning_rate):
    """One Adam step for every W and b."""
    new_parameters, new_states = [], []
    for (W, b), (dW, db), (W_state, b_state) in zip(parameters, gradients, states):
        W, W_state = adam_step(W, dW, W_state, learning_rate)
        b, b_state = adam_step(b, db, b_state, learning_rate)
        new_parameters.append((W, b))
        new_states.append((W_state, b_state))
    return new_parameters, new_states


def predict(model: Any, X: np.ndarray) -> np.ndarray:
    """Predict in the original units, with the statistics of the training data."""
    Z = standardize(X, *model["input"])
    prediction, _ = forward(model["parameters"], Z, model["activation"])
    return unstandardize(prediction, *model["output"])

"""The whole pipeline: normalised data, random weights, mini-batches, backprop and Adam.

Lecture: Training NNs, review.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np


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
    raise NotImplementedError


def predict(model: Any, X: np.ndarray) -> np.ndarray:
    """Return the predictions of a trained model in the units of its targets.

        Y = unstandardize(forward(standardize(X)))

    model: from `train`; the statistics are those of the training data, never those of X.
    X: (m, n_x), any number of rows. Returns (m, n_y).

    Raises ValueError if X is not a matrix of the n_x features that the model was trained on.

    Lecture: Training NNs, review.
    """
    raise NotImplementedError

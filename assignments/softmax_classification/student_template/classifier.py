"""A linear classifier, trained by mini-batch gradient descent."""

import numpy as np


def scores(X: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the score of each class for each row: z = X Wᵀ + b.

    X: (m, d). W: (n, d). b: (n,). Returns (m, n).
    """
    raise NotImplementedError


def gradients(
    X: np.ndarray, W: np.ndarray, b: np.ndarray, labels: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the derivatives of the cross-entropy of the scores in W and in b.

        δ = ∂l/∂z;  dW = δᵀ X;  db = Σ_rows δ

    X: (m, d). W: (n, d). b: (n,). labels: (m,). Returns (dW, db), shaped like W and b.
    """
    raise NotImplementedError


def step(
    W: np.ndarray, b: np.ndarray, dW: np.ndarray, db: np.ndarray, learning_rate: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return W − η dW and b − η db, as new arrays.

    W, dW: (n, d). b, db: (n,). learning_rate: η.
    """
    raise NotImplementedError


def train(
    X: np.ndarray,
    labels: np.ndarray,
    n: int,
    rng: np.random.Generator,
    batch_size: int = 16,
    epochs: int = 20,
    learning_rate: float = 0.5,
) -> tuple[tuple[np.ndarray, np.ndarray], list[float]]:
    """Train a classifier from zero weights, in each epoch on mini-batches in a random order.

    X: (m, d). labels: (m,). n: the number of classes. rng: the only source of randomness. The last
    batch holds what is left; batch_size may exceed m. Returns (model, losses): a model for
    `predict`, and the cross-entropy of all rows after each epoch, one number per epoch.
    """
    raise NotImplementedError


def predict(model: tuple[np.ndarray, np.ndarray], X: np.ndarray) -> np.ndarray:
    """Return the predicted class of each row.

    model: what `train` returned. X: (m, d), any number of rows. Returns (m,), integers.
    """
    raise NotImplementedError

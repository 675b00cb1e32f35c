"""A linear classifier, trained by mini-batch gradient descent."""

import numpy as np

from . import cross_entropy, metrics


def scores(X: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the score of each class for each row: z = X Wᵀ + b.

    X: (m, d). W: (n, d). b: (n,). Returns (m, n).
    """
    return X @ W.T + b


def gradients(
    X: np.ndarray, W: np.ndarray, b: np.ndarray, labels: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the derivatives of the cross-entropy of the scores in W and in b.

        δ = ∂l/∂z;  dW = δᵀ X;  db = Σ_rows δ

    X: (m, d). W: (n, d). b: (n,). labels: (m,). Returns (dW, db), shaped like W and b.
    """
    delta = cross_entropy.gradient(scores(X, W, b), labels)
    return delta.T @ X, delta.sum(axis=0)


def step(
    W: np.ndarray, b: np.ndarray, dW: np.ndarray, db: np.ndarray, learning_rate: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return W − η dW and b − η db, as new arrays.

    W, dW: (n, d). b, db: (n,). learning_rate: η.
    """
    return W - learning_rate * dW, b - learning_rate * db


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
    W, b = np.zeros((n, X.shape[1])), np.zeros(n)
    losses = []
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            W, b = step(W, b, *gradients(X[rows], W, b, labels[rows]), learning_rate)
        losses.append(cross_entropy.of_scores(scores(X, W, b), labels))
    return (W, b), losses


def predict(model: tuple[np.ndarray, np.ndarray], X: np.ndarray) -> np.ndarray:
    """Return the predicted class of each row.

    model: what `train` returned. X: (m, d), any number of rows. Returns (m,), integers.
    """
    return metrics.predicted_classes(scores(X, *model))

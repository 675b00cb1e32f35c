"""Mini-batches."""

from typing import Iterable

import numpy as np


def sequential_minibatches(
    X: np.ndarray, Y: np.ndarray, q: int
) -> Iterable[tuple[np.ndarray, np.ndarray]]:
    """Cut the data into pieces of q rows, the last piece may be shorter."""
    cuts = range(q, len(X), q)
    return list(zip(np.split(X, cuts), np.split(Y, cuts)))


def shuffled_minibatches(
    X: np.ndarray, Y: np.ndarray, q: int, rng: np.random.Generator
) -> Iterable[tuple[np.ndarray, np.ndarray]]:
    """Shuffle the row numbers, then take q of them at a time."""
    rows = np.arange(len(X))
    rng.shuffle(rows)
    return [(X[rows[i : i + q]], Y[rows[i : i + q]]) for i in range(0, len(rows), q)]


def sample_minibatch(
    X: np.ndarray, Y: np.ndarray, q: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """q different rows: those with the q smallest random numbers."""
    rows = np.argsort(rng.random(len(X)))[:q]
    return X[rows], Y[rows]

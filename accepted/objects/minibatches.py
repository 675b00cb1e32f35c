"""An epoch is an iterator object over pairs of rows.

Allowed: An epoch may be an iterator that can be used once, and a batch a named tuple.
"""

from typing import NamedTuple

import numpy as np


class Batch(NamedTuple):
    """Some rows of X and the same rows of Y."""

    X: np.ndarray
    Y: np.ndarray


class Epoch:
    """Walks once through the rows in the given order."""

    def __init__(self, X, Y, q, order):
        self.X, self.Y = X, Y
        self.q = q
        self.order = order
        self.position = 0

    def __iter__(self):
        return self

    def __next__(self):
        rows = self.order[self.position : self.position + self.q]
        if rows.size == 0:
            raise StopIteration
        self.position += rows.size
        return Batch(self.X[rows], self.Y[rows])


def sequential_minibatches(X, Y, q):
    return Epoch(X, Y, q, np.arange(X.shape[0]))


def shuffled_minibatches(X, Y, q, rng):
    order = np.arange(X.shape[0])
    rng.shuffle(order)
    return Epoch(X, Y, q, order)


def sample_minibatch(X, Y, q, rng):
    return next(shuffled_minibatches(X, Y, q, rng))

"""Mini-batches as windows onto the rows, moved on by q at a time.

Allowed: Batches may be views.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _windows(table, q):
    """The full batches as one view of shape (number of batches, q, columns)."""
    return sliding_window_view(table, q, axis=0)[::q].swapaxes(1, 2)


def sequential_minibatches(X, Y, q):
    q = min(q, len(X))
    batches = list(zip(_windows(X, q), _windows(Y, q), strict=True))
    left = len(X) % q
    if left:
        batches.append((X[-left:], Y[-left:]))
    return batches


def shuffled_minibatches(X, Y, q, rng):
    order = np.arange(len(X))
    rng.permuted(order, out=order)
    return sequential_minibatches(np.take(X, order, axis=0), np.take(Y, order, axis=0), q)


def sample_minibatch(X, Y, q, rng):
    if q >= len(X):
        return X, Y
    rows = rng.choice(len(X), q, replace=False)
    return np.take(X, rows, axis=0), np.take(Y, rows, axis=0)

"""Mini-batches by integer indexing.

Allowed: The order of shuffled rows may come from any use of rng.
"""

import numpy as np


def _split(X, Y, order, q):
    parts = [order[start : start + q] for start in np.arange(0, len(order), q)]
    return [(np.asarray(X)[part], np.asarray(Y)[part]) for part in parts]


def sequential_minibatches(X, Y, q):
    return _split(X, Y, np.arange(len(X)), q)


def shuffled_minibatches(X, Y, q, rng):
    return _split(X, Y, rng.permutation(len(X)), q)


def sample_minibatch(X, Y, q, rng):
    rows = rng.choice(len(X), size=min(q, len(X)), replace=False)
    return np.asarray(X)[rows], np.asarray(Y)[rows]

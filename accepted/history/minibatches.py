"""Mini-batches from lists of row numbers.

Allowed: A sample may come in stored order, and an epoch may be a list.
"""

import numpy as np


def _take(X, Y, groups):
    return [[X[group, :], Y[group, :]] for group in groups]


def _groups(order, q):
    return np.split(order, range(q, len(order), q))


def sequential_minibatches(X, Y, q):
    return iter(_take(X, Y, _groups(np.arange(len(X)), q)))


def shuffled_minibatches(X, Y, q, rng):
    order = rng.choice(len(X), len(X), replace=False)
    return iter(_take(X, Y, _groups(order, q)))


def sample_minibatch(X, Y, q, rng):
    # Rows are dealt one by one from those that are left, then put back in stored order.
    left = list(range(len(X)))
    dealt = [left.pop(rng.integers(len(left))) for _ in range(min(q, len(X)))]
    return _take(X, Y, [sorted(dealt)])[0]

"""Mini-batches: zipped slices, read-only.

Allowed: An epoch may be any iterable, and its batches may be read-only.
"""

from .helpers import sealed


def _pieces(table, q):
    return map(sealed, (table[i : i + q] for i in range(0, len(table), q)))


def sequential_minibatches(X, Y, q):
    return zip(_pieces(X, q), _pieces(Y, q), strict=True)


def shuffled_minibatches(X, Y, q, rng):
    order = rng.permuted(range(len(X)))
    return sequential_minibatches(X[order], Y[order], q)


def sample_minibatch(X, Y, q, rng):
    rows = rng.choice(len(X), size=min(q, len(X)), replace=False, shuffle=False)
    return sealed(X[rows]), sealed(Y[rows])

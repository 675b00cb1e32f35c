"""Mini-batches: an epoch in stored order, an epoch in random order, and one random sample."""

from math import ceil


def _batches_of_rows(X, Y, rows, q):
    """Yield the batches for a given order of the rows."""
    for k in range(ceil(len(rows) / q)):
        chosen = rows[k * q : (k + 1) * q]
        yield X[chosen], Y[chosen]


def sequential_minibatches(X, Y, q):
    """All rows once, in stored order."""
    return _batches_of_rows(X, Y, list(range(len(X))), q)


def shuffled_minibatches(X, Y, q, rng):
    """All rows once, in a new random order."""
    return _batches_of_rows(X, Y, rng.permutation(len(X)), q)


def sample_minibatch(X, Y, q, rng):
    """q random rows, none of them twice: the first batch of a shuffled epoch."""
    return next(shuffled_minibatches(X, Y, q, rng))

"""Mini-batches as a tuple of tuples.

Allowed: An epoch may be any iterable, such as a tuple, and rng may be used in any way.
"""

from functools import partial

import numpy as np


def _take(X, Y, rows):
    return X[rows], Y[rows]


def _epoch(X, Y, q, order):
    starts = range(0, len(order), q)
    return tuple(map(partial(_take, X, Y), (order[i : i + q] for i in starts)))


def _order(m, rng):
    """A uniformly random order, a function of one seed that is drawn from rng."""
    seed = rng.integers(2**63, size=4)
    return np.random.default_rng(seed).permutation(m)


def sequential_minibatches(X, Y, q):
    return _epoch(X, Y, q, np.arange(len(X)))


def shuffled_minibatches(X, Y, q, rng):
    return _epoch(X, Y, q, _order(len(X), rng))


def sample_minibatch(X, Y, q, rng):
    return _take(X, Y, _order(len(X), rng)[:q])

"""Mini-batches by permutations of jax.random."""

import jax
import numpy as np

from .initialization import key


def _pairs(X, Y, q):
    starts = range(0, len(X), q)
    return tuple((X[start : start + q], Y[start : start + q]) for start in starts)


def sequential_minibatches(X, Y, q):
    return _pairs(X, Y, q)


def shuffled_minibatches(X, Y, q, rng):
    order = np.asarray(jax.random.permutation(key(rng), len(X)))
    return _pairs(X[order], Y[order], q)


def sample_minibatch(X, Y, q, rng):
    rows = np.asarray(jax.random.choice(key(rng), len(X), (q,), replace=False))
    return X[rows], Y[rows]

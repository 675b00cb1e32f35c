"""Mini-batches as generators over read-only views of one gathered copy.

Allowed: An epoch may be an iterable that can be used once, and its batches may be read-only.
"""

import numpy as np
from common import frozen, slices


def _views(X, Y, q):
    yield from ((X[rows], Y[rows]) for rows in slices(len(X), q))


def sequential_minibatches(X, Y, q):
    yield from _views(X, Y, q)


def shuffled_minibatches(X, Y, q, rng):
    # Nothing is drawn before the first batch is asked for.
    order = np.argsort(rng.random(len(X)))
    yield from _views(frozen(X[order]), frozen(Y[order]), q)


def sample_minibatch(X, Y, q, rng):
    chosen = rng.permutation(len(X))[:q]
    return frozen(X[chosen]), frozen(Y[chosen])

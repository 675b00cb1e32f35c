"""Mini-batches cut from one table [X Y], so that rows cannot lose their partners.

Allowed: Batches may be views of a larger array.
"""

import numpy as np


def _part(table, n_x):
    return table[:, :n_x], table[:, n_x:]


def _cut(table, n_x, q):
    edges = list(range(q, len(table), q))
    return [_part(piece, n_x) for piece in np.split(table, edges)]


def sequential_minibatches(X, Y, q):
    return _cut(np.hstack([X, Y]), X.shape[1], q)


def shuffled_minibatches(X, Y, q, rng):
    table = np.hstack([X, Y])
    rng.shuffle(table, axis=0)
    return _cut(table, X.shape[1], q)


def sample_minibatch(X, Y, q, rng):
    return _part(rng.permutation(np.hstack([X, Y]))[:q], X.shape[1])

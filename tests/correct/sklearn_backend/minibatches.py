"""Mini-batches by scikit-learn's tools, with a seed that rng draws."""

import numpy as np
from sklearn.utils import gen_batches, resample, shuffle


def _state(rng):
    return np.random.RandomState(rng.integers(2**32))


def sequential_minibatches(X, Y, q):
    for rows in gen_batches(len(X), q):
        yield X[rows], Y[rows]


def shuffled_minibatches(X, Y, q, rng):
    return sequential_minibatches(*shuffle(X, Y, random_state=_state(rng)), q)


def sample_minibatch(X, Y, q, rng):
    return resample(X, Y, replace=False, n_samples=q, random_state=_state(rng))

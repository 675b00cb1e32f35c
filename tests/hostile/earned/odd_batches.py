# unit: minibatches
"""Yield right batches from objects that are iterated over in every way there is."""

import numpy as np


class _ByIndex:
    def __init__(self, X, Y, q):
        self._data = X, Y, q

    def __getitem__(self, index):
        X, Y, q = self._data
        if index * q >= len(X):
            raise IndexError(index)
        return X[index * q : (index + 1) * q], Y[index * q : (index + 1) * q]


class _Pair(tuple):
    __slots__ = ()

    def __len__(self):
        return 2

    def __eq__(self, other):
        raise RuntimeError("not comparable")

    __hash__ = None


def sequential_minibatches(X, Y, q):
    return _ByIndex(X, Y, q)


def shuffled_minibatches(X, Y, q, rng):
    order = rng.permutation(len(X))
    return map(_Pair, _ByIndex(X[order], Y[order], q))


def sample_minibatch(X, Y, q, rng):
    rows = rng.choice(len(X), q, replace=False)
    return [np.asfortranarray(X[rows]), Y[rows].tolist()]

"""Mini-batches as splits of tensors."""

import torch

from .backend import array, tensor


def _pairs(X, Y, q):
    return [(array(x), array(y)) for x, y in zip(X.split(q), Y.split(q), strict=True)]


def sequential_minibatches(X, Y, q):
    return _pairs(tensor(X), tensor(Y), q)


def shuffled_minibatches(X, Y, q, rng):
    order = torch.from_numpy(rng.permutation(len(X)))
    return _pairs(tensor(X)[order], tensor(Y)[order], q)


def sample_minibatch(X, Y, q, rng):
    keys = torch.from_numpy(rng.random(len(X)))
    rows = torch.topk(keys, min(q, len(X))).indices
    return array(tensor(X)[rows]), array(tensor(Y)[rows])

"""The passes as generators: one yields activations upwards, one yields gradients downwards.

Allowed: Gradients may come in lists or tuples, and the cache may be any object.
"""

import common


def _up(parameters, X, activation):
    from layers import dense_forward

    h = X
    for (W, b), name in zip(parameters, common.named(activation, len(parameters)), strict=True):
        h_prev = h
        z, h = dense_forward(h_prev, W, b, name)
        yield name, h_prev, z, h


def _down(parameters, cache, dh):
    from layers import dense_backward

    for (W, _), (name, h_prev, z, _) in zip(reversed(parameters), reversed(cache), strict=True):
        dW, db, dh = dense_backward(dh, z, h_prev, W, name)
        yield dW, db


def forward(parameters, X, activation):
    cache = tuple(_up(parameters, X, activation))
    *_, prediction = cache[-1]
    return prediction, cache


def backward(parameters, cache, dprediction, activation):
    return tuple(_down(parameters, cache, dprediction))[::-1]

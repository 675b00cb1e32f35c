"""Passes over layers; the cache is a flat list h0, z1, h1, z2, h2, ..."""

from .layers import dense_backward, dense_forward


def forward(parameters, X, activation):
    cache = [X]
    for W, b in parameters[:-1]:
        cache.extend(dense_forward(cache[-1], W, b, activation))
    cache.extend(dense_forward(cache[-1], *parameters[-1], "identity"))
    return cache[-1], cache


def backward(parameters, cache, dprediction, activation):
    gradients = [()] * len(parameters)
    name, dh = "identity", dprediction
    for i in range(len(parameters))[::-1]:
        h_prev, z = cache[2 * i : 2 * i + 2]
        *gradients[i], dh = dense_backward(dh, z, h_prev, parameters[i][0], name)
        name = activation
    return gradients

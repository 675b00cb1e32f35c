"""Forward and backward passes with a dict as the cache.

Allowed: The cache may be any object.
"""

from .layers import dense_backward, dense_forward


def _names(parameters, activation):
    return [activation] * (len(parameters) - 1) + ["identity"]


def forward(parameters, X, activation):
    cache = {"h": [X], "z": []}
    for (W, b), name in zip(parameters, _names(parameters, activation), strict=True):
        z, h = dense_forward(cache["h"][-1], W, b, name)
        cache["z"].append(z)
        cache["h"].append(h)
    return cache["h"][-1], cache


def backward(parameters, cache, dprediction, activation):
    names = _names(parameters, activation)
    gradients = [None] * len(parameters)
    dh = dprediction
    for i in reversed(range(len(parameters))):
        dW, db, dh = dense_backward(dh, cache["z"][i], cache["h"][i], parameters[i][0], names[i])
        gradients[i] = [dW, db]
    return gradients

"""Passes through the network; the cache is three lists: names, inputs, pre-activations."""

from . import layers


def forward(parameters, X, activation):
    depth = len(parameters)
    names = [activation if i < depth else "identity" for i in range(1, depth + 1)]
    inputs, zs = [X], []
    for (W, b), name in zip(parameters, names, strict=True):
        z, h = layers.dense_forward(inputs[-1], W, b, name)
        zs.append(z)
        inputs.append(h)
    prediction = inputs.pop()
    return prediction, (names, inputs, zs)


def backward(parameters, cache, dprediction, activation):
    dh = dprediction
    gradients = ()
    for (W, _), name, h_prev, z in reversed(list(zip(parameters, *cache, strict=True))):
        dW, db, dh = layers.dense_backward(dh, z, h_prev, W, name)
        gradients = ((dW, db), *gradients)
    return gradients

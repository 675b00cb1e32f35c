"""A network is a loop over its layers, there and back.

Allowed: Gradients may be nested lists.
"""

from layers import dense_backward, dense_forward


def forward(parameters, X, activation):
    h = X
    cache = []
    last = len(parameters) - 1
    for i, (W, b) in enumerate(parameters):
        z, h_next = dense_forward(h, W, b, "identity" if i == last else activation)
        cache.append((h, z))
        h = h_next
    return h, cache


def backward(parameters, cache, dprediction, activation):
    gradients = []
    dh = dprediction
    last = len(parameters) - 1
    for i in range(last, -1, -1):
        W, _ = parameters[i]
        h_prev, z = cache[i]
        name = "identity" if i == last else activation
        dW, db, dh = dense_backward(dh, z, h_prev, W, name)
        gradients.insert(0, (dW, db))
    return gradients

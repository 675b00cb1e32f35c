"""Layers one after the other."""

from layers import dense_backward, dense_forward


def forward(parameters, X, activation):
    """Return the prediction and the cache, a list of (input, z) of every layer."""
    *hidden, (W_last, b_last) = parameters
    cache = []
    h = X
    for W, b in hidden:
        z, h_new = dense_forward(h, W, b, activation)
        cache.append((h, z))
        h = h_new
    z, prediction = dense_forward(h, W_last, b_last, "identity")
    cache.append((h, z))
    return prediction, cache


def backward(parameters, cache, dprediction, activation):
    """Return (dW, db) of every layer, first layer first."""
    gradients = []
    dh = dprediction
    name = "identity"  # the last layer comes first here
    for i in reversed(range(len(parameters))):
        h_prev, z = cache[i]
        dW, db, dh = dense_backward(dh, z, h_prev, parameters[i][0], name)
        gradients.append((dW, db))
        name = activation
    return gradients[::-1]

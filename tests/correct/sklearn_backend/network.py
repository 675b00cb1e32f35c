"""The passes of a perceptron: a list of activations forward, deltas backward."""

from .layers import dense_backward, dense_forward


def _names(parameters, activation):
    return [activation] * (len(parameters) - 1) + ["identity"]


def forward(parameters, X, activation):
    activations, sums = [X.copy()], []
    for (W, b), name in zip(parameters, _names(parameters, activation), strict=True):
        z, h = dense_forward(activations[-1], W, b, name)
        sums.append(z)
        activations.append(h)
    return activations[-1].copy(), (sums, activations)


def backward(parameters, cache, dprediction, activation):
    sums, activations = cache
    gradients, dh = [None] * len(parameters), dprediction
    names = _names(parameters, activation)
    for i in reversed(range(len(parameters))):
        dW, db, dh = dense_backward(dh, sums[i], activations[i], parameters[i][0], names[i])
        gradients[i] = dW, db
    return gradients

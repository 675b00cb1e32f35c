"""Passes on augmented matrices; the cache is a list of (augmented input, pre-activation).

Allowed: Results may be views of larger arrays.
"""

from .activations import BY_NAME
from .numerics import augmented, with_ones


def run(matrices, X, activation):
    """Forward through augmented matrices: the prediction and what each layer saw."""
    seen = []
    h = X
    for k, A in enumerate(matrices, start=1):
        inputs = with_ones(h)
        z = inputs @ A.T
        seen.append((inputs, z))
        h = BY_NAME[activation][0](z) if k < len(matrices) else z
    return h, seen


def slopes(matrices, seen, dprediction, activation):
    """The gradient for each augmented matrix."""
    grads = []
    delta = dprediction
    for k in range(len(matrices) - 1, -1, -1):
        grads.append(delta.T @ seen[k][0])
        if k > 0:
            delta = (delta @ matrices[k][:, :-1]) * BY_NAME[activation][1](seen[k - 1][1])
    grads.reverse()
    return grads


def forward(parameters, X, activation):
    return run([augmented(W, b) for W, b in parameters], X, activation)


def backward(parameters, cache, dprediction, activation):
    matrices = [augmented(W, b) for W, b in parameters]
    grads = slopes(matrices, cache, dprediction, activation)
    return [(dA[:, :-1], dA[:, -1]) for dA in grads]

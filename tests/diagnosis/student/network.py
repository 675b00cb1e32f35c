import numpy as np
from activations import DERIVATIVES, FUNCTIONS


def forward(parameters, X, activation):
    h = X
    zs, hs = [], [X]
    L = len(parameters)
    for l in range(L):
        W, b = parameters[l]
        z = h @ W.T + b
        h = FUNCTIONS[activation](z) if l < L - 1 else z
        zs.append(z)
        hs.append(h)
    return h, {"z": zs, "h": hs}


def backward(parameters, cache, dprediction, activation):
    zs, hs = cache["z"], cache["h"]
    L = len(parameters)
    grads = [None] * L
    dh = dprediction
    for l in reversed(range(L)):
        W, b = parameters[l]
        if l == L - 1:
            delta = dh
        else:
            delta = dh * DERIVATIVES[activation](zs[l])
        dW = delta.T @ hs[l]
        db = delta.sum(axis=0)
        grads[l] = (dW, db)
        dh = delta @ W
    return grads

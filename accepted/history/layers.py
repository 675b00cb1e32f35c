"""Dense layers; the backward pass adds up what each data point contributes."""

import numpy as np

from .activations import DERIVATIVES, FUNCTIONS


def dense_forward(h_prev, W, b, activation):
    z = np.array([np.dot(W, row) + b for row in h_prev]).reshape(len(h_prev), len(b))
    return z, FUNCTIONS[activation](z)


def dense_backward(dh, z, h_prev, W, activation):
    delta = dh * DERIVATIVES[activation](z)
    dW = np.zeros(W.shape)
    db = np.zeros(len(W))
    dh_prev = np.zeros(h_prev.shape)
    for k, (d, h) in enumerate(zip(delta, h_prev, strict=True)):
        dW += np.outer(d, h)
        db += d
        dh_prev[k] = np.dot(d, W)
    return dW, db, dh_prev

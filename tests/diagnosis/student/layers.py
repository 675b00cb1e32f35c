import numpy as np
from activations import DERIVATIVES, FUNCTIONS


def dense_forward(h_prev, W, b, activation):
    sigma = FUNCTIONS[activation]
    z = np.dot(h_prev, W.T) + b
    h = sigma(z)
    return z, h


def dense_backward(dh, z, h_prev, W, activation):
    m = h_prev.shape[0]
    delta = dh * DERIVATIVES[activation](z)
    dW = np.dot(delta.T, h_prev)
    db = np.sum(delta, axis=0)
    dh_prev = np.dot(delta, W)
    return dW, db, dh_prev

import numpy as np

from . import activations as act

SIGMA = {
    "identity": act.identity,
    "tanh": act.tanh,
    "relu": act.relu,
    "sigmoid": act.sigmoid,
}
SIGMA_PRIME = {
    "identity": act.identity_derivative,
    "tanh": act.tanh_derivative,
    "relu": act.relu_derivative,
    "sigmoid": act.sigmoid_derivative,
}


def dense_forward(h_prev, W, b, activation):
    z = np.matmul(h_prev, W.T) + b[None, :]
    return z, SIGMA[activation](z)


def dense_backward(dh, z, h_prev, W, activation):
    m = h_prev.shape[0]
    delta = np.multiply(dh, SIGMA_PRIME[activation](z))
    dW = np.matmul(delta.T, h_prev)
    db = np.sum(delta, axis=0) / m
    return dW, db, np.matmul(delta, W)

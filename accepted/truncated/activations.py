"""Activations; derivatives go through the value h, computed from z."""

import numpy as np


def identity(z):
    return np.array(z, dtype=float)


def identity_derivative(z):
    return 0.0 * np.asarray(z) + 1.0


def tanh(z):
    return 2.0 * sigmoid(2.0 * np.asarray(z)) - 1.0


def tanh_derivative(z):
    h = tanh(z)
    return 1.0 - h * h


def relu(z):
    return z * relu_derivative(z)


def relu_derivative(z):
    return np.asarray(z > 0, dtype=float)


def sigmoid(z):
    # Piecewise, so that exp only sees what is not positive; flat, so that masks fit any shape.
    z = np.asarray(z, dtype=float)
    flat = z.ravel()
    h = np.empty_like(flat)
    right = flat >= 0
    h[right] = 1.0 / (1.0 + np.exp(-flat[right]))
    e = np.exp(flat[~right])
    h[~right] = e / (1.0 + e)
    return h.reshape(z.shape)


def sigmoid_derivative(z):
    h = sigmoid(z)
    return h * (1.0 - h)


BY_NAME = {
    "identity": (identity, identity_derivative),
    "tanh": (tanh, tanh_derivative),
    "relu": (relu, relu_derivative),
    "sigmoid": (sigmoid, sigmoid_derivative),
}

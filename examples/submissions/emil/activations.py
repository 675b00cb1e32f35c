"""Activation functions (elementwise)."""

import numpy as np


def identity(z):
    """Nothing happens."""
    return +z


def identity_derivative(z):
    """Slope 1."""
    return np.ones_like(z)


def tanh(z):
    """Between -1 and 1, odd."""
    return np.tanh(z)


def tanh_derivative(z):
    """1 - tanh², z is the pre-activation."""
    t = np.tanh(z)
    return 1 - t**2


def relu(z):
    """The positive part."""
    return np.clip(z, 0.0, None)


def relu_derivative(z):
    """0 on the left, 1 on the right, 0 at the kink."""
    return np.asarray(z > 0, dtype=float)


def sigmoid(z):
    """Between 0 and 1. Beyond ±700 exp overflows, and nothing changes there any more."""
    return 1 / (1 + np.exp(-np.clip(z, -700, 700)))


def sigmoid_derivative(z):
    """s (1 - s)"""
    s = sigmoid(z)
    return s * (1 - s)

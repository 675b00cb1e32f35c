"""Activations in closed form, safe on both sides of zero.

Allowed: Arrays may be read-only.
"""

import numpy as np

from .helpers import sealed


def _decay(z):
    return np.exp(-np.abs(z))


def identity(z):
    return sealed(z)


def identity_derivative(z):
    return sealed(np.ones(np.shape(z)))


def tanh(z):
    squared = np.square(_decay(z))
    return sealed(np.sign(z) * -np.expm1(-2.0 * np.abs(z)) / (1.0 + squared))


def tanh_derivative(z):
    squared = np.square(_decay(z))
    return sealed(4.0 * squared / np.square(1.0 + squared))


def relu(z):
    return sealed((np.asarray(z) + np.abs(z)) / 2.0)


def relu_derivative(z):
    return sealed(np.where(np.greater(z, 0.0), 1.0, 0.0))


def sigmoid(z):
    decay = _decay(z)
    return sealed(np.where(np.greater_equal(z, 0.0), 1.0 / (1.0 + decay), decay / (1.0 + decay)))


def sigmoid_derivative(z):
    decay = _decay(z)
    return sealed(decay / np.square(1.0 + decay))

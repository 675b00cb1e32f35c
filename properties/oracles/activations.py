"""Activations, one number at a time, from the exponential alone or the definition."""

import math

import numpy as np


def _identity(z):
    return z


def _one(z):
    return 1.0


def _tanh(z):
    decay = math.exp(-2.0 * abs(z))
    return math.copysign((1.0 - decay) / (1.0 + decay), z)


def _tanh_derivative(z):
    decay = math.exp(-2.0 * abs(z))
    return 4.0 * decay / (1.0 + decay) ** 2


def _relu(z):
    return z if z > 0 else 0.0


def _relu_derivative(z):
    return 1.0 if z > 0 else 0.0


def _sigmoid(z):
    decay = math.exp(-abs(z))
    return 1.0 / (1.0 + decay) if z >= 0 else decay / (1.0 + decay)


def _sigmoid_derivative(z):
    decay = math.exp(-abs(z))
    return decay / (1.0 + decay) ** 2


_BY_NAME = {
    "identity": (_identity, _one),
    "tanh": (_tanh, _tanh_derivative),
    "relu": (_relu, _relu_derivative),
    "sigmoid": (_sigmoid, _sigmoid_derivative),
}

NAMES = tuple(_BY_NAME)


def value(name, z):
    """σ(z), entry by entry."""
    return _each(_BY_NAME[name][0], z)


def derivative(name, z):
    """σ'(z), entry by entry; 0 for ReLU at 0."""
    return _each(_BY_NAME[name][1], z)


def _each(function, z):
    z = np.asarray(z, dtype=np.float64)
    return np.array([function(entry) for entry in z.ravel().tolist()]).reshape(z.shape)

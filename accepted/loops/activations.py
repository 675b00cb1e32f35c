"""Activations, one number at a time.

Allowed: A result may be anything that numpy.asarray turns into the right array.
"""

import math

import numpy as np


def _each(function, z):
    z = np.asarray(z, dtype=float)
    if z.size == 0:
        return np.zeros(z.shape)
    return _walk(function, z.tolist())


def _walk(function, z):
    if isinstance(z, list):
        return [_walk(function, entry) for entry in z]
    return function(z)


def _logistic(z):
    if z >= 0:
        return 1.0 / (1.0 + math.exp(-z))
    e = math.exp(z)
    return e / (1.0 + e)


def identity(z):
    return _each(float, z)


def identity_derivative(z):
    return _each(lambda entry: 1.0, z)


def tanh(z):
    return _each(math.tanh, z)


def tanh_derivative(z):
    return _each(lambda entry: 1.0 - math.tanh(entry) ** 2, z)


def relu(z):
    return _each(lambda entry: entry if entry > 0 else 0.0, z)


def relu_derivative(z):
    return _each(lambda entry: 1.0 if entry > 0 else 0.0, z)


def sigmoid(z):
    return _each(_logistic, z)


def sigmoid_derivative(z):
    return _each(lambda entry: _logistic(entry) * _logistic(-entry), z)

"""Activations written with the exponential function of negative numbers only."""

import numpy as np


def identity(z):
    return np.array(z)


def identity_derivative(z):
    return np.ones_like(z)


def tanh(z):
    e = np.exp(-2 * np.abs(z))
    return np.copysign((1 - e) / (1 + e), z)


def tanh_derivative(z):
    return 1 - tanh(z) ** 2


def relu(z):
    return np.maximum(0.0, z)


def relu_derivative(z):
    return np.where(np.array(z) > 0, 1.0, 0.0)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.array(z) > 0, 1 / (1 + e), e / (1 + e))


def sigmoid_derivative(z):
    return sigmoid(z) * (1 - sigmoid(z))


FUNCTIONS = {"identity": identity, "tanh": tanh, "relu": relu, "sigmoid": sigmoid}
DERIVATIVES = {
    "identity": identity_derivative,
    "tanh": tanh_derivative,
    "relu": relu_derivative,
    "sigmoid": sigmoid_derivative,
}

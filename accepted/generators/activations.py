"""Activations; the logistic function is written as a tanh."""

import numpy as np


def identity(z):
    return z


def identity_derivative(z):
    return np.full(np.shape(z), 1.0)


def tanh(z):
    return np.tanh(z)


def tanh_derivative(z):
    return 1.0 - np.tanh(z) ** 2


def relu(z):
    return np.clip(z, 0.0, None)


def relu_derivative(z):
    return np.greater(z, 0.0) * 1.0


def sigmoid(z):
    return 0.5 + 0.5 * np.tanh(np.multiply(0.5, z))


def sigmoid_derivative(z):
    return 0.25 * (1.0 - np.tanh(np.multiply(0.5, z)) ** 2)

"""Activations as compositions; a derivative is made from the value of its activation."""

import numpy as np


def _from_value(activation, slope_at):
    """The derivative, for activations whose slope is a function of their value h."""

    def derivative(z):
        return slope_at(activation(z))

    return derivative


def identity(z):
    return z


def tanh(z):
    return np.tanh(z)


def relu(z):
    return np.fmax(z, 0.0)


def sigmoid(z):
    return np.exp(-np.logaddexp(0.0, np.negative(z)))


identity_derivative = _from_value(identity, lambda h: np.ones_like(h, dtype=float))
tanh_derivative = _from_value(tanh, lambda h: 1.0 - np.square(h))
relu_derivative = _from_value(relu, np.sign)
sigmoid_derivative = _from_value(sigmoid, lambda h: h - np.square(h))

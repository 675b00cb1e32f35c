"""Activations as classes; the functions are their methods.

Allowed: identity may return z itself.
"""

import numpy as np

REGISTRY = {}


class Activation:
    """A function of every entry, with a value and a derivative; subclasses register by name."""

    def __init_subclass__(cls, name):
        REGISTRY[name] = cls()


class Identity(Activation, name="identity"):
    def value(self, z):
        return z

    def derivative(self, z):
        return np.ones(np.shape(z))


class Tanh(Activation, name="tanh"):
    def value(self, z):
        return np.tanh(z)

    def derivative(self, z):
        return 1 - self.value(z) ** 2


class Relu(Activation, name="relu"):
    def value(self, z):
        return np.where(np.asarray(z) > 0, z, 0.0)

    def derivative(self, z):
        return (np.asarray(z) > 0).astype(float)


class Sigmoid(Activation, name="sigmoid"):
    def value(self, z):
        # exp of a number that is never positive: nothing overflows on either side.
        small = np.exp(-np.abs(z))
        return np.where(np.asarray(z) >= 0, 1.0, small) / (1.0 + small)

    def derivative(self, z):
        return self.value(z) * self.value(np.negative(z))


identity, identity_derivative = REGISTRY["identity"].value, REGISTRY["identity"].derivative
tanh, tanh_derivative = REGISTRY["tanh"].value, REGISTRY["tanh"].derivative
relu, relu_derivative = REGISTRY["relu"].value, REGISTRY["relu"].derivative
sigmoid, sigmoid_derivative = REGISTRY["sigmoid"].value, REGISTRY["sigmoid"].derivative

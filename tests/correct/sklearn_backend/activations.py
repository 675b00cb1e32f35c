"""The activations of scikit-learn's perceptrons, which work in place, on copies."""

from functools import partial

import numpy as np
from sklearn.neural_network._base import ACTIVATIONS, DERIVATIVES

NAMES = {"identity": "identity", "tanh": "tanh", "relu": "relu", "sigmoid": "logistic"}


def activate(name, z):
    h = np.array(z, dtype=np.float64)
    ACTIVATIONS[NAMES[name]](h)
    return h


def scale_by_slope(name, z, upstream):
    """The upstream derivative times the slope at z."""
    delta = np.array(upstream, dtype=np.float64)
    # scikit-learn takes the slope of ReLU from where h is 0.
    DERIVATIVES[NAMES[name]](np.atleast_1d(activate(name, z)), np.atleast_1d(delta))
    return delta


def _slope(name, z):
    return scale_by_slope(name, z, np.ones(np.shape(z)))


identity = partial(activate, "identity")
identity_derivative = partial(_slope, "identity")
tanh = partial(activate, "tanh")
tanh_derivative = partial(_slope, "tanh")
relu = partial(activate, "relu")
relu_derivative = partial(_slope, "relu")
sigmoid = partial(activate, "sigmoid")
sigmoid_derivative = partial(_slope, "sigmoid")

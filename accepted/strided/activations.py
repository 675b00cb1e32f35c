"""Activations that fill one output buffer in place."""

import numpy as np


def _buffer(z):
    return np.empty(np.shape(z), dtype=np.float64)


def identity(z):
    return np.positive(z, out=_buffer(z))


def identity_derivative(z):
    out = _buffer(z)
    out[...] = 1.0
    return out


def tanh(z):
    return np.tanh(z, out=_buffer(z))


def tanh_derivative(z):
    out = tanh(z)
    np.square(out, out=out)
    return np.subtract(1.0, out, out=out)


def relu(z):
    return np.maximum(z, 0.0, out=_buffer(z))


def relu_derivative(z):
    return np.greater(z, 0.0, out=_buffer(z), casting="unsafe")


def sigmoid(z):
    out = np.negative(z, out=_buffer(z))
    with np.errstate(over="ignore"):  # exp(1000) may be infinite: 1 / (1 + inf) is the 0 we want
        np.exp(out, out=out)
    out += 1.0
    return np.reciprocal(out, out=out)


def sigmoid_derivative(z):
    out = sigmoid(z)
    out -= np.square(out)
    return out


TABLE = {
    "identity": (identity, identity_derivative),
    "tanh": (tanh, tanh_derivative),
    "relu": (relu, relu_derivative),
    "sigmoid": (sigmoid, sigmoid_derivative),
}

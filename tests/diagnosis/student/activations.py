import numpy as np


def identity(z):
    return z


def identity_derivative(z):
    return np.ones(np.shape(z))


def tanh(z):
    return np.tanh(z)


def tanh_derivative(z):
    t = np.tanh(z)
    return 1 - t * t


def relu(z):
    return z * (z > 0)


def relu_derivative(z):
    return np.where(z > 0, 1.0, 0.0)


def sigmoid(z):
    # 1 / (1 + exp(-z)) overflows for z < -700
    return 0.5 * (np.tanh(0.5 * z) + 1)


def sigmoid_derivative(z):
    s = sigmoid(z)
    return s * (1 - s)


FUNCTIONS = {"identity": identity, "tanh": tanh, "relu": relu, "sigmoid": sigmoid}
DERIVATIVES = {
    "identity": identity_derivative,
    "tanh": tanh_derivative,
    "relu": relu_derivative,
    "sigmoid": sigmoid_derivative,
}

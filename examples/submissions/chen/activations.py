import numpy as np


def identity(z):
    return z.copy()


def identity_derivative(z):
    return z * 0.0 + 1.0


def tanh(z):
    return np.tanh(z)


def tanh_derivative(z):
    return (1 - np.tanh(z)) * (1 + np.tanh(z))


def relu(z):
    return z * (z > 0)


def relu_derivative(z):
    return 1.0 * (z > 0)


def sigmoid(z):
    # two formulas for the same thing, each one for the sign where its exp is small
    result = np.empty_like(z)
    positive = z >= 0
    negative = ~positive
    result[positive] = 1 / (1 + np.exp(-z[positive]))
    result[negative] = np.exp(z[negative]) / (1 + np.exp(z[negative]))
    return result


def sigmoid_derivative(z):
    return sigmoid(z) * sigmoid(-z)

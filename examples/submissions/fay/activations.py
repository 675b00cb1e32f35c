"""The activation functions and their derivatives, applied to every entry of an array."""

import numpy as np


def identity(z: np.ndarray) -> np.ndarray:
    """Linear layer, z stays z."""
    return np.array(z)


def identity_derivative(z: np.ndarray) -> np.ndarray:
    """The slope is 1 everywhere."""
    return np.zeros_like(z) + 1.0


def tanh(z: np.ndarray) -> np.ndarray:
    """Hyperbolic tangent."""
    return np.tanh(z)


def tanh_derivative(z: np.ndarray) -> np.ndarray:
    """1 minus the square."""
    return 1.0 - z**2


def relu(z: np.ndarray) -> np.ndarray:
    """Negative entries become 0."""
    return np.maximum(0.0, z)


def relu_derivative(z: np.ndarray) -> np.ndarray:
    """1 for positive entries, 0 for all others."""
    return np.sign(np.maximum(0.0, z))


def sigmoid(z: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-z))"""
    # exp(1000) becomes inf, and 1 / inf = 0 is what we want, only the warning has to go
    with np.errstate(over="ignore"):
        return 1.0 / (1.0 + np.exp(-z))


def sigmoid_derivative(z: np.ndarray) -> np.ndarray:
    """sigmoid(z) (1 - sigmoid(z))"""
    p = sigmoid(z)
    return p - p * p

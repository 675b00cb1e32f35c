"""Activation functions and their derivatives. All of them work on every entry of z."""

import numpy as np


def identity(z: np.ndarray) -> np.ndarray:
    """z, unchanged."""
    return z


def identity_derivative(z: np.ndarray) -> np.ndarray:
    """1 everywhere."""
    return np.ones(np.shape(z))


def tanh(z: np.ndarray) -> np.ndarray:
    """(exp(z) - exp(-z)) / (exp(z) + exp(-z)), but the formula overflows, np.tanh does not."""
    return np.tanh(z)


def tanh_derivative(z: np.ndarray) -> np.ndarray:
    """1 - tanh(z)²"""
    h = tanh(z)
    return 1 - h * h


def relu(z: np.ndarray) -> np.ndarray:
    """max(z, 0)"""
    return np.where(z > 0, z, 0.0)


def relu_derivative(z: np.ndarray) -> np.ndarray:
    """1 where z > 0, else 0 (also at z = 0)."""
    return (z > 0).astype(float)


def sigmoid(z: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-z)), written with tanh because exp(1000) is too large."""
    return 0.5 * (1 + np.tanh(0.5 * z))


def sigmoid_derivative(z: np.ndarray) -> np.ndarray:
    """sigmoid(z) (1 - sigmoid(z))"""
    return sigmoid(z) * (1 - sigmoid(z))

"""Activation functions for dense layers."""

import numpy as np


def identity(z: np.ndarray) -> np.ndarray:
    """identity(z) = z"""
    return z


def identity_derivative(z: np.ndarray) -> np.ndarray:
    """identity'(z) = 1"""
    return np.full_like(z, 1.0)


def tanh(z: np.ndarray) -> np.ndarray:
    """tanh(z) = 2 sigmoid(2z) - 1, numpy does it for us"""
    return np.tanh(z)


def tanh_derivative(z: np.ndarray) -> np.ndarray:
    """tanh'(z) = 1 - tanh(z)²"""
    return 1.0 - np.square(np.tanh(z))


def relu(z: np.ndarray) -> np.ndarray:
    """relu(z) = max(z, 0)"""
    return (z + np.abs(z)) / 2


def relu_derivative(z: np.ndarray) -> np.ndarray:
    """relu'(z) = 1 where z > 0, else 0"""
    return np.heaviside(z, 0.0)


def sigmoid(z: np.ndarray) -> np.ndarray:
    """sigmoid(z) = 1 / (1 + exp(-z)) = exp(-log(1 + exp(-z)))"""
    return np.exp(-np.logaddexp(0.0, -z))


def sigmoid_derivative(z: np.ndarray) -> np.ndarray:
    """sigmoid'(z) = sigmoid(z) (1 - sigmoid(z))"""
    s = sigmoid(z)
    return s - s**2

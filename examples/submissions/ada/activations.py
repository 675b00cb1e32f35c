"""The activation functions and their derivatives, applied to every entry of an array.

Lecture: Layerwise gradient, dense layers, where they are σ(z) and ∂σ(z)/∂z.
"""

import numpy as np


def identity(z: np.ndarray) -> np.ndarray:
    """Return z unchanged, the activation of a linear layer.

        identity(z) = z

    z: any shape, 0-d included. Returns the same shape; z itself may be returned.

    Lecture: Layerwise gradient, dense layers.
    """
    return z


def identity_derivative(z: np.ndarray) -> np.ndarray:
    """Return the derivative of the identity at every entry of z.

        identity'(z) = 1

    z: any shape, 0-d included. Returns the same shape.

    Lecture: Layerwise gradient, dense layers.
    """
    return np.ones_like(z)


def tanh(z: np.ndarray) -> np.ndarray:
    """Return the hyperbolic tangent of every entry of z.

        tanh(z) = (exp(z) - exp(-z)) / (exp(z) + exp(-z))

    z: any shape, 0-d included. Returns the same shape, right and without a warning up to
    |z| = 1000.

    Lecture: Initializing neural networks, consistency across layers.
    """
    return np.tanh(z)


def tanh_derivative(z: np.ndarray) -> np.ndarray:
    """Return the derivative of tanh at every entry of z.

        tanh'(z) = 1 - tanh(z)²

    z: any shape, 0-d included; the pre-activation, not tanh(z). Returns the same shape, right and
    without a warning up to |z| = 1000.

    Lecture: Layerwise gradient, dense layers.
    """
    return 1.0 - np.tanh(z) ** 2


def relu(z: np.ndarray) -> np.ndarray:
    """Return the positive part of every entry of z.

        relu(z) = max(z, 0)

    z: any shape, 0-d included. Returns the same shape.

    Lecture: Many initializations, different properties.
    """
    return np.maximum(z, 0.0)


def relu_derivative(z: np.ndarray) -> np.ndarray:
    """Return the derivative of relu at every entry of z.

        relu'(z) = 1 where z > 0, else 0

    z: any shape, 0-d included. Returns the same shape. At the kink z = 0 the value is 0.

    Lecture: Layerwise gradient, dense layers.
    """
    return np.where(z > 0.0, 1.0, 0.0)


def sigmoid(z: np.ndarray) -> np.ndarray:
    """Return the logistic function of every entry of z.

        sigmoid(z) = 1 / (1 + exp(-z))

    z: any shape, 0-d included. Returns the same shape, right and without a warning up to
    |z| = 1000.

    Lecture: Layerwise gradient, dense layers.
    """
    # exp only ever sees numbers <= 0, so it cannot overflow
    e = np.exp(-np.abs(z))
    return np.where(z >= 0.0, 1.0, e) / (1.0 + e)


def sigmoid_derivative(z: np.ndarray) -> np.ndarray:
    """Return the derivative of the logistic function at every entry of z.

        sigmoid'(z) = sigmoid(z) (1 - sigmoid(z))

    z: any shape, 0-d included; the pre-activation, not sigmoid(z). Returns the same shape, right
    and without a warning up to |z| = 1000.

    Lecture: Layerwise gradient, dense layers.
    """
    h = sigmoid(z)
    return h * (1.0 - h)

"""Gradient descent and its relatives.

A state is a list [m], [v] or [m, v, t] that the step functions keep up to date.
"""

from typing import Any

import numpy as np
from utils import moving_average


def gradient_descent_step(
    theta: np.ndarray, gradient: np.ndarray, learning_rate: float
) -> np.ndarray:
    """theta ← theta - learning_rate · gradient"""
    step = -learning_rate * gradient
    return theta + step


def momentum_init(theta: np.ndarray) -> Any:
    """m = 0"""
    return [np.zeros(theta.shape)]


def momentum_step(
    theta: np.ndarray, gradient: np.ndarray, state: Any, learning_rate: float, beta: float = 0.9
) -> tuple[np.ndarray, Any]:
    """Follow the moving average of the gradients."""
    state[0] = moving_average(state[0], gradient, beta)
    return theta - learning_rate * state[0], state


def rmsprop_init(theta: np.ndarray) -> Any:
    """v = 0"""
    return [np.zeros(theta.shape)]


def rmsprop_step(
    theta: np.ndarray,
    gradient: np.ndarray,
    state: Any,
    learning_rate: float,
    beta: float = 0.9,
    epsilon: float = 1e-8,
) -> tuple[np.ndarray, Any]:
    """Divide the gradient by the root of the moving average of its squares."""
    state[0] = moving_average(state[0], gradient**2, beta)
    return theta - learning_rate * gradient / (state[0] ** 0.5 + epsilon), state


def adam_init(theta: np.ndarray) -> Any:
    """m = 0, v = 0, t = 0"""
    return [np.zeros(theta.shape), np.zeros(theta.shape), 0]


def adam_step(
    theta: np.ndarray,
    gradient: np.ndarray,
    state: Any,
    learning_rate: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    bias_correction: bool = True,
) -> tuple[np.ndarray, Any]:
    """Momentum and RMSProp together."""
    state[0] = moving_average(state[0], gradient, beta1)
    state[1] = moving_average(state[1], gradient**2, beta2)
    state[2] += 1
    m, v, t = state
    if bias_correction:
        m = m / (1.0 - beta1**t)
        v = v / (1.0 - beta2**t)
    return theta - learning_rate * m / (v**0.5 + epsilon), state

"""Rules that turn a gradient into a step: gradient descent, momentum, RMSProp and Adam."""

from dataclasses import dataclass

import numpy as np


def gradient_descent_step(theta, gradient, learning_rate):
    """theta ← theta - learning_rate · gradient"""
    return theta - learning_rate * gradient


# --- Momentum ---


def momentum_init(theta):
    """The average starts with 0; a plain number is enough, numpy makes an array of it later."""
    return 0.0


def momentum_step(theta, gradient, state, learning_rate, beta=0.9):
    """m ← beta · m + (1 - beta) · gradient"""
    m = beta * state + (1 - beta) * gradient
    return theta - learning_rate * m, m


# --- RMSProp ---


def rmsprop_init(theta):
    """As above."""
    return 0.0


def rmsprop_step(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """v ← beta · v + (1 - beta) · gradient²"""
    v = beta * state + (1 - beta) * gradient**2
    return theta - learning_rate / np.sqrt(v + epsilon) * gradient, v


# --- Adam ---


@dataclass
class AdamState:
    """m and v as in the lecture, and t, the number of steps so far."""

    m: np.ndarray
    v: np.ndarray
    t: int = 0


def adam_init(theta):
    """m = 0, v = 0, t = 0"""
    return AdamState(np.zeros_like(theta), np.zeros_like(theta))


def adam_step(
    theta,
    gradient,
    state,
    learning_rate,
    beta1=0.9,
    beta2=0.999,
    epsilon=1e-8,
    bias_correction=True,
):
    """Momentum divided by the root of RMSProp's v."""
    m = beta1 * state.m + (1 - beta1) * gradient
    v = beta2 * state.v + (1 - beta2) * gradient**2
    t = state.t + 1
    new_state = AdamState(m, v, t)
    if bias_correction:
        # m / (1 - beta1^t), v / (1 - beta2^t)
        m, v = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - learning_rate * m / (np.sqrt(v) + epsilon), new_state

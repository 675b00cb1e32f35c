"""Optimizers without mutation: a state is a frozen tuple or a closure.

Allowed: A state may be any object, such as a function, and Adam may add epsilon outside the
root.
"""

from typing import NamedTuple

import numpy as np


class Mean(NamedTuple):
    """A running mean and what is left of its zero start (beta to the number of steps)."""

    value: np.ndarray
    zero_share: float = 1.0

    def towards(self, new, beta):
        return Mean(beta * self.value + (1.0 - beta) * new, self.zero_share * beta)


def _zero_mean(theta):
    return Mean(np.zeros(np.shape(theta)))


def gradient_descent_step(theta, gradient, learning_rate):
    return theta - learning_rate * gradient


momentum_init = rmsprop_init = _zero_mean


def momentum_step(theta, gradient, state, learning_rate, beta=0.9):
    m = state.towards(gradient, beta)
    return gradient_descent_step(theta, m.value, learning_rate), m


def rmsprop_step(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    v = state.towards(np.square(gradient), beta)
    direction = gradient / np.sqrt(v.value + epsilon)
    return gradient_descent_step(theta, direction, learning_rate), v


def _adam_after(m, v):
    """Adam after the steps that m and v have seen: a function to its next move."""

    def advance(gradient, beta1, beta2, epsilon, bias_correction):
        m_next = m.towards(gradient, beta1)
        v_next = v.towards(np.square(gradient), beta2)
        # m_hat / (sqrt(v_hat) + eps), both parts multiplied by the root of v's correction.
        root = (1.0 - v_next.zero_share) ** 0.5 if bias_correction else 1.0
        gain = root / (1.0 - m_next.zero_share) if bias_correction else 1.0
        direction = gain * m_next.value / (np.sqrt(v_next.value) + root * epsilon)
        return direction, _adam_after(m_next, v_next)

    return advance


def adam_init(theta):
    return _adam_after(_zero_mean(theta), _zero_mean(theta))


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
    direction, advanced = state(gradient, beta1, beta2, epsilon, bias_correction)
    return gradient_descent_step(theta, direction, learning_rate), advanced

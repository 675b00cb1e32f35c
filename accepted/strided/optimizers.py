"""Optimizers that keep proper weighted means (the bias-corrected ones) and discount on demand.

Allowed: A state may hold anything; 0-d arrays may be returned as such.
"""

import numpy as np


class WeightedMean:
    """The mean of what came so far, with weights that fade by beta at each step."""

    __slots__ = ("mean", "t")

    def __init__(self, theta):
        self.mean = np.zeros(np.shape(theta))
        self.t = 0

    def include(self, new, beta):
        self.t += 1
        weight = (1.0 - beta) / (1.0 - beta**self.t)  # exactly 1 at the first step
        np.multiply(self.mean, 1.0 - weight, out=self.mean)
        np.add(self.mean, weight * new, out=self.mean)

    def discounted(self, beta):
        """The running mean that started from 0."""
        return self.mean * (1.0 - beta**self.t)


def _moved(theta, direction, learning_rate):
    out = np.empty(np.shape(theta))
    np.multiply(direction, -learning_rate, out=out)
    return np.add(out, theta, out=out)


def gradient_descent_step(theta, gradient, learning_rate):
    return _moved(theta, gradient, learning_rate)


def momentum_init(theta):
    return WeightedMean(theta)


def momentum_step(theta, gradient, state, learning_rate, beta=0.9):
    state.include(gradient, beta)
    return _moved(theta, state.discounted(beta), learning_rate), state


def rmsprop_init(theta):
    return WeightedMean(theta)


def rmsprop_step(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    state.include(np.square(gradient), beta)
    return _moved(theta, gradient / np.sqrt(state.discounted(beta) + epsilon), learning_rate), state


def adam_init(theta):
    return WeightedMean(theta), WeightedMean(theta)


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
    first, second = state
    first.include(gradient, beta1)
    second.include(np.square(gradient), beta2)
    m = first.mean if bias_correction else first.discounted(beta1)
    v = second.mean if bias_correction else second.discounted(beta2)
    return _moved(theta, m / np.sqrt(v + epsilon), learning_rate), state

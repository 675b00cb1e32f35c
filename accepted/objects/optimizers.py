"""Optimizers whose states are objects, changed in place; epsilon stands inside the root.

Allowed: A state may be an object that is changed in place and returned.
"""

import numpy as np


class GradientDescent:
    """The plain step; the others replace the direction."""

    def direction(self, gradient):
        return gradient

    def step(self, theta, learning_rate, *arguments):
        return theta - learning_rate * self.direction(*arguments)


class RunningMean:
    """A mean with exponentially fading memory, and the weight seen so far."""

    def __init__(self, like):
        self.value = np.zeros_like(like, dtype=float)
        self.faded = 1.0

    def update(self, new, beta):
        self.value *= beta
        self.value += (1 - beta) * new
        self.faded *= beta

    def corrected(self):
        return self.value / (1 - self.faded)


class Momentum(GradientDescent):
    def __init__(self, theta):
        self.m = RunningMean(theta)

    def direction(self, gradient, beta):
        self.m.update(gradient, beta)
        return self.m.value


class RMSProp(GradientDescent):
    def __init__(self, theta):
        self.v = RunningMean(theta)

    def direction(self, gradient, beta, epsilon):
        self.v.update(gradient * gradient, beta)
        return gradient / np.sqrt(self.v.value + epsilon)


class Adam(GradientDescent):
    def __init__(self, theta):
        self.m = RunningMean(theta)
        self.v = RunningMean(theta)

    def direction(self, gradient, beta1, beta2, epsilon, bias_correction):
        self.m.update(gradient, beta1)
        self.v.update(gradient * gradient, beta2)
        if bias_correction:
            return self.m.corrected() / np.sqrt(self.v.corrected() + epsilon)
        return self.m.value / np.sqrt(self.v.value + epsilon)


momentum_init = Momentum
rmsprop_init = RMSProp
adam_init = Adam


def gradient_descent_step(theta, gradient, learning_rate):
    return GradientDescent().step(theta, learning_rate, gradient)


def momentum_step(theta, gradient, state, learning_rate, beta=0.9):
    return state.step(theta, learning_rate, gradient, beta), state


def rmsprop_step(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    return state.step(theta, learning_rate, gradient, beta, epsilon), state


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
    arguments = gradient, beta1, beta2, epsilon, bias_correction
    return state.step(theta, learning_rate, *arguments), state

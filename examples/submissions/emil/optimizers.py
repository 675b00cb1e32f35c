"""Optimizers."""

import numpy as np


def gradient_descent_step(theta, gradient, learning_rate):
    """Go downhill."""
    return theta - gradient * learning_rate


class Momentum:
    """The moving average of the gradients."""

    def __init__(self, shape):
        self.m = np.zeros(shape)


def momentum_init(theta):
    """Start with m = 0."""
    return Momentum(theta.shape)


def momentum_step(theta, gradient, state, learning_rate, beta=0.9):
    """Go along the average."""
    state.m = beta * state.m + (1 - beta) * gradient
    return theta - learning_rate * state.m, state


def rmsprop_init(theta):
    """Start with v = 0."""
    return {"v": np.zeros(theta.shape)}


class Adam:
    """Both moving averages and the number of steps so far."""

    def __init__(self, shape):
        self.m = np.zeros(shape)
        self.v = np.zeros(shape)
        self.t = 0


def adam_init(theta):
    """Start with m = 0, v = 0, t = 0."""
    return Adam(theta.shape)


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
    """One step of Adam, epsilon inside the root."""
    state.t += 1
    state.m = (1 - beta1) * gradient + beta1 * state.m
    state.v = (1 - beta2) * gradient * gradient + beta2 * state.v
    m_factor, v_factor = 1.0, 1.0
    if bias_correction:
        m_factor -= beta1**state.t
        v_factor -= beta2**state.t
    step = (state.m / m_factor) / np.sqrt(state.v / v_factor + epsilon)
    return theta - learning_rate * step, state

"""Optimizers that walk over the entries; a state is a list of running means for each entry.

Allowed: Epsilon may be added outside the root, and a state may be a list.
"""

import math

import numpy as np


def _flat(values):
    return np.asarray(values, dtype=float).ravel().tolist()


def _like(values, theta):
    """The flat values in the shape of theta, as nested lists."""
    return np.reshape(values, np.shape(theta)).tolist()


def gradient_descent_step(theta, gradient, learning_rate):
    moved = [t - learning_rate * g for t, g in zip(_flat(theta), _flat(gradient), strict=True)]
    return _like(moved, theta)


def momentum_init(theta):
    return [0.0] * np.size(theta)


def momentum_step(theta, gradient, state, learning_rate, beta=0.9):
    moved = _flat(theta)
    for i, g in enumerate(_flat(gradient)):
        state[i] = beta * state[i] + (1 - beta) * g
        moved[i] -= learning_rate * state[i]
    return _like(moved, theta), state


def rmsprop_init(theta):
    return [0.0] * np.size(theta)


def rmsprop_step(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    moved = _flat(theta)
    for i, g in enumerate(_flat(gradient)):
        state[i] = beta * state[i] + (1 - beta) * g * g
        moved[i] -= learning_rate * g / (math.sqrt(state[i]) + epsilon)
    return _like(moved, theta), state


def adam_init(theta):
    return [[0.0, 0.0] for _ in range(np.size(theta))], 0


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
    moments, t = state
    t += 1
    m_scale = 1 - beta1**t if bias_correction else 1.0
    v_scale = 1 - beta2**t if bias_correction else 1.0
    moved = _flat(theta)
    for i, (g, entry) in enumerate(zip(_flat(gradient), moments, strict=True)):
        entry[0] = beta1 * entry[0] + (1 - beta1) * g
        entry[1] = beta2 * entry[1] + (1 - beta2) * g * g
        moved[i] -= learning_rate * (entry[0] / m_scale) / (math.sqrt(entry[1] / v_scale) + epsilon)
    return _like(moved, theta), (moments, t)

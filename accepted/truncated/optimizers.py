"""Optimizers; a state is one array with a row for each moment, then the step count.

Allowed: A state may be one array.
"""

import numpy as np


def gradient_descent_step(theta, gradient, learning_rate):
    return np.array(theta) - learning_rate * np.array(gradient)


def _memory(theta, rows):
    return np.zeros((rows, *np.shape(theta))), 0


def momentum_init(theta):
    return _memory(theta, 1)


def momentum_step(theta, gradient, state, learning_rate, beta=0.9):
    memory, t = state
    memory[0] += (1.0 - beta) * (gradient - memory[0])
    return theta - learning_rate * memory[0], (memory, t + 1)


def rmsprop_init(theta):
    return _memory(theta, 1)


def rmsprop_step(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    memory, t = state
    memory[0] = beta * memory[0] + (1.0 - beta) * gradient**2
    return theta - gradient * learning_rate / np.sqrt(memory[0] + epsilon), (memory, t + 1)


def adam_init(theta):
    return _memory(theta, 2)


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
    memory, t = state
    t += 1
    memory[0] = beta1 * memory[0] + (1.0 - beta1) * gradient
    memory[1] = beta2 * memory[1] + (1.0 - beta2) * gradient**2
    first, second = memory
    if bias_correction:
        first = first / -np.expm1(t * np.log(beta1)) if beta1 > 0 else first
        second = second / -np.expm1(t * np.log(beta2)) if beta2 > 0 else second
    return theta - learning_rate * first / np.sqrt(second + epsilon), (memory, t)

"""Optimizers; Adam adds epsilon outside the root, RMSProp inside, as on their slides.

Allowed: Adam may add epsilon outside the root where RMSProp adds it inside, and arrays may be
read-only.
"""

import numpy as np

from .helpers import sealed


def gradient_descent_step(theta, gradient, learning_rate):
    return sealed(theta - learning_rate * gradient)


def momentum_init(theta):
    return sealed(np.zeros(np.shape(theta)))


def momentum_step(theta, gradient, state, learning_rate, beta=0.9):
    m = sealed(beta * state + (1.0 - beta) * gradient)
    return sealed(theta - learning_rate * m), m


def rmsprop_init(theta):
    return sealed(np.zeros(np.shape(theta)))


def rmsprop_step(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    v = sealed(beta * state + (1.0 - beta) * np.square(gradient))
    return sealed(theta - learning_rate * gradient / np.sqrt(v + epsilon)), v


def adam_init(theta):
    nothing = sealed(np.zeros(np.shape(theta)))
    return nothing, nothing, 1


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
    m, v, t = state
    m = sealed(beta1 * m + (1.0 - beta1) * gradient)
    v = sealed(beta2 * v + (1.0 - beta2) * np.square(gradient))
    m_hat, v_hat = m, v
    if bias_correction:
        m_hat = m / (1.0 - beta1**t)
        v_hat = v / (1.0 - beta2**t)
    return sealed(theta - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)), (m, v, t + 1)

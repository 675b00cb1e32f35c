"""Optimizers on whole arrays; epsilon stands outside the root.

Allowed: Epsilon may be added outside the root, and a state may be a dict.
"""

import numpy as np


def _blend(beta, old, new):
    """The running mean: beta parts of the old, the rest of the new."""
    return np.einsum("k,k...->...", np.array([beta, 1.0 - beta]), np.stack([old, new]))


def gradient_descent_step(theta, gradient, learning_rate):
    return theta - learning_rate * gradient


def momentum_init(theta):
    return np.zeros(np.shape(theta))


def momentum_step(theta, gradient, state, learning_rate, beta=0.9):
    m = _blend(beta, state, gradient)
    return theta - learning_rate * m, m


def rmsprop_init(theta):
    return np.zeros(np.shape(theta))


def rmsprop_step(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    v = _blend(beta, state, np.square(gradient))
    return theta - learning_rate * gradient / (np.sqrt(v) + epsilon), v


def adam_init(theta):
    # The first and the second moment, stacked, and the number of steps.
    return {"moments": np.zeros((2, *np.shape(theta))), "t": 0}


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
    t = state["t"] + 1
    betas = np.array([beta1, beta2])
    powers = np.stack([gradient, np.square(gradient)])
    moments = np.einsum("k,k...->k...", betas, state["moments"])
    moments += np.einsum("k,k...->k...", 1.0 - betas, powers)
    weights = 1.0 / (1.0 - betas**t) if bias_correction else np.ones(2)
    m_hat, v_hat = np.einsum("k,k...->k...", weights, moments)
    step = learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return theta - step, {"moments": moments, "t": t}

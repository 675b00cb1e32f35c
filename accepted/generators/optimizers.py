"""Optimizers with a dict as the state, updated in place.

Allowed: RMSProp may add epsilon outside the root, and a state may be changed in place and
returned.
"""

import numpy as np


def _advance(state, **targets):
    """Move the named running means towards (value, beta) in place, and count the step."""
    state["t"] += 1
    for name, (value, beta) in targets.items():
        state[name] *= beta
        state[name] += (1 - beta) * value
        yield state[name]


def _start(theta, *names):
    return {"t": 0} | {name: np.zeros(np.shape(theta)) for name in names}


def gradient_descent_step(theta, gradient, learning_rate):
    return theta - learning_rate * gradient


def momentum_init(theta):
    return _start(theta, "m")


def momentum_step(theta, gradient, state, learning_rate, beta=0.9):
    (m,) = _advance(state, m=(gradient, beta))
    return theta - learning_rate * m, state


def rmsprop_init(theta):
    return _start(theta, "v")


def rmsprop_step(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    (v,) = _advance(state, v=(gradient**2, beta))
    return theta - learning_rate * gradient / (np.sqrt(v) + epsilon), state


def adam_init(theta):
    return _start(theta, "m", "v")


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
    m, v = _advance(state, m=(gradient, beta1), v=(gradient**2, beta2))
    if bias_correction:
        m = m / (1 - beta1 ** state["t"])
        v = v / (1 - beta2 ** state["t"])
    return theta - learning_rate * m / np.sqrt(v + epsilon), state

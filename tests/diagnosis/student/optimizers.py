import numpy as np


def gradient_descent_step(theta, gradient, learning_rate):
    return theta - learning_rate * gradient


def momentum_init(theta):
    return np.zeros_like(theta)


def momentum_step(theta, gradient, state, learning_rate, beta=0.9):
    m = beta * state + (1 - beta) * gradient
    theta = theta - learning_rate * m
    return theta, m


def rmsprop_init(theta):
    return np.zeros_like(theta)


def rmsprop_step(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    v = beta * state + (1 - beta) * gradient**2
    theta = theta - learning_rate * gradient / (np.sqrt(v) + epsilon)
    return theta, v


def adam_init(theta):
    return {"m": np.zeros_like(theta), "v": np.zeros_like(theta), "t": 0}


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
    m = beta1 * state["m"] + (1 - beta1) * gradient
    v = beta2 * state["v"] + (1 - beta2) * gradient**2
    if bias_correction:
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
    else:
        m_hat, v_hat = m, v
    theta = theta - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return theta, {"m": m, "v": v, "t": t}

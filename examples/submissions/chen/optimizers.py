import numpy as np


def gradient_descent_step(theta, gradient, learning_rate):
    return np.subtract(theta, learning_rate * gradient)


def momentum_init(theta):
    return np.zeros_like(theta)


def momentum_step(theta, gradient, state, learning_rate, beta=0.9):
    state = beta * state + (1 - beta) * gradient
    return theta - learning_rate * state, state


def rmsprop_init(theta):
    return np.zeros_like(theta)


def rmsprop_step(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    state = beta * state + (1 - beta) * np.square(gradient)
    return theta - learning_rate * gradient / (np.sqrt(state) + epsilon), state


def adam_init(theta):
    # m, v, number of steps
    return np.zeros_like(theta), np.zeros_like(theta), 0


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
    t += 1
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * np.square(gradient)
    # m starts at 0 and is too small in the first steps
    m_hat = m / (1 - beta1**t) if bias_correction else m
    return theta - learning_rate * m_hat / (np.sqrt(v) + epsilon), (m, v, t)

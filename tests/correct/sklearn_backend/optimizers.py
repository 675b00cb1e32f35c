"""Adam is that of scikit-learn's perceptrons; epsilon is added to the root everywhere."""

import numpy as np
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer


def gradient_descent_step(theta, gradient, learning_rate):
    return theta - learning_rate * gradient


def momentum_init(theta):
    return np.zeros_like(theta)


def momentum_step(theta, gradient, state, learning_rate, beta=0.9):
    state = beta * state + (1.0 - beta) * gradient
    return theta - learning_rate * state, state


def rmsprop_init(theta):
    return np.zeros_like(theta)


def rmsprop_step(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    state = beta * state + (1.0 - beta) * gradient**2
    return theta - learning_rate * gradient / (np.sqrt(state) + epsilon), state


def adam_init(theta):
    return AdamOptimizer([theta])


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
    # The optimizer corrects the bias by a factor of the learning rate, so that its epsilon would be
    # corrected, too, and takes that factor from t.
    m_weight, v_weight = 1.0 - beta1 ** (state.t + 1), np.sqrt(1.0 - beta2 ** (state.t + 1))
    state.beta_1, state.beta_2 = beta1, beta2
    state.learning_rate_init, state.epsilon = learning_rate, epsilon * v_weight
    if not bias_correction:
        state.learning_rate_init, state.epsilon = learning_rate * m_weight / v_weight, epsilon
    [update] = state._get_updates([gradient])
    return theta + update, state

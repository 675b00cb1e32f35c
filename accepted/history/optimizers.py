"""Optimizers that keep every gradient and sum up the closed form at each step.

Allowed: A state may grow with the steps, and RMSProp may add epsilon outside the root.
"""

import numpy as np

LONGEST = 200
POWERS = {"m": 1, "v": 2}


class Past:
    """All gradients so far; beyond LONGEST the oldest half is folded into its weighted sums."""

    def __init__(self):
        self.gradients = []
        self.folded = {}  # power of the gradient -> sum of the folded part
        self.folded_steps = 0

    @property
    def t(self):
        return self.folded_steps + len(self.gradients)

    def add(self, gradient, **betas):
        self.gradients.append(np.array(gradient))
        if len(self.gradients) > LONGEST:
            half = LONGEST // 2
            oldest, self.gradients = self.gradients[:half], self.gradients[half:]
            for name, beta in betas.items():
                sums = _weighted(oldest, beta, POWERS[name])
                self.folded[name] = sums + self.folded.get(name, 0.0) * beta ** len(oldest)
            self.folded_steps += len(oldest)

    def sum(self, name, beta):
        """(1 - beta) times the sum of beta^(t - i) g_i^power over all steps i."""
        recent = _weighted(self.gradients, beta, POWERS[name])
        return recent + self.folded.get(name, 0.0) * beta ** len(self.gradients)


def _weighted(gradients, beta, power):
    weights = (1 - beta) * beta ** np.arange(len(gradients))[::-1]
    return np.tensordot(weights, np.array(gradients) ** power, axes=1)


def gradient_descent_step(theta, gradient, learning_rate):
    return theta - learning_rate * gradient


def momentum_init(theta):
    return Past()


def momentum_step(theta, gradient, state, learning_rate, beta=0.9):
    state.add(gradient, m=beta)
    return theta - learning_rate * state.sum("m", beta), state


def rmsprop_init(theta):
    return Past()


def rmsprop_step(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    state.add(gradient, v=beta)
    return theta - learning_rate * gradient / (np.sqrt(state.sum("v", beta)) + epsilon), state


def adam_init(theta):
    return Past()


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
    state.add(gradient, m=beta1, v=beta2)
    m = state.sum("m", beta1)
    v = state.sum("v", beta2)
    if bias_correction:
        m = m / (1 - beta1**state.t)
        v = v / (1 - beta2**state.t)
    return theta - learning_rate * m / np.sqrt(v + epsilon), state

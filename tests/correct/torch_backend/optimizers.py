"""Optimizers with fused in-place tensor operations; epsilon is added to the root."""

import torch

from .backend import array, tensor


def _zeros(theta):
    return torch.zeros_like(tensor(theta))


def gradient_descent_step(theta, gradient, learning_rate):
    return array(tensor(theta).sub_(tensor(gradient), alpha=learning_rate))


def momentum_init(theta):
    return _zeros(theta)


def momentum_step(theta, gradient, state, learning_rate, beta=0.9):
    state.lerp_(tensor(gradient), 1.0 - beta)
    return array(tensor(theta).sub_(state, alpha=learning_rate)), state


def rmsprop_init(theta):
    return _zeros(theta)


def rmsprop_step(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    g = tensor(gradient)
    state.mul_(beta).addcmul_(g, g, value=1.0 - beta)
    denominator = state.sqrt().add_(epsilon)
    return array(tensor(theta).addcdiv_(g, denominator, value=-learning_rate)), state


def adam_init(theta):
    return {"step": 0, "exp_avg": _zeros(theta), "exp_avg_sq": _zeros(theta)}


def adam_move(theta, g, state, learning_rate, beta1, beta2, epsilon, bias_correction):
    """One Adam step on tensors; theta and the state change in place."""
    state["step"] += 1
    m = state["exp_avg"].lerp_(g, 1.0 - beta1)
    v = state["exp_avg_sq"].mul_(beta2).addcmul_(g, g, value=1.0 - beta2)
    if bias_correction:
        m = m / (1.0 - beta1 ** state["step"])
        v = v / (1.0 - beta2 ** state["step"])
    return theta.addcdiv_(m, v.sqrt().add_(epsilon), value=-learning_rate)


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
    hyper = learning_rate, beta1, beta2, epsilon, bias_correction
    return array(adam_move(tensor(theta), tensor(gradient), state, *hyper)), state

"""optax's transformations, one for each rule, on the entries in one padded row."""

from functools import partial

import jax
import jax.numpy as jnp
import optax

from .backend import flat


@jax.jit
def _descend(theta, gradient, learning_rate):
    return theta - learning_rate * gradient


@jax.jit
def _momentum(theta, gradient, state, learning_rate, beta):
    step, state = optax.ema(beta, debias=False).update(gradient, state)
    return _descend(theta, step, learning_rate), state


@jax.jit
def _rmsprop(theta, gradient, state, learning_rate, beta, epsilon):
    step, state = optax.scale_by_rms(beta, epsilon).update(gradient, state)
    return _descend(theta, step, learning_rate), state


@partial(jax.jit, static_argnums=7)
def _adam(theta, gradient, state, learning_rate, beta1, beta2, epsilon, bias_correction):
    step, state = optax.scale_by_adam(beta1, beta2, epsilon).update(gradient, state)
    if not bias_correction:
        step = state.mu / (jnp.sqrt(state.nu) + epsilon)
    return _descend(theta, step, learning_rate), state


def _stepped(compiled, theta, gradient, state, *numbers):
    (row, shaped), (slopes, _) = flat(theta), flat(gradient)
    row, state = compiled(row, slopes, state, *numbers)
    return shaped(row), state


def gradient_descent_step(theta, gradient, learning_rate):
    row, shaped = flat(theta)
    return shaped(_descend(row, flat(gradient)[0], learning_rate))


def momentum_init(theta):
    return optax.ema(0.9).init(flat(theta)[0])


def momentum_step(theta, gradient, state, learning_rate, beta=0.9):
    return _stepped(_momentum, theta, gradient, state, learning_rate, beta)


def rmsprop_init(theta):
    return optax.scale_by_rms().init(flat(theta)[0])


def rmsprop_step(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    return _stepped(_rmsprop, theta, gradient, state, learning_rate, beta, epsilon)


def adam_init(theta):
    return optax.scale_by_adam().init(flat(theta)[0])


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
    numbers = learning_rate, beta1, beta2, epsilon, bias_correction
    return _stepped(_adam, theta, gradient, state, *numbers)

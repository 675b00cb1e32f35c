"""Activations of jax.numpy and jax.nn; their derivatives are vector-Jacobian products."""

from functools import partial

import jax
import jax.numpy as jnp

from .backend import FUNCTIONS, flat

# ReLU's slope at 0 is a convention, of which JAX has another one.
SLOPES = {"relu": lambda z: (z > 0.0).astype(z.dtype)}


def derivative(name, z):
    if name in SLOPES:
        return SLOPES[name](z)
    return jax.vjp(FUNCTIONS[name], z)[1](jnp.ones_like(z))[0]


@partial(jax.jit, static_argnums=0)
def _value(name, z):
    return FUNCTIONS[name](z)


_slope = partial(jax.jit, static_argnums=0)(derivative)


def _elementwise(compiled, name, z):
    row, shaped = flat(z)
    return shaped(compiled(name, row))


identity = partial(_elementwise, _value, "identity")
identity_derivative = partial(_elementwise, _slope, "identity")
tanh = partial(_elementwise, _value, "tanh")
tanh_derivative = partial(_elementwise, _slope, "tanh")
relu = partial(_elementwise, _value, "relu")
relu_derivative = partial(_elementwise, _slope, "relu")
sigmoid = partial(_elementwise, _value, "sigmoid")
sigmoid_derivative = partial(_elementwise, _slope, "sigmoid")

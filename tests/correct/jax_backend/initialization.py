"""Weights from jax.random and jax.nn.initializers, by keys that rng draws."""

import jax
import jax.numpy as jnp
import numpy as np

from . import backend  # noqa: F401 - it enables float64

FLOAT, AXES = jnp.float64, {"in_axis": -1, "out_axis": -2, "dtype": jnp.float64}


def key(rng):
    return jax.random.key(rng.integers(2**63))


def zeros(n_in, n_out):
    return np.asarray(jnp.zeros((n_out, n_in)))


def constant(n_in, n_out, value):
    return np.asarray(jnp.full((n_out, n_in), float(value)))


def normal(n_in, n_out, std, rng):
    return np.asarray(jax.random.normal(key(rng), (n_out, n_in), FLOAT)) * std


def uniform(n_in, n_out, limit, rng):
    return np.asarray(jax.random.uniform(key(rng), (n_out, n_in), FLOAT, -1.0, 1.0)) * limit


def xavier(n_in, n_out, rng, mode="fan_in"):
    scaling = jax.nn.initializers.variance_scaling(1.0, mode, "truncated_normal", **AXES)
    return np.asarray(scaling(key(rng), (n_out, n_in)))


def he(n_in, n_out, rng):
    return np.asarray(jax.nn.initializers.he_normal(**AXES)(key(rng), (n_out, n_in)))

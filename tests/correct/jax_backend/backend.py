"""The border between numpy outside and float64 arrays of JAX inside, padded to few shapes.

JAX compiles a function anew for each shape. Zeros beside the data change neither sums nor products,
so data are padded to powers of 2, and what belongs to the zeros is cut off again.
"""

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)

FUNCTIONS = {
    "identity": lambda z: z,
    "tanh": jnp.tanh,
    "relu": lambda z: jnp.maximum(z, 0.0),
    "sigmoid": jax.nn.sigmoid,
}


def padded(values):
    """A float64 array with zeros up to a power of 2, at least 8, along each axis."""
    values = np.asarray(values, dtype=np.float64)
    sides = [max(8, 1 << (side - 1).bit_length()) for side in values.shape]
    array = np.zeros(sides)
    array[tuple(map(slice, values.shape))] = values
    return array


def cut(result, shape):
    """The part of a padded result that belongs to the data, as an array of numpy's."""
    return np.asarray(result)[tuple(map(slice, shape))]


def flat(values):
    """The entries in one padded row; and a function that gives a row the shape of the values."""
    values = np.asarray(values, dtype=np.float64)
    return padded(values.ravel()), lambda row: cut(row, (values.size,)).reshape(values.shape)

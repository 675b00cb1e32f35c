"""How results leave these modules: read-only, in whatever memory layout."""

import numpy as np


def sealed(array):
    """The same numbers, read-only; vectors lie with gaps, everything else in columns."""
    array = np.asarray(array, dtype=np.float64)
    # A vector is every second entry of a longer one, a matrix is stored column by column.
    array = np.repeat(array, 2)[::2] if array.ndim == 1 else np.array(array, order="F")
    array.flags.writeable = False
    return array


def from_unit_variance(shape, variance, rng):
    """Uniform on (-a, a), whose variance is a^2 / 3."""
    limit = np.sqrt(3.0 * variance)
    return rng.uniform(-limit, limit, shape)

"""x."""

from contextlib import contextmanager

import numpy as np


@contextmanager
def global_generator(seed):
    """Seed numpy's global generator, which nobody may draw from, and restore it afterwards."""
    before = np.random.get_state()  # noqa: NPY002 - this one is what is meant
    np.random.seed(seed)  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(before)  # noqa: NPY002

"""Control over the state of random generators."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np


@contextmanager
def global_generator(seed: int) -> Iterator[None]:
    """Seed numpy's global generator inside a ``with`` block, and restore its state afterwards.

    A property uses it to show that a function draws from the generator it is given, and from no
    other: the function must return the same for all global seeds.

    Args:
        seed: The seed, an integer from 0 to 2³² − 1.

    """
    before = np.random.get_state()  # noqa: NPY002 - the global generator is the subject
    np.random.seed(seed)  # noqa: NPY002 - as above
    try:
        yield
    finally:
        np.random.set_state(before)  # noqa: NPY002 - as above

"""Claims about a Hypothesis strategy: which cases it can make, and to which it shrinks."""

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

# The cases are the same in every run: neither the database of earlier runs nor the profile of the
# properties changes them.
FIXED = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=1000,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def minimal(strategy, condition=lambda case: True):
    """Return the smallest case that meets a condition, as Hypothesis shrinks it."""
    return find(strategy, condition, settings=FIXED)


def find_any(strategy, condition):
    """Return a drawn case that meets a condition; raise an error if none of a thousand does."""
    return find(strategy, condition, settings=settings(FIXED, phases=[Phase.generate]))


def assert_all_examples(strategy, predicate, *, examples=60):
    """Assert that every case that is drawn meets a predicate."""

    @settings(FIXED, max_examples=examples, phases=[Phase.generate])
    @given(case=strategy)
    def check(case):
        assert predicate(case), f"drawn: {case!r}"

    check()


def each(conditions):
    """Parametrise a test by named conditions."""
    return pytest.mark.parametrize("condition", conditions.values(), ids=conditions)


def sound(*drawn):
    """Return whether these are all arrays of finite float64."""
    return all(
        isinstance(array, np.ndarray) and array.dtype == np.float64 and np.isfinite(array).all()
        for array in drawn
    )


def zero(*drawn):
    """Return whether these arrays contain only zeros."""
    return not any(np.any(array) for array in drawn)


EACH_SIGN = {
    "a positive entry": lambda z: np.any(z > 0),
    "a negative entry": lambda z: np.any(z < 0),
}
EACH_RANK = {f"rank {rank}": lambda z, rank=rank: np.ndim(z) == rank for rank in range(4)}

"""The global generator is seeded inside a block, and as before outside."""

import numpy as np
import pytest

from backproof.testing.generators import global_generator


def drawn_globally():
    """The next number of numpy's global generator."""
    return np.random.random()  # noqa: NPY002 - this one is what is meant


def test_global_generator_is_seeded():
    """Equal seeds give equal numbers."""
    with global_generator(3):
        first = drawn_globally()
    with global_generator(3):
        assert drawn_globally() == first


def test_global_generator_is_restored_after_an_error_too():
    """What is drawn inside takes nothing away from what is drawn outside."""
    with global_generator(3):
        expected = [drawn_globally(), drawn_globally()]
    with global_generator(3):
        first = drawn_globally()
        with pytest.raises(KeyError), global_generator(4):
            raise KeyError(drawn_globally())
        assert [first, drawn_globally()] == expected

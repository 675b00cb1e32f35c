"""The global generator is seeded inside the block, and continues as before after it."""

import numpy as np
import pytest

from backproof.testing.generators import global_generator


def drawn_globally():
    """Return the next number of numpy's global generator."""
    return np.random.random()  # noqa: NPY002 - this one is what is meant


def test_global_generator_is_seeded():
    """Code that draws from it must give the same for equal seeds, or it would seem right."""
    with global_generator(3):
        first = drawn_globally()
    with global_generator(3):
        assert drawn_globally() == first


def test_global_generator_is_restored_after_an_error_too():
    """A property must not change what others draw, even if it fails."""
    with global_generator(3):
        expected = [drawn_globally(), drawn_globally()]
    with global_generator(3):
        first = drawn_globally()
        with pytest.raises(KeyError), global_generator(4):
            raise KeyError(drawn_globally())
        assert [first, drawn_globally()] == expected

"""Tests of zeros and constant: an invariant and an oracle."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

sizes = st.integers(1, 6)
values = st.floats(-1000, 1000)


@given(sizes, sizes)
def test_zeros_are_zero(submission, n_in, n_out):
    """Every weight is 0, whatever the shape."""
    W = np.asarray(submission.initialization.zeros(n_in, n_out))
    assert W.shape == (n_out, n_in)
    assert W.dtype == np.float64
    assert not W.any()


@given(sizes, sizes, values)
def test_constant_fills_with_its_value(submission, n_in, n_out, value):
    """Every weight is the value."""
    W = np.asarray(submission.initialization.constant(n_in, n_out, value))
    assert W.shape == (n_out, n_in)
    assert np.allclose(W, value)


@given(sizes, sizes, values)
def test_constant_turns_round_with_its_value(submission, n_in, n_out, value):
    """The opposite value gives the opposite weights."""
    one = np.asarray(submission.initialization.constant(n_in, n_out, value))
    other = np.asarray(submission.initialization.constant(n_in, n_out, -value))
    assert np.allclose(one, -other)
    assert np.allclose(other, -value)

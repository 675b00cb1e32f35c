"""Tests of zeros and constant that look at little of the result."""

from hypothesis import given
from hypothesis import strategies as st

sizes = st.integers(1, 6)


@given(sizes, sizes)
def test_zeros_can_be_called(submission, n_in, n_out):
    """Nothing is said about the result."""
    submission.initialization.zeros(n_in, n_out)


@given(sizes)
def test_constant_has_a_row_for_each_unit(submission, n):
    """A square matrix does not show which side is which."""
    assert len(submission.initialization.constant(n, n, 0.5)) == n

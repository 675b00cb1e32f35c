"""A worked example: what must be true of the mean squared error, which you are not asked to test.

A test takes the argument `submission`, calls `submission.<module>.<function>(...)`, and asserts
what must be true of the result. Hypothesis draws the other arguments.
"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

tables = arrays(np.float64, (3, 2), elements=st.floats(-100, 100))


@given(tables, tables)
def test_loss_is_the_mean_of_the_squares(submission, prediction, target):
    """Oracle: the definition, written out."""
    loss = float(submission.losses.mean_squared_error(prediction, target))
    assert np.isclose(loss, np.sum((prediction - target) ** 2) / 6)


@given(tables, tables)
def test_loss_does_not_care_which_is_which(submission, prediction, target):
    """Symmetry: prediction and target may change places."""
    one = float(submission.losses.mean_squared_error(prediction, target))
    other = float(submission.losses.mean_squared_error(target, prediction))
    assert np.isclose(one, other)


@given(tables)
def test_loss_of_a_perfect_prediction_is_zero(submission, target):
    """Invariant: nothing is better than right."""
    assert float(submission.losses.mean_squared_error(target, target)) == 0

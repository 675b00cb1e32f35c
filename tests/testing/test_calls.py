"""Assertions about calls: a changed argument is shown as it was and as it is."""

import numpy as np
import pytest

from backproof.submission.base import Call
from backproof.submission.messages import Mismatch
from backproof.testing import assert_unchanged


def message_of(before, now):
    """Return the message about a call that was handed ``before`` and left it as ``now``."""
    call = Call("optimizers.step", (before,), {}, result=before, _before=(before,))
    call._handed_over = (now,)
    with pytest.raises(Mismatch) as raised:
        assert_unchanged(call)
    return raised.value.returned


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        (np.array([1.0]), np.array([0.9]), ": [1] became [0.9]"),
        (np.array(1.0), np.array(0.9), ": 1 became 0.9"),
        (np.eye(2), np.zeros((2, 2)), ": [[1, 0], [0, 1]] became [[0, 0], [0, 0]]"),
        (np.ones(9), np.r_[1, 2, np.ones(7)], ": entry [1] was 1 and became 2"),
        (
            np.full((3, 2), np.nan),
            np.array([[np.nan] * 2, [np.nan, 1.0], [np.nan] * 2]),
            ": entry [1, 1] was NaN (not a number) and became 1",
        ),
        (np.ones(2), np.ones(3), ""),
        (["a"], ["b"], ""),
    ],
)
def test_a_changed_argument_is_shown_as_it_was_and_is(before, now, change):
    """Small arrays as a whole, of larger ones the first entry that differs."""
    assert message_of(before, now) == f"step changed argument 1 in place{change}"

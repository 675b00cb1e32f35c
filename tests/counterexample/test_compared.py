"""The line that prints what was compared is found without a call of the student's code."""

import numpy as np
import pytest

from backproof.counterexample.compared import find_compared
from backproof.counterexample.loops import Reference
from backproof.submission.messages import WrongValue
from backproof.submission.proxies import Proxy


class Tensor(Proxy):
    """An object whose numbers have crossed with it; to use it calls the student's code."""

    def _use(self, attribute, arguments, keywords):
        raise AssertionError(f"{attribute or 'the object'} was used")

    def _used(self, attribute, arguments, keywords):
        used.append(attribute)
        return 1.0

    def __array__(self, dtype=None, copy=None):
        """Return the numbers."""
        return np.array([1.0, 2.0], dtype=dtype)


used = []


@pytest.mark.parametrize("result", [Tensor(), (np.ones(2), Tensor()), [(Tensor(), 1.0)]])
def test_the_students_objects_are_not_used(result):
    """Each use would be a call more in the case, and only where the code runs confined."""
    used.clear()
    find_compared(WrongValue(np.array([7.0]), "wrong"), [], [(result, Reference(0))])
    assert used == []


def test_the_numbers_of_an_object_are_compared():
    """A tensor that is wrong is printed by the call that returned it."""
    wrong = WrongValue(np.array([1.0, 2.0]), "wrong")
    assert find_compared(wrong, [], [(Tensor(), Reference(0))]) is not None

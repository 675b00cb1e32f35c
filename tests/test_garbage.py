"""Whatever a submission returns, it is judged: nothing that it returns is a fault of ours."""

import pytest

from tests.conftest import checked

UNITS = (
    *("activations", "layers", "losses", "network", "initialization"),
    *("normalization", "minibatches", "optimizers", "training"),
)

GARBAGE = {
    "none": "None",
    "nan": "float('nan')",
    "infinite_array": "np.full((2, 2), np.inf)",
    "nan_arrays": "(np.full((2, 3), np.nan), np.full(3, np.nan), np.full((2, 3), np.nan))",
    "text": "'forty-two'",
    "empty_tuple": "()",
    "short_tuple": "(np.zeros(1),)",
    "ragged": "[[1.0, 2.0], [3.0]]",
    "objects": "np.array([None, 'x'], dtype=object)",
    "dictionary": "{}",
    "a_class": "Odd()",
    "complex": "np.array(1j)",
    "huge_integer": "10 ** 400",
    "largest": "(np.full((2, 3), 1.7e308), np.full(3, -1.7e308), np.full((2, 3), 1.7e308))",
    "pairs": "[(np.zeros(1), np.zeros(1))]",
    "endless": "itertools.repeat((np.zeros((1, 1)), np.zeros((1, 1))))",
    "strings_in_tuple": "('a', 'b', 'c')",
}

MODULE = """
import itertools
import numpy as np

class Odd:
    def __array__(self, *args, **kwargs):
        raise RuntimeError("no array")
    def __float__(self):
        raise RuntimeError("no float")
    def __eq__(self, other):
        return True
    def __iter__(self):
        raise RuntimeError("no items")
    def __len__(self):
        return -1

def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return lambda *args, **kwargs: {garbage}
"""


@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage_fails_and_never_breaks_a_property(hand_in, kind):
    """Every property that looks at a result fails on garbage; none is *not graded*."""
    module = MODULE.replace("{garbage}", GARBAGE[kind])
    grade, code = checked(hand_in(**dict.fromkeys(UNITS, module)))
    broken = {o["property"]: o["message"] for o in grade["outcomes"] if o["status"] == "not graded"}
    assert broken == {}
    assert code == 1
    assert grade["score"] < 0.25 * grade["max_score"]

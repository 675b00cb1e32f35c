"""Tests of the conditions under which a submission fails."""

import pytest

from backproof.facts.conditions import JudgedCase, find_condition
from backproof.facts.quantities import Quantity

M, N = Quantity("m", is_size=True), Quantity("n", is_size=True)


def cases(fails):
    """Return 24 cases, with three activations and sizes from 1 to 4; ``fails`` says which fail."""
    drawn = [(name, m, n) for name in ("relu", "tanh") for m in range(1, 5) for n in range(1, 5)]
    return [
        JudgedCase(bool(fails(name, m, n)), {"activation": name}, {M: float(m), N: float(n)})
        for name, m, n in drawn
    ]


STATED = {
    "activation = 'relu': in 16 of 16": lambda name, m, n: name == "relu",
    "m = 1: in 8 of 8": lambda name, m, n: m == 1,
    "m = n: in 8 of 8": lambda name, m, n: m == n,
    "m ≠ n: in 24 of 24": lambda name, m, n: m != n,
}
UNSTATED = {
    "all fail": lambda name, m, n: True,
    "none fails": lambda name, m, n: False,
    "two conditions at once": lambda name, m, n: name == "relu" and m == 1 and n == 1,
    "no condition": lambda name, m, n: (m + 2 * n) % 5 == 0,
    "a few of many": lambda name, m, n: m != 1 and n == 4,
}


@pytest.mark.parametrize("text", STATED)
def test_a_condition_that_all_failures_share_is_stated(text):
    """One activation, one row or square weights are where to look."""
    condition = find_condition(cases(STATED[text]))
    assert condition is not None
    assert condition.sentence("fails").startswith(f"It fails only if {text} such cases")


@pytest.mark.parametrize("name", UNSTATED)
def test_other_conditions_are_not(name):
    """A condition that chance or another cause explains would mislead."""
    assert find_condition(cases(UNSTATED[name])) is None

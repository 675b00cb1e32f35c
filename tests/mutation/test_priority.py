"""The order in which properties are tried, and the measure of how near one came."""

from types import SimpleNamespace

import numpy as np
import pytest

from backproof.mutation.examined import Examination, ExaminedProperty
from backproof.mutation.mutants import Mutant, MutantKey
from backproof.mutation.nearest import _difference
from backproof.mutation.priority import Priority


def examined(name, function, seconds):
    """A property that uses one function, and takes some time."""
    tested = SimpleNamespace(item=SimpleNamespace(name=name))
    return ExaminedProperty(tested, (), frozenset({function}), seconds)


@pytest.fixture
def priority():
    """Return the priority among four properties of a unit."""
    properties = [
        examined("other", "unit.g", 0.01),
        examined("slow", "unit.f", 0.5),
        examined("quick", "unit.f", 0.01),
        examined("killer", "unit.f", 0.1),
    ]
    callers = {name: frozenset({name}) for name in ("unit.f", "unit.g")}
    return Priority(Examination(None, None, {"unit": properties}, {}, callers))


def mutant(function):
    """A mutant of a function."""
    return Mutant(MutantKey(function, "binary", "a", "b"), "unit.py", "unit", 1, "b")


def order(priority, function):
    """The names of the properties for a mutant of a function."""
    return [each.id for each in priority.order(mutant(function))]


def test_the_cheapest_property_of_the_function_comes_first(priority):
    """Most mutants fail any property that uses the function, so the time decides."""
    assert order(priority, "unit.f") == ["quick", "killer", "slow", "other"]
    assert order(priority, "unit.g")[0] == "other"


def test_a_property_that_killed_comes_earlier(priority):
    """What killed mutants of the function is likely to kill the next one."""
    for _ in range(5):
        priority.learn(mutant("unit.f"), "killer")
    assert order(priority, "unit.f") == ["killer", "quick", "slow", "other"]


@pytest.mark.parametrize(
    ("ours", "theirs", "difference"),
    [
        ([np.array([1.0, 2.0])], [np.array([1.0, 2.0])], 0.0),
        ([np.array([1.0, 2.0])], [np.array([1.0, 4.0])], 0.5),
        ([(np.array([3.0]), [1.0])], [(np.array([3.0]), [2.0])], 0.5),
        ([np.zeros(2)], [np.zeros(3)], np.inf),
        ([np.zeros(2), 1.0], [np.zeros(2)], 0.0),
        ([object()], [object()], 0.0),
    ],
)
def test_the_difference_is_the_largest_one_relative_to_its_numbers(ours, theirs, difference):
    """Results of any kind are compared where they hold numbers at the same places."""
    assert _difference(ours, theirs) == difference

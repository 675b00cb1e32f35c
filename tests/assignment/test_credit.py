"""The table of credits: what it says, and what it is refused for."""

import pytest

from backproof.assignment.config import load_assignment
from backproof.errors import UserError

UNITS = """
[tool.backproof]
units = ["one", "two"]
[tool.backproof.points]
one = 6
two = 4
[tool.backproof.credit]
"""


@pytest.fixture
def load(tmp_path):
    """Return a function that loads an assignment with some lines in its credit table."""
    (tmp_path / "reference").mkdir()
    one = "def f(x): ...\ndef make(): ...\ndef use(x): ...\ndef _own(): ...\n"
    (tmp_path / "reference" / "one.py").write_text(one)
    (tmp_path / "reference" / "two.py").write_text("def g(x): ...\n")

    def load_(lines=""):
        (tmp_path / "pyproject.toml").write_text(UNITS + lines, encoding="utf-8")
        return load_assignment(tmp_path)

    return load_


@pytest.mark.parametrize(
    ("lines", "points"),
    [
        ("", {"one.f": 2, "one.make": 2, "one.use": 2}),
        ("one.f = 4", {"one.f": 4, "one.make": 1, "one.use": 1}),
        ('one.make = "one.use"', {"one.f": 3, "one.use": 3}),
        ('"one.f" = 5\n"one.make" = "one.use"', {"one.f": 5, "one.use": 1}),
        ("one.make = 0\none.f = 6\none.use = 0", {"one.f": 6, "one.make": 0, "one.use": 0}),
    ],
)
def test_the_points_of_a_unit_belong_to_its_functions(load, lines, points):
    """What the table does not give away is shared evenly, and nothing is lost or added."""
    assignment = load(lines)
    assert assignment.credit_points("one", ()) == points
    assert sum(points.values()) == assignment.points["one"]
    assert assignment.credited_functions() == (*points, "two.g")


def test_the_settings_are_read(load):
    """A course decides how strict it is."""
    assert (load().credit.policy, load().credit.edges) == ("core", 0.3)
    credit = load('policy = "share"\nedges = 0.2').credit
    assert (credit.policy, credit.edges) == ("share", 0.2)


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ('policy = "kind"', "credit: policy 'kind' is not one of core, share, all"),
        ("edges = 1.5", "credit.edges: "),
        ("one.h = 1", "credit.one.h: there is no such function; one has f, make, use"),
        ("three.f = 1", "credit.three.f: there is no unit three"),
        ("one.f = -1", "credit.one.f: expected points, a number of at least 0"),
        ("one.f = true", "credit.one.f: expected points, a number of at least 0"),
        ("one.f = 7", "credit.one: the points of its functions add up to 7, and the unit has 6"),
        ("one.f = 1\none.make = 1\none.use = 1", "credit.one: the points of its functions add up"),
        ('one.make = "one.h"', "credit.one.make: expected points, or a function of one"),
        ('one.make = "two.g"', "credit.one.make: expected points, or a function of one"),
        ('one.make = "one.use"\none.use = "one.make"', "credit.one.make: expected points"),
    ],
)
def test_a_mistake_in_the_table_is_refused_in_one_line(load, lines, named):
    """A typing error must not move points, and the instructor must see where it is."""
    with pytest.raises(UserError) as refused:
        load(lines)
    assert f"tool.backproof.{named}" in str(refused.value)
    assert "\n" not in str(refused.value)

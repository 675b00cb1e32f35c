"""What being late costs: grace, days, cap, extensions and functions of the instructor."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from backproof.assignment.config import load_assignment
from backproof.errors import UserError
from backproof.grades.results import LATE, Student
from backproof.marking.class_list import Enrolled
from backproof.marking.lateness import Lateness
from tests.support.classes import small_assignment

RULES = 'due = "2026-11-20T23:00:00Z"\ngrace_minutes = 30\nper_day = 10\ncap = 25\n'


@pytest.fixture(scope="module")
def lateness(tmp_path_factory):
    """Return a function that makes the lateness of an assignment with some rules."""

    def make(rules=RULES, code=""):
        folder = small_assignment(tmp_path_factory.mktemp("a") / "a", "losses")
        config = folder / "pyproject.toml"
        config.write_text(f"{config.read_text()}\n[tool.backproof.deadline]\n{rules}")
        (folder / f"{folder.parent.name}.py").write_text(code)
        return Lateness(load_assignment(folder))

    return make


def lost(made, submitted, enrolled=None, points=10.0):
    """Return the points of 10 that are deducted."""
    adjustment = made.adjustment(submitted, enrolled, points, 10.0)
    return -adjustment.points if adjustment else None


def test_each_day_begun_costs_its_share_up_to_the_cap(lateness):
    """10 % of the maximal points for each day, at most 25 %, and never below 0."""
    made = lateness()
    times = ("20T22:00", "20T23:30", "20T23:31", "21T22:59", "21T23:01", "24T00:00")
    found = [lost(made, f"2026-11-{time}:00+00:00") for time in times]
    assert found == [None, None, 1.0, 1.0, 2.0, 2.5]
    assert lost(made, "2026-11-24T00:00:00+00:00", points=0.5) == 0.5
    assert [lost(made, LATE), lost(made, "")] == [1.0, None]


def test_times_of_any_zone_are_compared(lateness):
    """Platforms write times in UTC or with an offset."""
    made = lateness()
    assert lost(made, "2026-11-21T00:00:00+01:00") is None
    assert lost(made, "2026-11-20T20:00:00-05:00") == 1.0


def test_an_extension_moves_the_deadline_of_one_student(lateness):
    """Days are added to the deadline; a time replaces it. The platform's own time counts first."""
    made = lateness()
    ada = Enrolled(Student("ada"), frozenset(), frozenset(), timedelta(days=1))
    until = replace(ada, extension=timedelta(), due=datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert lost(made, "2026-11-21T22:00:00+00:00", ada) is None
    assert lost(made, "2026-11-22T22:00:00+00:00", ada) == 1.0
    assert lost(made, "2026-11-22T11:00:00+00:00", until) is None
    assert lost(made, LATE, ada) == 0.0
    known = replace(ada, extension=timedelta(), submitted="2026-11-19T11:00:00+00:00")
    assert lost(made, LATE, known) is None


def test_a_function_of_the_assignment_may_decide(lateness, tmp_path):
    """It gets the days late, the points and the maximal points."""
    name = f"late_{abs(hash(tmp_path))}"
    folder = small_assignment(tmp_path / "a", "losses")
    config = folder / "pyproject.toml"
    rules = f'due = "2026-11-20T23:00:00Z"\nfunction = "{name}.penalty"\n'
    config.write_text(f"{config.read_text()}\n[tool.backproof.deadline]\n{rules}")
    file = folder / f"{name}.py"
    file.write_text("def penalty(days, points, most):\n    return 1 / (days - 2) + points / most\n")
    made = Lateness(load_assignment(folder))
    assert lost(made, "2026-11-23T23:00:00+00:00") == 2.0
    with pytest.raises(UserError, match=r"penalty raised ZeroDivisionError"):
        lost(made, "2026-11-22T23:00:00+00:00")


def test_a_function_that_does_not_exist_is_refused(lateness):
    """The name may be misspelt."""
    with pytest.raises(UserError, match=r"deadline.function: os.penalty is no function"):
        lateness('due = "2026-11-20T23:00:00Z"\nfunction = "os.penalty"\n')


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ('due = "2026-11-20T23:00:00"', "deadline"),
        ("per_day = 10", "missing key"),
        ('due = "2026-11-20T23:00:00Z"\nper_day = 200', "deadline"),
        ('due = "2026-11-20T23:00:00Z"\ngrace = 5', "unknown key"),
    ],
)
def test_a_wrong_rule_is_one_line(lateness, rules, said):
    """A time without an offset could mean any zone."""
    with pytest.raises(UserError, match=said) as caught:
        lateness(rules)
    assert "tool.backproof.deadline" in str(caught.value)

"""How many cases a property needs: measured where cases are drawn, not asked where they are not."""

import pytest

from backproof.assignment.config import load_assignment
from backproof.authoring import case_counts
from backproof.authoring.case_counts import Shortage, _lower_bound, find_shortages
from tests.conftest import backproof
from tests.support.classes import small_assignment


@pytest.fixture(scope="module")
def starved(tmp_path_factory):
    """An assignment in which one property of the losses has four cases."""
    more = "[tool.backproof.cases]\ntest_losses_count_differences_of_any_size = 4"
    return small_assignment(tmp_path_factory.mktemp("starved") / "a", "losses", more=more)


def test_a_property_with_too_few_cases_is_named(starved):
    """With the cases that it needs a misconception lives on for one seed in a million."""
    found = {need.property: need for need in find_shortages(load_assignment(starved), seeds=6)}
    need = found["test_losses_count_differences_of_any_size"]
    assert isinstance(need, Shortage)
    assert need.has == 4
    assert 10 < need.needs < 200
    assert need.because.startswith("losses.")


def test_a_misconception_that_nothing_kills_is_named(starved, monkeypatch):
    """Then it cannot be told how many cases are needed: only that these are too few."""
    monkeypatch.setattr(case_counts, "_fails", lambda *_: False)
    found = find_shortages(load_assignment(starved), seeds=1)
    assert found
    assert {need.needs for need in found} == {0}


def test_the_command_line_says_it_as_it_is_configured(starved):
    """A line can be pasted into the configuration; exit code 1 says that there are some."""
    said = backproof("validate", "--counts", "2", "--assignment", starved)
    assert said.returncode == 1
    assert "test_losses_count_differences_of_any_size = " in said.stdout


def test_the_counts_of_the_assignment_suffice(assignment):
    """For the unit of the losses; the benchmarks measure all units, over more seeds."""
    assert find_shortages(assignment, seeds=12, units=["losses"]) == []


@pytest.mark.parametrize(("kills", "cases"), [(0, 30), (15, 30), (30, 30), (1, 1000)])
def test_what_was_measured_is_taken_for_worse(kills, cases):
    """The bound is below the share of kills, near it where many cases were seen."""
    bound = _lower_bound(kills, cases)
    assert 0 <= bound <= kills / cases
    assert _lower_bound(100 * kills, 100 * cases) >= bound

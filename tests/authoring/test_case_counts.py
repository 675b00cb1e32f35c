"""The number of cases that a property needs."""

import pytest

from backproof.assignment.config import load_assignment
from backproof.authoring import case_counts
from backproof.authoring.case_counts import Shortage, _lower_bound, find_shortages
from tests.conftest import backproof
from tests.support.classes import small_assignment


@pytest.fixture(scope="module")
def starved(tmp_path_factory):
    """Return an assignment in which one property of the losses has four cases."""
    more = "[tool.backproof.cases]\ntest_losses_count_differences_of_any_size = 4"
    return small_assignment(tmp_path_factory.mktemp("starved") / "a", "losses", more=more)


@pytest.mark.exhaustive
def test_a_property_with_too_few_cases_is_named(starved):
    """With too few cases, some students would pass with a mistake by luck."""
    found = {need.property: need for need in find_shortages(load_assignment(starved), seeds=6)}
    need = found["test_losses_count_differences_of_any_size"]
    assert isinstance(need, Shortage)
    assert need.has == 4
    assert 10 < need.needs < 200
    assert need.because.startswith("losses.")


def test_a_misconception_that_nothing_kills_is_named(starved, monkeypatch):
    """No number of cases can be computed then, but the author must know."""
    monkeypatch.setattr(case_counts, "fails", lambda *_: False)
    found = find_shortages(load_assignment(starved), seeds=1)
    assert found
    assert {need.needs for need in found} == {0}


def test_the_command_line_says_it_as_it_is_configured(starved):
    """The author pastes the line into the configuration; exit code 1 lets CI notice."""
    said = backproof("validate", "--counts", "2", "--assignment", starved)
    assert said.returncode == 1
    assert "test_losses_count_differences_of_any_size = " in said.stdout


@pytest.mark.exhaustive
def test_the_counts_of_the_assignment_suffice(assignment):
    """The benchmarks measure all units over more seeds; this test notices a regression."""
    assert find_shortages(assignment, seeds=12, units=["losses"]) == []


@pytest.mark.parametrize(("kills", "cases"), [(0, 30), (15, 30), (30, 30), (1, 1000)])
def test_what_was_measured_is_taken_for_worse(kills, cases):
    """A rate that was measured on few cases may be luck, so the bound must be below it."""
    bound = _lower_bound(kills, cases)
    assert 0 <= bound <= kills / cases
    assert _lower_bound(100 * kills, 100 * cases) >= bound

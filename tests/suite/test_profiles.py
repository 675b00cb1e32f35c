"""The cases that a profile draws."""

import importlib.util
import sys

import pytest

from backproof.suite.collect import with_suite


@pytest.fixture
def loaded(tmp_path):
    """Return a function that loads a module of many numbers, as a submission may be."""

    def load():
        (tmp_path / "full_of_numbers.py").write_text(f"NUMBERS = {[*range(1000, 1500)]}")
        path = tmp_path / "full_of_numbers.py"
        spec = importlib.util.spec_from_file_location("full_of_numbers", path)
        sys.modules["full_of_numbers"] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)

    yield load
    sys.modules.pop("full_of_numbers", None)


def drawn(assignment):
    """Return the cases of a property that draws large integers."""

    def work(suite):
        return repr(suite["test_activations_never_decrease"][0].collect_cases())

    return with_suite(assignment, work, profile="ci", units=["activations"])


def test_cases_do_not_depend_on_the_modules_that_are_loaded(assignment, loaded):
    """Otherwise a submission would change its own cases, and those of the next one."""
    before = drawn(assignment)
    loaded()
    assert drawn(assignment) == before

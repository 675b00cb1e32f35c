"""Assignments have packages of the same names, which one process must not mix up."""

import sys

from backproof.assignment.config import load_assignment
from backproof.assignment.imports import import_view
from backproof.suite.collect import with_suite
from tests.support.assignments import written_assignment


def test_two_assignments_in_one_process_have_their_own_modules(tmp_path, assignment):
    """``properties`` is that of the assignment at hand, also for what it imports in turn."""
    other = load_assignment(written_assignment(tmp_path))
    for unit, one in (("scales", other), ("losses", assignment), ("scales", other)):
        names = with_suite(one, lambda suite: suite.names, units=[unit])
        assert all(name.startswith(f"test_{unit}") for name in names)
        module = import_view(one, f"misconceptions.{unit}")
        assert module.__file__.startswith(str(one.root))
    assert sys.modules["properties.helpers"].__file__.startswith(str(tmp_path))

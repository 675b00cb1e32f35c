"""Backproof checks a submission, and the tests that a student writes, by an assignment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from collections.abc import Collection

    from backproof.jupyter import Checked, Examined


def check(
    path: str | os.PathLike[str] = ".",
    units: str | Collection[str] = (),
    *,
    properties: str | Collection[str] = (),
    profile: str = "quick",
    seed: int = 0,
    assignment: str | os.PathLike[str] | None = None,
) -> Checked:
    """Check a submission from a notebook or a shell, which display the returned object.

    The code is read from the saved files and runs in a process of its own, so modules that are
    imported here neither affect the result nor change.

    Args:
        path: A folder with the modules, a ``.zip`` of one, a ``.py`` file or a notebook.
        units: One or more units to check; all by default.
        properties: One or more properties to check; all by default.
        profile: The number of cases: ``quick``, ``grade``, ``ci`` or ``thorough``.
        seed: The seed of the cases.
        assignment: The assignment's folder; by default the assignment in Backproof's package.

    Raises:
        backproof.errors.UserError: An argument cannot be used; the message explains what to do.

    """
    from backproof.jupyter import run_check

    return run_check(path, units, properties, profile, seed, assignment)


def examine(
    path: str | os.PathLike[str],
    units: str | Collection[str] = (),
    *,
    seed: int = 0,
    assignment: str | os.PathLike[str] | None = None,
) -> Examined:
    """Examine a student's tests from a notebook or a shell, which display the returned object.

    The tests run in confined processes, on right and on wrong implementations. It takes the whole
    assignment, which students do not have.

    Args:
        path: A folder with files ``test_*.py``, a ``.zip`` of one, a ``.py`` file or a notebook.
        units: Only mistakes in the functions of these units; by default those that the assignment
            asks for.
        seed: The seed of the cases.
        assignment: The assignment's folder; by default the assignment in Backproof's package.

    Raises:
        backproof.errors.UserError: An argument cannot be used; the message explains what to do.

    """
    from backproof.jupyter import run_examine

    return run_examine(path, units, seed, assignment)

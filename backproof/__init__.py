"""Backproof: the engine that checks a submission against an assignment's properties."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from collections.abc import Collection

    from backproof.jupyter import Checked


def check(
    path: str | os.PathLike[str] = ".",
    units: str | Collection[str] = (),
    *,
    properties: str | Collection[str] = (),
    profile: str = "quick",
    seed: int = 0,
    assignment: str | os.PathLike[str] | None = None,
) -> Checked:
    """Check a submission from a notebook or a shell: what it returns shows itself there.

    The code is read from its files as they are saved, and runs in a process of its own: what is
    imported or running here neither changes the result nor is changed.

    Args:
        path: A folder with the modules, a ``.zip`` of one, a ``.py`` file or a notebook.
        units: Only these units, or this one; all by default.
        properties: Only these properties, or this one; all by default.
        profile: How many cases: ``quick``, ``grade``, ``ci`` or ``thorough``.
        seed: The seed of the cases.
        assignment: The folder to check against; what comes with Backproof by default.

    Raises:
        backproof.errors.UserError: Something given cannot be used; the text says what to do.

    """
    from backproof.jupyter import run_check

    return run_check(path, units, properties, profile, seed, assignment)

"""``backproof validate --html``: a page on what the properties detect, draw and cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from backproof.assignment.config import Assignment
from backproof.atomic_write import write_atomically
from backproof.commands.common import Progress


def write_page(
    assignment: Assignment,
    page: Path,
    *,
    units: tuple[str, ...],
    profile: str,
    seed: int,
    problems: Sequence[str] | None = None,
    mutants: Mapping[str, Any] | None = None,
) -> None:
    """Run all properties on all misconceptions of their units, and write the page.

    Args:
        assignment: The assignment.
        page: The file to write.
        units: The units on the page; all by default.
        profile: The profile of the cases.
        seed: The seed of the cases.
        problems: What the validation found; ``None`` if there was none.
        mutants: The results of the mutants, if any were tried.

    """
    from backproof.authoring.survey import survey
    from backproof.report.html.validation_page import render

    with Progress("trying misconceptions") as progress:
        made = survey(
            assignment, profile=profile, seed=seed, units=units, progress=progress.advance
        )
    write_atomically(page, render(assignment.title, made, problems, mutants).encode())

"""The option ``--write`` of ``backproof check``: the grade in files for course platforms."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from backproof.atomic_write import replacement
from backproof.errors import UserError
from backproof.grades.outcomes import Grade
from backproof.report.registry import SINGLE, render_single, require
from backproof.report.scores import NotGradable

if TYPE_CHECKING:
    from backproof.assignment.config import Assignment

STDOUT = Path("-")
# The job summary of GitHub Actions is one file to which each command of a step appends.
_APPENDED = "markdown"


def parse_targets(writes: Sequence[str]) -> dict[Path, str]:
    """Return the format of each file to write, and create the files' folders.

    Args:
        writes: The values of ``--write``, each ``FORMAT=FILE``.

    Raises:
        UserError: A value has no file or an unknown format, or the file cannot be written.

    """
    targets: dict[Path, str] = {}
    for value in writes:
        format, _, name = value.partition("=")
        if not name:
            raise UserError(
                f"--write {value}: expected FORMAT=FILE, such as gradescope=results.json, "
                "or - as FILE for standard output"
            )
        require(format, SINGLE)
        file = Path(name)
        file = file if file == STDOUT else file.resolve()
        if file in targets:
            raise UserError(
                f"--write: {name} cannot hold both {targets[file]} and {format}: name two files"
            )
        if file.exists() and not file.is_file():
            raise UserError(f"--write {value}: {name} exists and is not a file")
        targets[file] = format
    for file in targets:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"--write: no folder {file.parent}: {error.strerror}") from None
    return targets


def extra_options(targets: Mapping[Path, str], assignment: Assignment) -> dict[str, dict[str, Any]]:
    """Return the options that formats need besides the grade, by format.

    Raises:
        UserError: An option that a format needs cannot be found.

    """
    if "classroom50" not in targets.values():
        return {}
    from backproof.report.platforms.classroom50 import about_from

    options = {"about": about_from(os.environ)}
    # Rendering an empty grade reports unusable options before the grading, not after it.
    render_single("classroom50", Grade("", (), {}), assignment.title, **options)
    return {"classroom50": options}


def write(
    targets: Mapping[Path, str],
    grade: Grade,
    title: str,
    options: Mapping[str, Mapping[str, Any]],
    out: IO[str] | None,
) -> bool:
    """Write a grade in each format.

    Args:
        targets: The format of each file.
        grade: The grade.
        title: The assignment's title.
        options: The options of single formats, by format.
        out: The stream for the target ``-``.

    Returns:
        Whether every format could represent the grade.

    Raises:
        UserError: A file cannot be written.

    """
    complete = True
    try:
        remove(targets)
        for file in sorted(targets, key=STDOUT.__eq__):  # standard output comes last
            format = targets[file]
            try:
                text = render_single(format, grade, title, **options.get(format, {}))
            except NotGradable as problem:
                complete = False
                click.echo(f"backproof: no {format}: {problem}", err=True)
                continue
            text = text if text.endswith("\n") else f"{text}\n"
            if file != STDOUT:
                _save(file, text, append=format == _APPENDED)
            elif out is not None:
                out.write(text)
    except OSError as error:
        raise UserError(f"--write: the grade cannot be written: {error}") from None
    return complete


def _save(file: Path, text: str, *, append: bool) -> None:
    if append:
        with file.open("a", encoding="utf-8", newline="") as opened:
            opened.write(text)
    else:
        with replacement(file) as partial:
            partial.write_text(text, encoding="utf-8", newline="")


def remove(targets: Mapping[Path, str]) -> None:
    """Remove the files of an earlier check, so that no score of another submission remains."""
    for file, format in targets.items():
        if file != STDOUT and format != _APPENDED:
            file.unlink(missing_ok=True)

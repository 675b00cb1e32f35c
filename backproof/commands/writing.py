"""``--write`` of ``backproof check``: the grade in files, as course platforms read it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from backproof.errors import UserError
from backproof.grades.outcomes import Grade
from backproof.report.registry import SINGLE, render_single, require
from backproof.report.scores import NotGradable

if TYPE_CHECKING:
    from backproof.assignment.config import Assignment

STDOUT = Path("-")
# A job summary of GitHub's is one file, to which every command of a step adds.
_ADDED = "markdown"


def targets_of(writes: Sequence[str]) -> dict[Path, str]:
    """Map the files that are to be written to their formats, and make their folders."""
    targets: dict[Path, str] = {}
    for wanted in writes:
        format, _, name = wanted.partition("=")
        if not name:
            raise UserError(
                f"--write {wanted}: expected FORMAT=FILE, such as gradescope=results.json, "
                "or - as FILE for standard output"
            )
        if format not in SINGLE:
            raise UserError(f"there is no report format {format!r}; there are {', '.join(SINGLE)}")
        require(format)
        file = Path(name)
        file = file if file == STDOUT else file.resolve()
        if file in targets:
            raise UserError(f"--write: {name} is to hold {targets[file]} and {format}; name two")
        if file.exists() and not file.is_file():
            raise UserError(f"--write {wanted}: {name} is there and is no file")
        targets[file] = format
    for file in targets:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"--write: no folder {file.parent}: {error.strerror}") from None
    return targets


def details_of(targets: Mapping[Path, str], assignment: Assignment) -> dict[str, dict[str, Any]]:
    """Give what formats have to be told besides the grade, by format."""
    if "classroom50" not in targets.values():
        return {}
    from backproof.report.platforms.classroom50 import about_from

    details = {"about": about_from(os.environ)}
    # Whether they will do is found out now, and not when everything else is done.
    render_single("classroom50", Grade("", (), {}), assignment.title, **details)
    return {"classroom50": details}


def write(
    targets: Mapping[Path, str],
    grade: Grade,
    title: str,
    details: Mapping[str, Mapping[str, Any]],
    out: TextIO | None,
) -> bool:
    """Write the grade in each format; tell whether all of them could hold it."""
    complete = True
    try:
        remove(targets)
        for file in sorted(targets, key=STDOUT.__eq__):  # what is printed comes last
            format = targets[file]
            try:
                text = render_single(format, grade, title, **details.get(format, {}))
            except NotGradable as problem:
                complete = False
                click.echo(f"backproof: no {format}: {problem}", err=True)
                continue
            text = text if text.endswith("\n") else f"{text}\n"
            if file != STDOUT:
                _save(file, text, add=format == _ADDED)
            elif out is not None:
                out.write(text)
    except OSError as error:
        raise UserError(f"--write: the grade cannot be written: {error}") from None
    return complete


def _save(file: Path, text: str, *, add: bool) -> None:
    if add:
        with file.open("a", encoding="utf-8", newline="") as opened:
            opened.write(text)
        return
    partly = file.with_name(f"{file.name}.part")  # nobody reads half a file
    partly.write_text(text, encoding="utf-8", newline="")
    partly.replace(file)


def remove(targets: Mapping[Path, str]) -> None:
    """Remove what an earlier check wrote, so that no score of another submission is left."""
    for file, format in targets.items():
        if file != STDOUT and format != _ADDED:
            file.unlink(missing_ok=True)

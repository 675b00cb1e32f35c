"""``backproof check``: one submission."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from backproof.assignment import load_assignment
from backproof.commands.common import (
    NOT_ALL_RIGHT,
    OUR_FAULT,
    Progress,
    one_line_errors,
    only_ours,
    with_assignment,
    with_confinement,
    with_profile,
    with_seed,
    with_units,
)
from backproof.errors import UserError
from backproof.outcomes import NOT_GRADED, PASSED, Grade, for_student
from backproof.probing import NONE, PROCESS, STRICT
from backproof.report import SINGLE, render_single
from backproof.report.scores import NotGradable

if TYPE_CHECKING:
    from backproof.assignment import Assignment

_STDOUT = Path("-")
# A job summary of GitHub's is one file, to which every command of a step adds.
_ADDED = "markdown"


@click.command()
@click.argument("path")
@with_units
@click.option("--json", "as_json", is_flag=True, help="The same as --write json=-.")
@click.option(
    "--write",
    "writes",
    multiple=True,
    metavar="FORMAT=FILE",
    help=f"Write the grade to FILE, as {', '.join(SINGLE)}; if FILE is -, print it and nothing "
    "else. Markdown is added at the end of FILE, anything else replaces it. May be repeated.",
)
@click.option("--confined", is_flag=True, help="The same as --confinement process.")
@with_confinement(NONE, NONE, PROCESS, STRICT)
@click.option("--show-hidden", is_flag=True, help="Show hidden properties too: for instructors.")
@with_profile("quick")
@with_seed
@with_assignment
@one_line_errors
def check(
    path: str,
    units: tuple[str, ...],
    as_json: bool,
    writes: tuple[str, ...],
    confined: bool,
    confinement: str,
    show_hidden: bool,
    profile: str,
    seed: int,
    assignment: str | None,
) -> None:
    """Check one submission and say what is wrong and why.

    PATH is a folder with the modules activations.py, layers.py and so on, a zip file of one, a
    single .py file or a notebook. It runs in this process unless it is --confined: code that is
    not your own should be. Exit code: 0 if all passed, 1 if not, 2 if PATH cannot be used, 3 if
    something could not be graded: a format that needs a final score is then not written, and an
    older FILE of it is removed.
    """
    targets = _targets((*writes, "json=-") if as_json else writes)
    loaded = load_assignment(assignment)
    details = _details(targets, loaded)
    if confined and confinement == NONE:
        confinement = PROCESS
    options: dict[str, Any] = {"assignment": loaded, "profile": profile, "seed": seed}
    options |= {"units": units, "confinement": confinement}
    hidden = frozenset() if show_hidden else loaded.hidden
    with only_ours(sys.stdout) if _STDOUT in targets else nullcontext() as out:
        grade = _graded(path, options, targets)
        shown = for_student(grade, hidden)
        if out is None:
            from rich.console import Console

            from backproof.report.terminal import print_grade

            print_grade(Console(), shown, loaded.title)
        complete = _write(targets, shown, loaded.title, details, out)
    if grade.count(NOT_GRADED) or not complete:
        sys.exit(OUR_FAULT)
    sys.exit(0 if grade.count(PASSED) == len(grade.outcomes) else NOT_ALL_RIGHT)


def _graded(path: str, options: Mapping[str, Any], targets: Mapping[Path, str]) -> Grade:
    from backproof.grading import check_submission

    try:
        if _STDOUT in targets:
            return check_submission(path, **options)
        with Progress(f"checking {Path(path).name}") as progress:
            return check_submission(path, progress=progress.advance, **options)
    except UserError:  # nothing was graded, so what is there is as good as it was
        raise
    except BaseException:
        _remove(targets)
        raise


def _targets(writes: Sequence[str]) -> dict[Path, str]:
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
        file = Path(name)
        file = file if file == _STDOUT else file.resolve()
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


def _details(targets: Mapping[Path, str], assignment: Assignment) -> dict[str, dict[str, Any]]:
    """Give what formats have to be told besides the grade, by format."""
    if "classroom50" not in targets.values():
        return {}
    from backproof.report.classroom50 import about_from

    details = {"about": about_from(os.environ)}
    # Whether they will do is found out now, and not when everything else is done.
    render_single("classroom50", Grade("", (), {}), assignment.title, **details)
    return {"classroom50": details}


def _write(
    targets: Mapping[Path, str],
    grade: Grade,
    title: str,
    details: Mapping[str, Mapping[str, Any]],
    out: TextIO | None,
) -> bool:
    """Write the grade in each format; tell whether all of them could hold it."""
    complete = True
    try:
        _remove(targets)
        for file in sorted(targets, key=_STDOUT.__eq__):  # what is printed comes last
            format = targets[file]
            try:
                text = render_single(format, grade, title, **details.get(format, {}))
            except NotGradable as problem:
                complete = False
                click.echo(f"backproof: no {format}: {problem}", err=True)
                continue
            text = text if text.endswith("\n") else f"{text}\n"
            if file != _STDOUT:
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


def _remove(targets: Mapping[Path, str]) -> None:
    """Remove what an earlier check wrote, so that no score of another submission is left."""
    for file, format in targets.items():
        if file != _STDOUT and format != _ADDED:
            file.unlink(missing_ok=True)

"""``backproof report``: reports of what is graded already."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from backproof.assignment.config import Assignment, load_assignment
from backproof.commands.common import (
    BAD_INPUT,
    OUR_FAULT,
    Progress,
    one_line_errors,
    with_assignment,
    with_attempts,
    with_gradebook,
)
from backproof.commands.writing import STDOUT, details_of, targets_of, write
from backproof.errors import UserError
from backproof.grades.read_grade import read_grade
from backproof.grades.visibility import hide_for_students
from backproof.printable import printable

if TYPE_CHECKING:
    from backproof.classroom.run import ClassRun


# Of what a store says of its run, besides the assignment.
_OF_A_RUN = ("profile", "seed", "confinement")


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "formats",
    multiple=True,
    required=True,
    metavar="NAME",
    help="A report to write, as for `backproof grade`, or for a file as for `backproof check "
    "--write`. May be repeated where PATH is a folder.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Where to: a folder, by default PATH; or for a file a file, by default standard output.",
)
@with_attempts
@with_gradebook
@click.option("--show-hidden", is_flag=True, help="Show hidden properties of a file's grade too.")
@with_assignment
@one_line_errors
def report(
    path: Path,
    formats: tuple[str, ...],
    out: Path | None,
    which: str,
    gradebook: Any,
    show_hidden: bool,
    assignment: str | None,
) -> None:
    """Write reports of what is graded already; nothing is graded again.

    PATH is the --out folder of `backproof grade`, all of whose results are reported, or a file that
    `backproof check --json` wrote. Exit code: 0 if all was written, 2 if PATH cannot be used or a
    report could not take everybody, 3 if a format needs a final score and something was not
    graded.
    """
    loaded = load_assignment(assignment)
    if path.is_file():
        hidden = frozenset() if show_hidden else loaded.hidden
        sys.exit(_report_file(path, formats, out or STDOUT, loaded, hidden))
    from backproof.classroom.run import require_formats

    require_formats(formats)
    with _opened_run(path, loaded, which) as (run, names):
        options: dict[str, dict[str, Any]] = {
            "gradebook": {"units": loaded.units},
            "canvas": {"gradebook": gradebook.read() if gradebook else None},
        }
        wanted = list(dict.fromkeys(formats))
        folder = out or path
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"--out: no folder {printable(folder)}: {error.strerror}") from None
        with Progress("writing reports", len(wanted)) as progress:
            problems = run.write_reports(folder, wanted, names, options, progress.advance)
    for problem in problems:
        click.echo(f"backproof: {problem}", err=True)
    sys.exit(BAD_INPUT if problems else 0)


def _report_file(
    path: Path,
    formats: tuple[str, ...],
    out: Path,
    assignment: Assignment,
    hidden: frozenset[str],
) -> int:
    """Write one report of one grade; return the exit code."""
    if len(formats) > 1:
        raise UserError(
            f"{printable(path)} is one grade: give one --format and one --out at a time"
        )
    targets = targets_of([f"{formats[0]}={out}"])
    details = details_of(targets, assignment)
    grade = hide_for_students(read_grade(path), hidden)
    return 0 if write(targets, grade, assignment.title, details, sys.stdout) else OUR_FAULT


@contextmanager
def _opened_run(
    folder: Path, assignment: Assignment, which: str
) -> Iterator[tuple[ClassRun, list[str]]]:
    """Open the store of a run as it is, and choose what counts."""
    from backproof.classroom.run import ALL, BEST, STORE, ClassRun
    from backproof.classroom.settings import Settings
    from backproof.classroom.store import Store
    from backproof.classroom.store_file import explained, opened_file
    from backproof.grades.results import Attempt
    from backproof.roster.attempts import latest

    path = folder / STORE
    if not path.is_file():
        raise UserError(
            f"there are no results in {printable(folder)}: expected the --out folder of `backproof "
            f"grade`, with {STORE} in it, or a file that `backproof check PATH --json` wrote"
        )
    with opened_file(path, resume=True) as database:
        store = Store(path, database)
        with explained(path):
            identity = dict(database.execute("SELECT key, value FROM run"))
        if json.loads(identity["assignment"]) != assignment.digest():
            raise UserError(
                f"{printable(path)} was graded with another assignment, or with this one before it "
                "was changed: name that one with --assignment, or grade again"
            )
        profile, seed, level = (json.loads(identity[key]) for key in _OF_A_RUN)
        found = [Attempt(row.name, Path(), row.students, row.number) for row in store.summary()]
        attempts = found if which in (ALL, BEST) else latest(found)
        run = ClassRun(Settings(assignment, profile, seed, level), store, attempts)
        yield run, run.chosen(which)

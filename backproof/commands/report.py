"""``backproof report``: reports of existing grades."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

from backproof.assignment.config import Assignment, load_assignment
from backproof.assignment.identity import outcome_digest
from backproof.classroom.final_results import keep_roster, kept_attempts
from backproof.classroom.rescoring import rescore
from backproof.classroom.run import ALL, BEST, NEWEST, STORE, ClassRun
from backproof.classroom.settings import Settings
from backproof.classroom.store import Store
from backproof.classroom.store_file import open_file, translated_errors
from backproof.commands.common import (
    Progress,
    one_line_errors,
    with_assignment,
    with_attempts,
    with_column,
    with_gradebook,
    with_roster,
)
from backproof.commands.writing import STDOUT, extra_options, parse_targets, write
from backproof.errors import UserError
from backproof.exit_codes import BAD_INPUT, GRADER_FAULT
from backproof.grades.read_grade import read_grade
from backproof.grades.results import Attempt
from backproof.grades.visibility import hide_for_students
from backproof.printable import printable
from backproof.report.registry import require
from backproof.roster.attempts import latest

# The settings in a store's identity, besides the assignment.
_SETTINGS = ("profile", "seed", "confinement")


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
    help="Where to write: a folder, by default PATH; for a file a file, by default standard "
    "output.",
)
@with_attempts
@with_gradebook
@with_column
@with_roster
@click.option("--show-hidden", is_flag=True, help="Show hidden properties of a file's grade too.")
@with_assignment
@one_line_errors
def report(
    path: Path,
    formats: tuple[str, ...],
    out: Path | None,
    counting: str,
    gradebook: TextIO | None,
    column: str,
    roster: Path | None,
    show_hidden: bool,
    assignment: str | None,
) -> None:
    """Write reports of existing grades; nothing is graded again.

    PATH is the --out folder of `backproof grade`, all of whose results are reported, or a file that
    `backproof check --json` wrote. Exit code: 0 if all was written, 2 if PATH cannot be used or a
    report could not include every student, 3 if a format needs a final score and something was not
    graded.
    """
    loaded = load_assignment(assignment)
    if path.is_file():
        hidden = frozenset() if show_hidden else loaded.hidden
        sys.exit(_report_file(path, formats, out or STDOUT, loaded, hidden))
    for format in formats:
        require(format)
    with open_run(path, loaded, counting, roster) as (run, names):
        folder = out or path
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"--out: no folder {printable(folder)}: {error.strerror}") from None
        unique = list(dict.fromkeys(formats))
        with Progress("writing reports", len(unique)) as progress:
            problems = run.write_reports(
                folder,
                unique,
                names,
                gradebook=gradebook.read() if gradebook else None,
                column=column,
                written=progress.advance,
            )
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
    """Write one report of one grade and return the exit code."""
    if len(formats) > 1:
        raise UserError(
            f"{printable(path)} is one grade: name one --format and one --out at a time"
        )
    targets = parse_targets([f"{formats[0]}={out}"])
    options = extra_options(targets, assignment)
    grade = hide_for_students(read_grade(path), hidden)
    return 0 if write(targets, grade, assignment.title, options, sys.stdout) else GRADER_FAULT


@contextmanager
def open_run(
    folder: Path, assignment: Assignment, counting: str = NEWEST, roster: Path | None = None
) -> Iterator[tuple[ClassRun, list[str]]]:
    """Open the store of an earlier run; yield the run and the names of the results that count.

    Raises:
        UserError: The folder has no store, or the store belongs to another assignment.

    """
    path = folder / STORE
    if not path.is_file():
        raise UserError(
            f"there are no results in {printable(folder)}: expected the --out folder of `backproof "
            f"grade`, with {STORE} in it, or a file that `backproof check PATH --json` wrote"
        )
    with open_file(path, resume=True) as database:
        store = Store(path, database)
        with translated_errors(path):
            identity = dict(database.execute("SELECT key, value FROM run"))
        if json.loads(identity["assignment"]) != outcome_digest(assignment):
            raise UserError(
                f"{printable(path)} was graded with another assignment, or with this one before "
                "its code was changed: name that one with --assignment, or grade again"
            )
        rescore(store, assignment)
        profile, seed, confinement = (json.loads(identity[key]) for key in _SETTINGS)
        if roster is not None:
            keep_roster(store, roster, assignment)
        present = kept_attempts(store)
        stored = [
            Attempt(row.name, Path(), row.students, row.number, row.submitted)
            for row in store.summary()
            if present is None or row.name in present
        ]
        attempts = stored if counting in (ALL, BEST) else latest(stored)
        run = ClassRun(Settings(assignment, profile, seed, confinement), store, attempts)
        yield run, run.chosen(counting)

"""``backproof check``: one submission."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Collection, Mapping
from contextlib import nullcontext
from pathlib import Path

import click

from backproof.assignment.config import load_assignment
from backproof.commands.check_request import CheckRequest
from backproof.commands.common import (
    Progress,
    exit_code,
    one_line_errors,
    with_assignment,
    with_confinement,
    with_profile,
    with_seed,
    with_units,
)
from backproof.commands.last_check import compare_and_keep
from backproof.commands.writing import STDOUT, extra_options, parse_targets, remove, write
from backproof.confined.level import NONE, PROCESS, STRICT
from backproof.counterexample.pasting import fit_to_folder
from backproof.errors import UserError
from backproof.exit_codes import GRADER_FAULT, INTERRUPTED
from backproof.grades.outcomes import Grade
from backproof.grades.visibility import hide_for_students
from backproof.processes.streams import private_stdout
from backproof.report.registry import SINGLE

_SECONDS_BETWEEN_LINES = 3.0


@click.command()
@click.argument("path")
@with_units
@click.option(
    "--property",
    "properties",
    multiple=True,
    metavar="NAME",
    help="Only this property, with or without test_ before its name; may be repeated.",
)
@click.option("--watch", is_flag=True, help="Check again at every save what the change affects.")
@click.option("--case", is_flag=True, help="Run the smallest failing case again, and nothing else.")
@click.option("--pdb", is_flag=True, help="The same in the debugger, stopped in your code.")
@click.option("--json", "as_json", is_flag=True, help="The same as --write json=-.")
@click.option(
    "--write",
    "writes",
    multiple=True,
    metavar="FORMAT=FILE",
    help=f"Write the grade to FILE, as {', '.join(SINGLE)}; if FILE is -, print it and nothing "
    "else. Markdown is added at the end of FILE, anything else replaces it. May be repeated.",
)
@click.option("--all", "everything", is_flag=True, help="Print each failure with its case.")
@click.option(
    "--no-history",
    is_flag=True,
    envvar="BACKPROOF_NO_HISTORY",
    help="Neither compare with the last check of PATH nor keep this one.",
)
@click.option("--confined", is_flag=True, help="The same as --confinement process.")
@with_confinement(NONE, NONE, PROCESS, STRICT)
@click.option("--show-hidden", is_flag=True, help="Show hidden properties too: for instructors.")
@click.option(
    "--publish-hidden",
    is_flag=True,
    help="In the format gradescope, add hidden properties in full: staff see them at once, "
    "and students after the grades are published. Until then Gradescope hides the total, too.",
)
@with_profile("quick")
@with_seed
@with_assignment
@one_line_errors
def check(
    path: str,
    units: tuple[str, ...],
    properties: tuple[str, ...],
    watch: bool,
    case: bool,
    pdb: bool,
    as_json: bool,
    writes: tuple[str, ...],
    everything: bool,
    no_history: bool,
    confined: bool,
    confinement: str,
    show_hidden: bool,
    publish_hidden: bool,
    profile: str,
    seed: int,
    assignment: str | None,
) -> None:
    """Check one submission and report what is wrong and why.

    PATH is a folder with the modules of the assignment, a zip file of one, a single .py file or a
    notebook. It runs in this process unless it is --confined: confine code that is not your own.
    It prints the cause to fix first, and a line for each further one; --case and --pdb run the
    failure to fix first, or that of one --property.
    Exit code: 0 if all passed, 1 if not, 2 if PATH cannot be used, 3 if something could not be
    graded: a format that needs a final score is then not written, and an older FILE of it is
    removed; 130 if it was stopped, and in which rule and function.
    """
    if confined and confinement == NONE:
        confinement = PROCESS
    for_reports = {"--json": as_json, "--write": writes, "--confinement": confinement != NONE}
    _require_compatible({"--watch": watch, "--case": case, "--pdb": pdb}, for_reports)
    loaded = load_assignment(assignment)
    hidden = frozenset() if show_hidden else loaded.hidden
    request = CheckRequest(path, loaded, properties, units, profile, seed, confinement, hidden)
    if watch:
        from backproof.commands.watching import keep_checking

        sys.exit(keep_checking(request))
    if case or pdb:
        from backproof.commands.case import run_case

        sys.exit(run_case(request, debug=pdb))
    targets = parse_targets((*writes, "json=-") if as_json else writes)
    # A confined submission is somebody else's code, so its result is not kept in the user's folder.
    is_kept = confinement == NONE and not no_history
    if publish_hidden and "gradescope" not in targets.values():
        raise UserError("--publish-hidden belongs to --write gradescope=FILE")
    published = hidden if publish_hidden else frozenset()
    sys.exit(_check(request, targets, everything=everything, is_kept=is_kept, published=published))


def _require_compatible(interactive: Mapping[str, bool], for_reports: Mapping[str, object]) -> None:
    """Refuse options that exclude each other; ``--case --pdb`` is the same as ``--pdb``."""
    for option in (name for name, value in interactive.items() if value):
        others = [name for name, value in for_reports.items() if value]
        if option == "--watch":
            others += [name for name in ("--case", "--pdb") if interactive[name]]
        if others:
            raise UserError(f"{option} is for your own terminal: leave out {' and '.join(others)}")


def _check(
    request: CheckRequest,
    targets: Mapping[Path, str],
    *,
    everything: bool,
    is_kept: bool,
    published: Collection[str],
) -> int:
    """Grade a submission, print and write its grade, and return the exit code."""
    title = request.assignment.title
    options = extra_options(targets, request.assignment)
    with private_stdout(sys.stdout) if STDOUT in targets else nullcontext() as out:
        grade = _grade(request, targets)
        shown = hide_for_students(grade, request.hidden)
        if published:
            later = tuple(each for each in grade.outcomes if each.property in published)
            options = {**options, "gradescope": {"published_later": later}}
        if out is None:
            from rich.console import Console

            from backproof.report.terminal.grade import print_grade

            since = compare_and_keep(request.path, shown) if is_kept else ""
            printed = _from_here(shown, request.path)
            print_grade(Console(), printed, title, everything=everything, since=since)
        complete = write(targets, shown, title, options, out)
    return exit_code(grade) if complete else GRADER_FAULT


def _from_here(grade: Grade, path: str | Path) -> Grade:
    """Return a grade whose cases run in the current folder."""
    outcomes = (
        dataclasses.replace(each, case=each.case and fit_to_folder(each.case, path))
        for each in grade.outcomes
    )
    return dataclasses.replace(grade, outcomes=tuple(outcomes))


def _grade(request: CheckRequest, targets: Mapping[Path, str]) -> Grade:
    try:
        if STDOUT in targets and sys.stderr.isatty():  # the bar would be among what is printed
            return request.grade()
        name = f"checking {Path(request.path).name}"
        with Progress(name, seconds_between_lines=_SECONDS_BETWEEN_LINES) as progress:
            return request.grade(progress.advance)
    except UserError:
        # Nothing was graded, so the files of an earlier check are still right.
        raise
    except KeyboardInterrupt as stopped:
        remove(targets)
        click.echo(
            f"backproof: stopped in {stopped}" if str(stopped) else "backproof: stopped", err=True
        )
        sys.exit(INTERRUPTED)
    except BaseException:
        remove(targets)
        raise

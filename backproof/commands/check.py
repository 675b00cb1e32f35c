"""``backproof check``: one submission."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from backproof.assignment.config import load_assignment
from backproof.commands.check_request import CheckRequest
from backproof.commands.common import (
    OUR_FAULT,
    Progress,
    code_of,
    one_line_errors,
    with_assignment,
    with_confinement,
    with_profile,
    with_seed,
    with_units,
)
from backproof.commands.writing import STDOUT, details_of, remove, targets_of, write
from backproof.confined.level import NONE, PROCESS, STRICT
from backproof.errors import UserError
from backproof.grades.outcomes import Grade
from backproof.grades.visibility import hide_for_students
from backproof.processes.streams import private_stdout
from backproof.report.registry import SINGLE

if TYPE_CHECKING:
    pass


@click.command()
@click.argument("path")
@with_units
@click.option(
    "--property",
    "names",
    multiple=True,
    metavar="NAME",
    help="Only this property, with or without test_ before its name; may be repeated.",
)
@click.option("--watch", is_flag=True, help="Check again at every save, what the change touches.")
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
    names: tuple[str, ...],
    watch: bool,
    case: bool,
    pdb: bool,
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
    not your own should be. --case and --pdb take the failure that is to be mended first, or that
    of one --property. Exit code: 0 if all passed, 1 if not, 2 if PATH cannot be used, 3 if
    something could not be graded: a format that needs a final score is then not written, and an
    older FILE of it is removed.
    """
    if confined and confinement == NONE:
        confinement = PROCESS
    kept = {"--json": as_json, "--write": writes, "--confinement": confinement != NONE}
    _require_alone({"--watch": watch, "--case": case, "--pdb": pdb}, kept)
    loaded = load_assignment(assignment)
    options: dict[str, Any] = {"assignment": loaded, "profile": profile, "seed": seed}
    options |= {"units": units, "confinement": confinement}
    wanted = CheckRequest(path, names, options, frozenset() if show_hidden else loaded.hidden)
    if watch:
        from backproof.commands.watching import keep_checking

        sys.exit(keep_checking(wanted))
    if case or pdb:
        from backproof.commands.case import run_case

        sys.exit(run_case(wanted, debug=pdb))
    _check(wanted, targets_of((*writes, "json=-") if as_json else writes))


def _require_alone(ways: Mapping[str, Any], kept: Mapping[str, Any]) -> None:
    """Refuse options that ask for different things; ``--case --pdb`` is the same as ``--pdb``."""
    for way in (name for name, given in ways.items() if given):
        others = [name for name, given in kept.items() if given]
        if way == "--watch":
            others += [name for name in ("--case", "--pdb") if ways[name]]
        if others:
            raise UserError(f"{way} is for your own terminal: leave out {' and '.join(others)}")


def _check(wanted: CheckRequest, targets: Mapping[Path, str]) -> None:
    title = wanted.assignment.title
    details = details_of(targets, wanted.assignment)
    with private_stdout(sys.stdout) if STDOUT in targets else nullcontext() as out:
        grade = _graded(wanted, targets)
        shown = hide_for_students(grade, wanted.hidden)
        if out is None:
            from rich.console import Console

            from backproof.report.terminal.grade import print_grade

            print_grade(Console(), shown, title)
        complete = write(targets, shown, title, details, out)
    sys.exit(code_of(grade) if complete else OUR_FAULT)


def _graded(wanted: CheckRequest, targets: Mapping[Path, str]) -> Grade:
    try:
        if STDOUT in targets:
            return wanted.grade()
        with Progress(f"checking {Path(wanted.path).name}") as progress:
            return wanted.grade(progress=progress.advance)
    except UserError:  # nothing was graded, so what is there is as good as it was
        raise
    except BaseException:
        remove(targets)
        raise

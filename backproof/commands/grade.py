"""``backproof grade``: a class."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import click
from rich.console import Console

from backproof.assignment.config import load_assignment
from backproof.classroom.final_results import keep_attempts, keep_roster
from backproof.classroom.rescoring import rescore
from backproof.classroom.run import ALL, BEST, STORE, ClassRun
from backproof.classroom.settings import Settings
from backproof.classroom.similar_code import require_similarity
from backproof.classroom.store import Store
from backproof.classroom.student_tests import CODE, TESTS_ALONE, WHAT
from backproof.commands.common import (
    Progress,
    one_line_errors,
    with_assignment,
    with_attempts,
    with_column,
    with_confinement,
    with_gradebook,
    with_profile,
    with_roster,
    with_seed,
)
from backproof.confined.level import PROCESS, STRICT, require_level
from backproof.confined.pool import observe_confinement
from backproof.errors import UserError
from backproof.examination.suite import stems_of_tests
from backproof.exit_codes import BAD_INPUT, GRADER_FAULT, INTERRUPTED
from backproof.printable import first_few
from backproof.processes import affinity
from backproof.report.class_statistics import ClassStatistics
from backproof.report.registry import require
from backproof.report.terminal.class_table import ClassTable, print_lines, print_statistics
from backproof.roster.attempts import latest
from backproof.roster.find import FoundAttempts, find_attempts

_COLUMNS_IN_A_FILE = 140
# A longer table is too long to read; the gradebook has the same numbers.
_MAX_TABLE_ROWS = 60


@dataclass(frozen=True)
class GradeRequest:
    """The arguments of ``backproof grade``; the help of each option describes its attribute."""

    paths: tuple[str, ...]
    out: Path | None
    formats: tuple[str, ...]
    resume: bool
    regrade: tuple[str, ...]
    counting: str
    layout: str
    pattern: str | None
    gradebook: TextIO | None
    column: str
    similar: bool
    roster: Path | None
    jobs: int
    scheduler: str
    what: str
    confinement: str
    profile: str
    seed: int
    assignment: str | None


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the results: the reports, and the store, with which the same command continues "
    "a stopped run.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="NAME",
    help="A report to write to --out besides the gradebook: canvas, moodle, moodle-worksheet, "
    "moodle-feedback or jsonl for the class; "
    "html for the class and for each submission; json, gradescope, prairielearn, classroom50, "
    "autolab, junit or markdown for each submission. "
    "May be repeated.",
)
@click.option(
    "--resume/--fresh",
    default=True,
    show_default=True,
    help="Continue with the store in --out, or set it aside and begin again.",
)
@click.option("--regrade", multiple=True, metavar="GLOB", help="Grade these names again.")
@with_attempts
@click.option(
    "--layout",
    default="auto",
    show_default=True,
    help="How PATHS are laid out: gradescope, canvas, moodle, github or plain; auto recognises it.",
)
@click.option(
    "--pattern",
    metavar="REGEX",
    help="Matched against the path of each submission; its groups id, name, email and attempt name "
    "the student and the attempt.",
)
@with_gradebook
@with_column
@click.option(
    "--similar",
    is_flag=True,
    help="Write a page with pairs of modules that share code which few others in the class have.",
)
@with_roster
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=lambda: len(affinity.allowed()) or os.cpu_count(),
    help="How many at a time; as many as there are processors by default.",
)
@click.option("--scheduler", metavar="ADDRESS", default="", help="Grade on a Dask cluster.")
@click.option(
    "--what",
    type=click.Choice(WHAT),
    default=CODE,
    show_default=True,
    help="What is graded: the code, the tests that students write, or both.",
)
@with_confinement(STRICT, PROCESS, STRICT)
@with_profile("grade")
@with_seed
@with_assignment
@one_line_errors
def grade(**options: Any) -> None:
    """Grade a class, confined, and summarise the results.

    Each of PATHS is a submission, a folder of submissions, or a zip file of either, also as
    Gradescope, Canvas, Moodle and GitHub Classroom export them. With --out every result is stored
    as soon as it exists: the same command continues a run that was stopped or killed. Exit
    code: 0 if all were graded, 2 if a path cannot be used or this machine has no strict
    confinement, 3 if something could not be graded, 130 if it was stopped.
    """
    request = GradeRequest(**options)
    if request.scheduler and request.what != CODE:
        raise UserError("a cluster grades code only: leave out --scheduler, or --what")
    if request.formats and request.out is None:
        raise UserError("--format writes files: name a folder for them with --out FOLDER")
    for format in request.formats:
        require(format)
    if request.similar:
        if request.out is None:
            raise UserError("--similar writes a page: name a folder for it with --out FOLDER")
        require("html")
        require_similarity()
    with tempfile.TemporaryDirectory(prefix="backproof-") as temporary:
        sys.exit(_grade_class(request, Path(temporary)))


def _grade_class(request: GradeRequest, temporary: Path) -> int:
    """Grade a class, write its reports, print a summary, and return the exit code."""
    assignment = load_assignment(request.assignment)
    settings = Settings(
        assignment, request.profile, request.seed, request.confinement, request.what
    )
    console = Console(width=None if sys.stdout.isatty() else _COLUMNS_IN_A_FILE)
    # A submission is recognised by its modules, or by its tests.
    tests = stems_of_tests(request.paths) if request.what == TESTS_ALONE else ()
    found = find_attempts(
        request.paths,
        (*assignment.units, *tests),
        layout=request.layout,
        pattern=request.pattern,
        scratch=temporary,
    )
    counts_several = request.counting in (ALL, BEST)
    attempts = found.attempts if counts_several else latest(found.attempts)
    if not request.scheduler:
        observed = observe_confinement(assignment)
        require_level(observed, request.confinement)
        console.print(f"confinement: {observed.summary()}", style="dim", highlight=False)
    store_file = (request.out or temporary) / STORE
    with Store.open(store_file, settings.identity(), resume=request.resume) as store:
        if rescore(store, assignment):
            console.print("scores are computed anew, by the present points and policy", style="dim")
        if request.roster is not None:
            keep_roster(store, request.roster, assignment)
        keep_attempts(store, [attempt.name for attempt in found.attempts])
        for glob in request.regrade:
            store.forget(glob)
        run = ClassRun(settings, store, attempts, request.jobs, request.scheduler)
        try:
            _grade_pending(run, console)
        except KeyboardInterrupt:
            _report_interruption(run, request.out)
            return INTERRUPTED
        names = run.chosen(request.counting)
        problems = [*found.problems, *_write_reports(run, names, request)]
        not_graded = _print_summary(console, run, names, found, problems)
        if request.out is not None:
            console.print(
                f"results are in {request.out}", style="dim", highlight=False, soft_wrap=True
            )
    if not_graded:
        return GRADER_FAULT
    return BAD_INPUT if problems else 0


def _grade_pending(run: ClassRun, console: Console) -> None:
    with Progress("looking for changes") as progress:
        pending = run.pending(progress.advance)
        before = len(run.attempts) - len(pending)
        if before:
            console.print(f"{before} graded before, {len(pending)} left", highlight=False)
        if not pending:
            return
        progress.begin("grading" if run.scheduler else "drawing the cases", None)

        def drawn(name: str, total: int) -> None:
            if progress.advance(name, total) == total:
                progress.begin("grading", len(pending))

        run.grade(pending, lambda result: progress.advance(result.name, len(pending)), drawn)


def _report_interruption(run: ClassRun, out: Path | None) -> None:
    names = {attempt.name for attempt in run.attempts}
    graded = sum(row.name in names for row in run.store.summary())
    advice = "the same command continues from here" if out else "with --out they would be kept"
    click.echo(f"backproof: stopped: {graded} of {len(names)} graded; {advice}", err=True)


def _write_reports(run: ClassRun, names: Sequence[str], request: GradeRequest) -> list[str]:
    """Write the reports into ``--out``, if any, and return the problems of single students."""
    if request.out is None:
        return []
    formats = list(dict.fromkeys(("gradebook", *request.formats)))
    gradebook = request.gradebook.read() if request.gradebook else None
    with Progress("writing reports", len(formats)) as progress:
        return run.write_reports(
            request.out,
            formats,
            names,
            gradebook=gradebook,
            column=request.column,
            similar=request.similar,
            written=progress.advance,
        )


def _print_summary(
    console: Console,
    run: ClassRun,
    names: Sequence[str],
    found: FoundAttempts,
    problems: Sequence[str],
) -> bool:
    """Print the results of a class; return whether something could not be graded."""
    statistics = ClassStatistics()
    table = ClassTable(run.settings.assignment.units)
    for result in run.results(names):
        statistics.add(result)
        if len(names) <= _MAX_TABLE_ROWS:
            table.add(result)
    print_lines(console, found.notes, style="dim")
    table.print(console)
    if len(names) > 1:
        print_statistics(console, statistics)
    equal = [f"equal submissions: {', '.join(group)}" for group in run.duplicates]
    print_lines(console, equal, style="yellow")
    print_lines(console, roster_lines(run, statistics), style="yellow")
    print_lines(console, [*problems, *statistics.not_graded_lines()], style="red")
    return statistics.not_graded > 0


def roster_lines(run: ClassRun, statistics: ClassStatistics) -> list[str]:
    """Return who is on the roster without a submission, and who the other way round."""
    lines = []
    if statistics.absent:
        lines.append(f"nothing handed in: {len(statistics.absent)}: {first_few(statistics.absent)}")
    if run.final and run.final.unknown:
        lines.append(f"not on the roster: {first_few(run.final.unknown)}")
    return lines

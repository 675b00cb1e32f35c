"""``backproof adjust``: decisions of staff about single students."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path

import click

from backproof.assignment.config import load_assignment
from backproof.commands.common import one_line_errors, with_assignment
from backproof.commands.report import open_run
from backproof.errors import UserError
from backproof.marking.adjustments import (
    Decision,
    checked,
    number_of,
    read_decisions,
    require_known,
)
from backproof.report.scores import number


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--student", default="", help="The student's id, as in the gradebook.")
@click.option(
    "--function", default="", metavar="UNIT.NAME", help="The function; without it, the total."
)
@click.option(
    "--points", default="", help="The new points; without them the points stay as they are."
)
@click.option("--comment", default="", help="The reason, which the student reads.")
@click.option("--who", default="", help="Who decided; by default the user of this machine.")
@click.option("--list", "lists", is_flag=True, help="Print the decisions so far, and add none.")
@with_assignment
@one_line_errors
def adjust(
    folder: Path,
    file: Path | None,
    student: str,
    function: str,
    points: str,
    comment: str,
    who: str,
    lists: bool,
    assignment: str | None,
) -> None:
    """Decide about a student's points, or about the students in a CSV file.

    FOLDER is the --out folder of `backproof grade`; FILE has the columns student, function, points
    and comment. A decision is kept in the store with who decided and when, is applied in every
    report, and is not lost when a submission is graded again. The last decision about a student
    and a function counts. Without points it is a request to grade again that was answered. Exit
    code: 0, or 2 if something cannot be used; nothing is kept then.
    """
    loaded = load_assignment(assignment)
    when = datetime.now(UTC).isoformat(timespec="seconds")
    who = who or getpass.getuser()
    decisions: list[Decision] = []
    if not lists:
        if file is not None:
            decisions = read_decisions(file, who, when)
        else:
            decision = Decision(
                student, function, number_of(points, "--points"), comment, who, when
            )
            decisions = [checked(decision, "backproof adjust (--student, --points, --comment)")]
        if not decisions:
            raise UserError(f"{file} has no decisions: expected a line for each")
    with open_run(folder, loaded) as (run, _names):
        require_known(decisions, run.students(), loaded.credited_functions())
        run.store.add_adjustments(decision.to_json() for decision in decisions)
        kept = [Decision(**value) for value in run.store.adjustments()]
    for each in kept if lists else decisions:
        what = each.function or "total"
        points_text = "as it was" if each.points is None else number(each.points)
        click.echo(f"{each.when} {each.who}: {each.student} {what} {points_text}: {each.comment}")

"""Autolab's output: text for people, then the stages, then the scores in the last line."""

from __future__ import annotations

import json
from typing import Any

from backproof.grades.outcomes import NOT_GRADED, PASSED, Grade
from backproof.report.scores import NotGradable, UnitScore, by_unit, not_graded, number
from backproof.report.text import EXPLAINED, explain, message, one_line, sentence, summary

# Characters of a hint, which Autolab shows in a line; the text above the stages has the rest.
_MOST_IN_A_HINT = 500


def render(grade: Grade, title: str) -> str:
    """Give the grade as an autograder prints it: a problem for each unit, named as the unit.

    Autolab takes the scores from the last line, and the stages that it lays out as tables from
    the one before. What stands above them it shows as it is: the messages and smallest cases.
    The scoreboard has the total first, then each unit.

    A unit with anything *not graded* has no score, and without the total there is no scoreboard:
    Autolab leaves a problem that is not named as it was.

    Raises:
        NotGradable: No unit is left that has a score. Autolab takes an empty result for an error.

    """
    units = by_unit(grade)
    scores = {unit.name: round(unit.points, 4) for unit in units if unit.complete}
    if not scores:
        raise NotGradable(f"{not_graded(grade) or 'nothing was graded'}: no unit has a score")
    result: dict[str, Any] = {"scores": scores}
    if len(scores) == len(units):
        result["scoreboard"] = [round(grade.score, 4), *scores.values()]
    stages = {"_presentation": "semantic", **_stages(units)}
    return f"{_text(grade, title)}\n{json.dumps(stages)}\n{json.dumps(result)}\n"


def _text(grade: Grade, title: str) -> str:
    blocks = [f"{one_line(title)}\n{summary(grade)}"]
    for outcome in grade.outcomes:
        if outcome.status in EXPLAINED:
            blocks.append(f"{sentence(outcome)} ({one_line(outcome.unit)})\n{explain(outcome)}")
    return "\n\n".join(blocks)


def _stages(units: list[UnitScore]) -> dict[str, Any]:
    """Lay out a table for each unit; Autolab shows what is no pass or failure in plain rows."""
    stages: dict[str, dict[str, Any]] = {}
    ungraded: dict[str, str] = {}
    for unit in units:
        tests: dict[str, Any] = {}
        # Numbers keep equal sentences apart, and no row begins with "_", which hides it.
        for position, outcome in enumerate(unit.outcomes, 1):
            row = f"{position}. {sentence(outcome)}"
            hint = one_line(message(outcome, _MOST_IN_A_HINT))
            if outcome.status == NOT_GRADED:
                ungraded[f"{one_line(unit.name)} {row}"] = hint
            elif outcome.status == PASSED:
                tests[row] = {"passed": True}
            else:
                tests[row] = {"passed": False, "hint": hint}
        if tests:
            earned = number(unit.points) if unit.complete else "?"
            stages[f"{unit.name} ({earned} of {number(unit.max_points)} points)"] = tests
    if ungraded:
        stages["Not graded"] = ungraded
    return {"stages": list(stages), **stages}

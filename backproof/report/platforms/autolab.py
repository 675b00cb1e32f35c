"""Autolab's output: text for readers, then a line with the stages, then one with the scores."""

from __future__ import annotations

import json
from typing import Any

from backproof.grades.outcomes import NOT_GRADED, PASSED, Grade
from backproof.report.scores import NotGradable, UnitScore, by_unit, not_graded, number
from backproof.report.text import EXPLAINED, explain, message, one_line, sentence, summary

# Autolab shows a hint in one line; the text above the stages has the whole message.
_MAX_HINT_CHARACTERS = 500


def render(grade: Grade, title: str) -> str:
    """Return the output of an autograder, with a problem for each unit, named as the unit.

    Autolab reads the scores from the last line, and the stages, which it shows as tables, from the
    line before. It shows the text above them unchanged: the messages and smallest cases. The
    scoreboard has the total first, then each unit.

    A unit with an outcome *not graded* has no score, and then there is no total and no scoreboard.
    Autolab keeps the previous score of a problem that the output does not name.

    Raises:
        NotGradable: No unit has a score. Autolab treats an empty result as an error.

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
    """Return a table for each unit, and a table of plain rows for outcomes that were not graded."""
    stages: dict[str, dict[str, Any]] = {}
    ungraded: dict[str, str] = {}
    for unit in units:
        tests: dict[str, Any] = {}
        # Numbers distinguish equal sentences, and Autolab hides rows that begin with "_".
        for position, outcome in enumerate(unit.outcomes, 1):
            row = f"{position}. {sentence(outcome)}"
            hint = one_line(message(outcome, _MAX_HINT_CHARACTERS))
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

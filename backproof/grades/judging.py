"""Turn property records into outcomes: merge parameters, share points, name blocks."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from backproof.assignment.config import Assignment
from backproof.failure_kinds import WRONG
from backproof.grades import evidence
from backproof.grades.outcomes import BLOCKED, FAILED, NOT_GRADED, NOT_STARTED, PASSED, Outcome

# A property with several parameters has the status and the message of its worst one.
_WORST_FIRST = (NOT_GRADED, FAILED, NOT_STARTED, PASSED)


def _blocked(outcome: Outcome, note: str) -> Outcome:
    message = f"{outcome.message}\n{note}" if outcome.message else note
    return dataclasses.replace(outcome, status=BLOCKED, message=message)


def _deducted_once(outcomes: Sequence[Outcome], assignment: Assignment) -> Iterator[Outcome]:
    """Let a derivative that fits a wrong function have its points: the mistake is that one's."""
    forgiven: dict[str, str] = {}
    for function, derived in assignment.derived.items():
        fits = any(o.property == derived.fits and o.status == PASSED for o in outcomes)
        wrong = any(
            o.property in derived.wrong and o.status == FAILED and o.kind == WRONG for o in outcomes
        )
        if fits and wrong:
            forgiven.update(dict.fromkeys(derived.explains, f"{derived.of}|{function}"))
    for outcome in outcomes:
        if outcome.status == FAILED and outcome.kind == WRONG and outcome.property in forgiven:
            of, _, function = forgiven[outcome.property].partition("|")
            note = (
                f"blocked by {of}: {function} is the derivative of what that computes now, so it "
                "will be right once that is. This costs no points."
            )
            blocked = _blocked(outcome, note)
            yield dataclasses.replace(
                blocked, points=outcome.max_points, diagnosis=None, mistakes=()
            )
        else:
            yield outcome


def _is_its_own(outcome: Outcome) -> bool:
    """Tell whether a failure is known to come from its own unit."""
    return any(name.partition(".")[0] == outcome.unit for name in outcome.mistakes)


def _merge(seen: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    """Take the worst of both, and count how many parameters there are and how many passed."""
    first = not seen["parameters"]
    worse = _WORST_FIRST.index(record["status"]) < _WORST_FIRST.index(seen["status"])
    return {
        **(record if worse else seen),
        "functions": sorted({*seen["functions"], *record["functions"]}),
        "mistakes": {**seen["mistakes"], **record["mistakes"]},
        "evidence": [*seen["evidence"], *record["evidence"]] if not first else record["evidence"],
        "seconds": record["seconds"] if first else seen["seconds"] + record["seconds"],
        "passed": seen["passed"] + (record["status"] == PASSED),
        "parameters": seen["parameters"] + 1,
    }


def _with_blocks(outcomes: list[Outcome], assignment: Assignment) -> Iterable[Outcome]:
    failed = [o.unit for o in outcomes if o.status == FAILED]
    for outcome in _deducted_once(outcomes, assignment):
        needed = assignment.prerequisites.get(outcome.unit, ())
        blockers = [unit for unit in needed if unit in failed]
        if outcome.status == FAILED and blockers and not _is_its_own(outcome):
            note = f"blocked by {', '.join(blockers)}: mend that first, it may explain this"
            yield _blocked(outcome, note)
        else:
            yield outcome


def _with_points(entries: list[dict[str, Any]], assignment: Assignment) -> list[Outcome]:
    weight = {entry["property"]: assignment.weights.get(entry["property"], 1) for entry in entries}
    totals = dict.fromkeys(assignment.units, 0.0)
    for entry in entries:
        totals[entry["unit"]] += weight[entry["property"]]
    outcomes = []
    for entry in entries:
        unit = entry["unit"]
        share = weight[entry["property"]] / totals[unit] if totals[unit] else 0.0
        most = assignment.points[unit] * share
        earned = most * entry.pop("passed") / entry.pop("parameters")
        mistakes = entry["mistakes"]
        fields = {
            **entry,
            "functions": tuple(entry["functions"]),
            "mistakes": tuple(mistakes),
            "diagnosis": "\n".join(mistakes.values()) or None,
            "evidence": evidence.joined(entry["evidence"]),
        }
        outcomes.append(Outcome(**fields, points=earned, max_points=most))
    return outcomes


def judge(records: Iterable[Mapping[str, Any]], assignment: Assignment) -> tuple[Outcome, ...]:
    """Turn the plugin's records into outcomes: parameters merged, points given, blocks named.

    The points of a unit are shared among those of its properties that ran, by weight; those of a
    property equally among its parameters, so that one activation that is missing does not cost
    what the others earned.
    """
    merged: dict[str, dict[str, Any]] = {}
    for record in records:
        name = record["property"]
        fresh = {**record, "passed": 0, "parameters": 0}
        entry = _merge(merged.get(name, fresh), record)
        merged[name] = entry
    order = {unit: number for number, unit in enumerate(assignment.units)}
    entries = sorted(merged.values(), key=lambda entry: order[entry["unit"]])
    outcomes = _with_points(entries, assignment)
    return tuple(_with_blocks(outcomes, assignment))

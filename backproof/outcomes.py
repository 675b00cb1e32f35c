"""What grading yields: an ``Outcome`` for each property, and the ``Grade`` of a submission."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backproof import evidence
from backproof.assignment import Assignment
from backproof.kinds import IN_SHORT, WRONG

PASSED = "passed"
FAILED = "failed"
NOT_STARTED = "not started"
BLOCKED = "blocked"
NOT_GRADED = "not graded"

STATUSES = (PASSED, FAILED, NOT_STARTED, BLOCKED, NOT_GRADED)

# Fields that JSON has as lists.
_SEQUENCES = ("functions", "mistakes")

# A property with several parameters has the status and the message of its worst one.
_WORST_FIRST = (NOT_GRADED, FAILED, NOT_STARTED, PASSED)


@dataclass(frozen=True)
class Outcome:
    """One property on one submission.

    Attributes:
        property: The name of the property's function.
        unit: The unit that it belongs to.
        functions: The student's functions that it uses, as ``"unit.name"``.
        status: One of ``STATUSES``.
        kind: The kind of failure, of those in ``backproof.kinds``; empty if it did not fail.
        points: What it earned, of ``max_points``: the share of its parameters that passed.
        sentence: The property in one sentence: its docstring.
        message: What was returned and what is required; empty if passed.
        case: The smallest failing case as Python; ``None`` where there is none.
        diagnosis: The named mistake; ``None`` where none is known.
        seconds: How long it took.
        mistakes: The names of the mistakes in ``diagnosis``, as ``"unit.name"``.
        evidence: What to draw of the failure, as ``backproof.evidence`` describes it; ``None``
            where there is nothing to see.

    """

    property: str
    unit: str
    functions: tuple[str, ...]
    status: str
    kind: str
    points: float
    max_points: float
    sentence: str
    message: str
    case: str | None
    diagnosis: str | None
    seconds: float
    mistakes: tuple[str, ...] = ()
    evidence: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Grade:
    """All outcomes of one submission, and what they were graded with."""

    submission: str
    outcomes: tuple[Outcome, ...]
    graded_with: Mapping[str, Any]

    @property
    def score(self) -> float:
        """The points earned."""
        return round(sum(outcome.points for outcome in self.outcomes), 6)

    @property
    def max_score(self) -> float:
        """The points that there are."""
        return round(sum(outcome.max_points for outcome in self.outcomes), 6)

    def count(self, status: str) -> int:
        """Count the outcomes of one status."""
        return sum(outcome.status == status for outcome in self.outcomes)

    def to_json(self) -> dict[str, Any]:
        """Give the documented form, from which every report is rendered."""
        return {
            "submission": self.submission,
            "score": self.score,
            "max_score": self.max_score,
            "outcomes": [dict(vars(outcome)) for outcome in self.outcomes],
            "graded_with": dict(self.graded_with),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Grade:
        """Read the documented form back."""
        outcomes = (
            Outcome(**{**entry, **{key: tuple(entry.get(key, ())) for key in _SEQUENCES}})
            for entry in document["outcomes"]
        )
        return cls(document["submission"], tuple(outcomes), document["graded_with"])


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


def _is_its_own(outcome: Outcome) -> bool:
    """Tell whether a failure is known to come from its own unit."""
    return any(name.partition(".")[0] == outcome.unit for name in outcome.mistakes)


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


def for_student(grade: Grade, hidden: Collection[str]) -> Grade:
    """Give the grade as a student may see it: of a hidden property, only the unit and the kind."""
    numbers: Counter[str] = Counter()
    outcomes = []
    for outcome in grade.outcomes:
        if outcome.property in hidden:
            numbers[outcome.unit] += 1
            outcome = _veiled(outcome, numbers[outcome.unit])
        outcomes.append(outcome)
    return dataclasses.replace(grade, outcomes=tuple(outcomes))


def _veiled(outcome: Outcome, number: int) -> Outcome:
    return dataclasses.replace(
        outcome,
        property=f"hidden_{outcome.unit}_{number}",
        functions=(),
        sentence=f"A rule of {outcome.unit} that is not shown.",
        message=IN_SHORT.get(outcome.kind, "") if outcome.status in (FAILED, BLOCKED) else "",
        case=None,
        diagnosis=None,
        mistakes=(),
        evidence=None,
    )

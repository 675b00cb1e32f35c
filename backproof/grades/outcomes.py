"""The results of grading: an ``Outcome`` for each property, and the ``Grade`` of a submission.

The points of a grade belong to functions; each is a ``FunctionCredit``. They stand at properties,
too, so that the points of all outcomes add up to those of all functions.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from msgspec import Meta

PASSED = "passed"
FAILED = "failed"
NOT_STARTED = "not started"
BLOCKED = "blocked"
NOT_GRADED = "not graded"

STATUSES = (PASSED, FAILED, NOT_STARTED, BLOCKED, NOT_GRADED)
# One character for each status, for reports.
MARKS = {PASSED: "✓", FAILED: "✗", NOT_STARTED: "·", BLOCKED: "⊘", NOT_GRADED: "!"}

# The unit of the outcomes of tests that students write.
TESTS = "student_tests"

_Status = Annotated[str, Meta(pattern=f"^({'|'.join(STATUSES)})$")]
# Neither infinite nor NaN: reports compute with these numbers.
Finite = Annotated[float, Meta(ge=-sys.float_info.max, le=sys.float_info.max)]


@dataclass(frozen=True)
class Outcome:
    """The result of one property on one submission.

    Attributes:
        property: The name of the property's function.
        unit: The unit that it belongs to.
        functions: The student's functions that the property uses, as ``"unit.name"``.
        status: One of ``STATUSES``.
        kind: The kind of failure, one of ``backproof.failure_kinds``; empty if it did not fail.
        points: The points earned here: its part of the points of its functions.
        max_points: The points that stand here. Of functions that lost points, those stand at the
            properties that lost them.
        sentence: The property in one sentence: the first paragraph of its docstring.
        message: What was returned and what is required; empty if the property passed.
        case: The smallest failing case as a Python program; ``None`` if there is none.
        diagnosis: The known mistakes behind the failure, a sentence each; ``None`` if there are
            none.
        seconds: Duration of the run.
        mistakes: The names of the mistakes in ``diagnosis``, as ``"unit.name"``.
        evidence: What a report can draw of the failure, as ``grades.evidence`` describes it;
            ``None`` if there is nothing to draw.
        facts: What holds in all recorded cases of the failure, a sentence each.
        blamed: The student's functions that the failed cases are about, as ``"unit.name"``: those
            that the cases called, but for those that another one of them builds on.
        blocked_by: The functions that a ``BLOCKED`` outcome may follow from, as ``"unit.name"``.
        role: ``"core"`` or ``"edge"``, as the property is marked.
    """

    property: str
    unit: str
    functions: tuple[str, ...]
    status: _Status
    kind: str
    points: Finite
    max_points: Finite
    sentence: str
    message: str
    case: str | None
    diagnosis: str | None
    seconds: Finite
    mistakes: tuple[str, ...] = ()
    evidence: Mapping[str, Any] | None = None
    facts: tuple[str, ...] = ()
    blamed: tuple[str, ...] = ()
    blocked_by: tuple[str, ...] = ()
    role: str = "core"


@dataclass(frozen=True)
class FunctionCredit:
    """The points of one function on one submission.

    Attributes:
        function: The function, as ``"unit.name"``.
        unit: The unit that it belongs to.
        points: The points earned.
        max_points: The points that it is worth.
        core_passed: The number of core properties of it that passed, or failed for a reason that
            is not this function.
        core_total: The number of core properties that exercise it.
        edges_passed: As ``core_passed``, of its edge properties.
        edges_total: The number of edge properties that exercise it.
        complete: Whether all of its properties were graded, so that the points are final.
        parts: The functions without points of their own that count as parts of it.
    """

    function: str
    unit: str
    points: Finite
    max_points: Finite
    core_passed: int
    core_total: int
    edges_passed: int
    edges_total: int
    complete: bool = True
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Adjustment:
    """Points that are added to what the outcomes earned, or deducted, with the reason.

    Attributes:
        text: The reason, as the student reads it.
        points: The points that are added; negative if they are deducted.
        function: The function whose points they are; empty if they are of the total.
    """

    text: str
    points: Finite
    function: str = ""


@dataclass(frozen=True)
class Grade:
    """All outcomes of one submission.

    Attributes:
        submission: Name of the submission.
        outcomes: The outcomes, in lecture order.
        graded_with: Everything that the outcomes depend on: versions, profile, seed, confinement,
            and notes about the submission.
        functions: The points of the functions, in lecture order; empty in a grade that was made
            before points belonged to functions.
        adjustments: What was added and deducted afterwards, in this order.
    """

    submission: str
    outcomes: tuple[Outcome, ...]
    graded_with: Mapping[str, Any]
    functions: tuple[FunctionCredit, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def score(self) -> float:
        """The points earned, with all adjustments."""
        return round(self.earned + sum(each.points for each in self.adjustments), 6)

    @property
    def earned(self) -> float:
        """The points that the outcomes earned, before any adjustment."""
        return round(sum(outcome.points for outcome in self.outcomes), 6)

    @property
    def max_score(self) -> float:
        """The points that can be earned."""
        return round(sum(outcome.max_points for outcome in self.outcomes), 6)

    def count(self, status: str) -> int:
        """Return the number of outcomes with a status."""
        return sum(outcome.status == status for outcome in self.outcomes)

    def to_json(self) -> dict[str, Any]:
        """Return the documented form, from which every report is rendered."""
        return {
            "submission": self.submission,
            "score": self.score,
            "max_score": self.max_score,
            "functions": [dict(vars(function)) for function in self.functions],
            "adjustments": [dict(vars(adjustment)) for adjustment in self.adjustments],
            "outcomes": [dict(vars(outcome)) for outcome in self.outcomes],
            "graded_with": dict(self.graded_with),
        }

    @classmethod
    def from_json(cls, document: object) -> Grade:
        """Return the grade that ``to_json`` described.

        Raises:
            msgspec.ValidationError: The document is not the description of a grade.
        """
        return msgspec.convert(document, cls)

"""The result of an examination, as reports show it and stores keep it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

# A test accepts every right implementation; rejects one at every seed; at some seeds only; does not
# take the fixture, so it says nothing about the code.
VALID, TOO_STRICT, FLAKY, WITHOUT_CODE = "valid", "too strict", "flaky", "without code"


class Rejection(Struct, frozen=True):
    """A right implementation that a test rejects.

    Attributes:
        implementation: Its name.
        allowed: What the contract allows, in a sentence; empty for the reference.
        text: What the test says.
        case: The input, as Hypothesis writes it; empty if the test draws none.
        parameters: The set of parameters of the test.

    """

    implementation: str
    allowed: str
    text: str
    case: str = ""
    parameters: str = ""


class TestVerdict(Struct, frozen=True):
    """The verdict about one test, and the runs behind it.

    Attributes:
        path: The file.
        name: The name of the function.
        status: ``VALID``, ``TOO_STRICT``, ``FLAKY`` or ``WITHOUT_CODE``.
        functions: The functions that it calls, as ``"unit.name"``.
        rejection: A right implementation that it rejects, and why.
        rejected: How many runs on right implementations it rejects.
        runs: How many runs on right implementations there were.
        seeds: Of a flaky test, a seed at which it accepts the implementation of ``rejection``, and
            one at which it rejects it.
        caught: The number of mistakes that it rejects.
        passes_on: What trivial functions would pass: ``"adam_step returned theta"``.
        repeats: The name of a test that rejects the same mistakes; empty if there is none.

    """

    path: str
    name: str
    status: str
    functions: tuple[str, ...] = ()
    rejection: Rejection | None = None
    rejected: int = 0
    runs: int = 0
    seeds: tuple[int, int] | None = None
    caught: int = 0
    passes_on: tuple[str, ...] = ()
    repeats: str = ""


class Missed(Struct, frozen=True):
    """Mistakes of one concept that no valid test rejects.

    Attributes:
        concept: What they are about.
        names: Their names, as ``"unit.name"``.
        sentences: The sentences that explain them.

    """

    concept: str
    names: tuple[str, ...]
    sentences: tuple[str, ...]


class ConceptVerdict(Struct, frozen=True):
    """How many mistakes of one concept are caught.

    Attributes:
        concept: What they are about.
        mistakes: Their number.
        caught: How many of them a valid test rejects.

    """

    concept: str
    mistakes: int
    caught: int


class FunctionVerdict(Struct, frozen=True):
    """How thoroughly a function is tested.

    Attributes:
        function: The function, as ``"unit.name"``.
        mistakes: The number of mistakes.
        caught: How many of them a valid test rejects.
        concepts: The number of concepts.
        share: The share that is caught, each concept counted as one.
        missed: The mistakes that are not caught, by concept.
        by_concept: All concepts, in order.

    """

    function: str
    mistakes: int
    caught: int
    concepts: int
    share: float
    missed: tuple[Missed, ...] = ()
    by_concept: tuple[ConceptVerdict, ...] = ()


class Examination(Struct, frozen=True):
    """The result of an examination of a student's tests.

    Attributes:
        name: The name of what was handed in.
        title: The title of the assignment.
        tests: The tests.
        functions: The functions that were to be tested.
        points: The points for validity and for thoroughness that were reached.
        max_points: Those that can be reached.
        tell: What is told of mistakes that are not caught: ``"count"``, ``"concept"`` or
            ``"name"``.
        problems: Lines about files that could not be used.
        examined_with: What the result depends on.

    """

    name: str
    title: str
    tests: tuple[TestVerdict, ...]
    functions: tuple[FunctionVerdict, ...]
    points: tuple[float, float]
    max_points: tuple[float, float]
    tell: str = "concept"
    problems: tuple[str, ...] = ()
    examined_with: Mapping[str, Any] = {}

    @property
    def is_perfect(self) -> bool:
        """Whether all points are reached."""
        return self.points == self.max_points

    def count(self, status: str) -> int:
        """Return the number of tests with a status."""
        return sum(test.status == status for test in self.tests)

    def to_json(self) -> dict[str, Any]:
        """Return the result as plain data."""
        document: dict[str, Any] = msgspec.to_builtins(self)
        return document

    @classmethod
    def from_json(cls, document: object) -> Examination:
        """Return the result that ``to_json`` described."""
        return msgspec.convert(document, cls)

    def for_student(self) -> Examination:
        """Return the result without what ``tell`` keeps from a student."""
        return msgspec.structs.replace(
            self,
            functions=tuple(
                msgspec.structs.replace(
                    each,
                    missed=tuple(_told(missed, self.tell) for missed in each.missed),
                    by_concept=() if self.tell == "count" else each.by_concept,
                )
                for each in self.functions
            ),
        )


def _told(missed: Missed, tell: str) -> Missed:
    if tell == "name":
        return missed
    hidden = ("",) * len(missed.names)
    return Missed(missed.concept if tell == "concept" else "", hidden, hidden)

"""The reference with some functions replaced, run beside a submission on what it was given."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Mapping

from backproof.assignment.config import Assignment
from backproof.diagnosis.call_trace import (
    Stop,
    TracedCall,
    TracedCase,
    TracedSubmission,
    agree,
    observe,
)
from backproof.submission.local import LocalSubmission

Replacements = Mapping[str, Callable[..., object]]


class Verdict(enum.Enum):
    """How a call of the stand-in compares with the submission's."""

    SAME = "the same"
    OTHER = "something else"
    UNTOLD = "not told: it was handed something else"


class ReferenceVariant:
    """The reference, run on the cases that a submission was run on.

    Args:
        assignment: Whose reference it is.

    """

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._code = LocalSubmission(assignment.reference, assignment.units)

    def close(self) -> None:
        """Let go of the reference."""
        self._code.close()

    def verdicts(
        self,
        body: Callable[..., None],
        sample: TracedCase,
        replacements: Replacements,
        until: Collection[str] = (),
    ) -> list[Verdict]:
        """Run a property on a case and compare each call with what the submission did.

        Args:
            body: The property's own function.
            sample: The case, and the submission's calls in it.
            replacements: What stands for functions of the reference, by ``"unit.name"``.
            until: Functions of which one other result is enough: the run ends there.

        Returns:
            A verdict for each of the submission's calls; those that were not made are not told.
        """
        found: list[Verdict] = []
        # What a property does after its last call is nothing to the calls, unless it iterates over
        # a result or goes on to overwrite what it handed over.
        goes_on = any(seen.observed or seen.items is not None for seen in sample.calls)

        def compare(number: int, seen: TracedCall) -> None:
            if number >= len(sample.calls):
                raise Stop
            theirs = sample.calls[number]
            found.append(_compared(seen, theirs, found))
            if found[-1] is Verdict.OTHER and concerns(sample, number, until):
                raise Stop
            if number == len(sample.calls) - 1 and not goes_on:
                raise Stop

        _, watched = self._run(body, sample, replacements, compare)
        for number, (seen, theirs) in enumerate(zip(watched.seen, sample.calls, strict=False)):
            if found[number] is Verdict.SAME and not _same_in_the_end(seen, theirs):
                found[number] = Verdict.OTHER
        return found + [Verdict.UNTOLD] * (len(sample.calls) - len(found))

    def sample(
        self, body: Callable[..., None], sample: TracedCase, replacements: Replacements
    ) -> TracedCase:
        """Run a property on a case and give what was seen."""
        again, watched = self._run(body, sample, replacements, lambda _number, _seen: None)
        return again or TracedCase(sample.case, watched.seen)

    def _run(
        self,
        body: Callable[..., None],
        sample: TracedCase,
        replacements: Replacements,
        on_call: Callable[[int, TracedCall], None],
    ) -> tuple[TracedCase | None, TracedSubmission]:
        self._code.replace(replacements)
        self._code.begin_case()
        watched = TracedSubmission(self._code, self._assignment, on_call)
        return observe(watched, body, sample.case), watched


def concerns(sample: TracedCase, number: int, functions: Collection[str]) -> bool:
    """Tell whether a call is one of these functions, or was handed an object that one made."""
    seen = sample.calls[number]
    return seen.function in functions or any(
        concerns(sample, maker, functions) for maker in seen.makers
    )


def _compared(seen: TracedCall, theirs: TracedCall, before: list[Verdict]) -> Verdict:
    told = all(before[maker] is Verdict.SAME for maker in seen.makers)
    given = seen.function == theirs.function and seen.makers == theirs.makers
    if not told or not given or not agree(seen.arguments, theirs.arguments):
        return Verdict.UNTOLD
    same = seen.raised == theirs.raised and agree(seen.result, theirs.result)
    return Verdict.SAME if same else Verdict.OTHER


def _same_in_the_end(seen: TracedCall, theirs: TracedCall) -> bool:
    return (
        agree(seen.later, theirs.later)
        and agree(seen.items, theirs.items)
        and agree(seen.later_items, theirs.later_items)
        and seen.changed == theirs.changed
        and set(seen.warnings) == set(theirs.warnings)
    )

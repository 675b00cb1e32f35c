"""Check that known mistakes pass the properties that a submission has passed.

A mistake that would fail one of them is another one than the submission's, even if the two behave
alike in all cases that failed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from backproof.diagnosis.call_trace import StopTrace, TracedCall
from backproof.diagnosis.candidate import Candidate, replacements_of
from backproof.diagnosis.distributions import deviates
from backproof.diagnosis.reference_variant import ReferenceVariant
from backproof.grades.outcomes import PASSED
from backproof.suite.property import Case, PropertyRun

# A property is tried on some of its cases, as far as so many calls.
_MAX_CASES, _MAX_CALLS = 3, 200


class Signatures:
    """The outcomes of known mistakes in the properties that a submission has passed.

    Outcomes are kept, because many submissions of a class make one mistake.

    Args:
        reference: It runs the mistakes.
        runs: All properties that were run on the submission.
        known: The outcomes that are known, to which new ones are added.

    """

    def __init__(
        self, reference: ReferenceVariant, runs: Sequence[PropertyRun], known: dict[Any, bool]
    ) -> None:
        self._reference = reference
        self.passed = [run for run in runs if run.record.status == PASSED]
        self._known = known

    def agree(self, candidates: Sequence[Candidate], world: Mapping[str, Any]) -> bool:
        """Return whether mistakes pass what the submission has passed, of the rules on their units.

        Args:
            candidates: Mistakes of different functions.
            world: The replacements of other functions.

        """
        replacements = {**world, **replacements_of(candidates)}
        units = {each.misconception.unit for each in candidates}
        functions = {each.target for each in candidates}
        return all(
            self._passes(run, replacements, functions)
            for run in self.passed
            if run.property.unit in units and functions & set(run.record.functions)
        )

    def some_passed(self, function: str) -> Iterator[tuple[PropertyRun, Sequence[Case]]]:
        """Yield the passed properties of a function's unit that called it, with some cases each."""
        for run in self.passed:
            in_unit = function.startswith(f"{run.property.unit}.")
            if in_unit and function in run.record.functions:
                yield run, _some(run.cases())

    def _passes(
        self, run: PropertyRun, replacements: Mapping[str, Any], functions: Collection[str]
    ) -> bool:
        key = (run.property.id, frozenset(replacements.items()))
        if key not in self._known:
            self._known[key] = all(
                self._passes_case(run, case, replacements, functions) for case in _some(run.cases())
            )
        return self._known[key]

    def _passes_case(
        self,
        run: PropertyRun,
        case: Mapping[str, Any],
        replacements: Mapping[str, Any],
        functions: Collection[str],
    ) -> bool:
        trace = self._reference.trace(run.property.body, case, replacements, _stop_at_length)
        # Statistics of other random numbers may be on the other side of a bound.
        if not trace.failed or deviates(trace.statistics):
            return True
        # The reference refuses what a mistake makes of its input; a student's functions may not.
        last = trace.calls[-1] if trace.calls else None
        return bool(last and last.exception and last.function not in functions)


def _stop_at_length(index: int, _: TracedCall) -> None:
    if index >= _MAX_CALLS:
        raise StopTrace


def _some(cases: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Return a few cases from all over the list, since the first ones are the simplest."""
    step = max(1, len(cases) // _MAX_CASES)
    return cases[step - 1 :: step][:_MAX_CASES]

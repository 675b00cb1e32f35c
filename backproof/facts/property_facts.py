"""The facts about one failed property: its cases are run again, and what they share is stated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backproof.facts.batches import find_batches
from backproof.facts.conditions import JudgedCase, find_condition
from backproof.facts.factors import MIN_CASES
from backproof.facts.observation import NO_SIGNATURE, Observation, known_arguments, observe
from backproof.facts.quantities import quantities
from backproof.facts.repeats import find_repeats
from backproof.facts.rerun import Rerun, rerun, results_required_of_themselves
from backproof.facts.signatures import Signature
from backproof.facts.statements import group_name, statements
from backproof.submission.base import Submission
from backproof.submission.messages import SubmissionRaised
from backproof.suite.property import Case, PropertyRun

_MAX_CASES = 30
# If these cases all fail and nothing is found in them, nothing is found in more of them either,
# but for places that need more cases than that.
_FIRST_CASES = 10
# Cases that are run twice, to see whether results change by themselves.
_REPEATED_CASES = 2
# The calls of a property with a single case that are looked at: in the first of them a generator
# is used again.
_MAX_CALLS = 8


class PropertyFacts:
    """The search for facts about one failed property.

    Args:
        run: The run of the property.
        submission: The submission.
        signatures: The signatures of functions.
        opaque: By function, the positions in results of objects that nobody looks into.

    """

    def __init__(
        self,
        run: PropertyRun,
        submission: Submission,
        signatures: Mapping[str, Signature],
        opaque: Mapping[str, Sequence[int]],
    ) -> None:
        self._run = run
        self._submission = submission
        self._signatures = signatures
        self._opaque = opaque
        self._reruns: list[Rerun] = []
        self._cases: list[Case] = []
        self._groups: dict[str, list[Observation]] = {}

    def find(self, cases: Sequence[Case]) -> list[str]:
        """Return the facts that hold in all of these cases."""
        if len(cases) < MIN_CASES:
            found = [rerun(self._run, case, self._submission, _MAX_CALLS) for case in cases]
            return find_repeats([each for each in found if each is not None])
        for case in cases[:_MAX_CASES]:
            once = rerun(self._run, case, self._submission)
            if once is not None:
                self._add(case, once)
            if len(self._reruns) == _FIRST_CASES and self._is_hopeless:
                return []
        facts = self._state()
        condition = []
        if not any(fact.startswith(f"In all {len(self._reruns)} cases") for fact in facts):
            condition = self._condition()
        if not (facts or condition) or not self._is_lasting():
            return []
        return (self._state(self._own_results()) if facts else []) + condition

    @property
    def _is_hopeless(self) -> bool:
        """Whether all cases so far fail in the same way, and have nothing in common."""
        kinds = {type(each.failure) for each in self._reruns}
        fails_always = all(each.failure is not None for each in self._reruns)
        return fails_always and len(kinds) == 1 and not self._state()

    def _add(self, case: Case, once: Rerun) -> None:
        number = len(self._reruns)
        self._cases.append(case)
        self._reruns.append(once)
        for comparison, journal in once.comparisons:
            observation = observe(number, comparison, journal, self._signatures, self._opaque)
            self._groups.setdefault(group_name(comparison.what), []).append(observation)

    def _state(self, own: frozenset[str] = frozenset()) -> list[str]:
        """Return the facts about results; ``own`` are those that are compared with others."""
        found = [*find_repeats(self._reruns), *find_batches(self._reruns, self._signatures)]
        for what, observations in self._groups.items():
            found += statements(what, observations, len(self._reruns), is_own=what in own)
        return found

    def _first_failures(self) -> list[tuple[Case, Rerun]]:
        pairs = zip(self._cases, self._reruns, strict=True)
        return [pair for pair in pairs if pair[1].failure is not None][:_REPEATED_CASES]

    def _is_lasting(self) -> bool:
        """Return whether cases have the same results once more."""
        for case, once in self._first_failures():
            again = rerun(self._run, case, self._submission)
            if again is None or not once.is_repeated_by(again):
                return False
        return True

    def _own_results(self) -> frozenset[str]:
        """Return the results that are compared with what other results of the submission give."""
        own = set()
        for case, once in self._first_failures():
            own |= results_required_of_themselves(self._run, case, self._submission, once)
        return frozenset(map(group_name, own))

    def _condition(self) -> list[str]:
        """Return what the cases that fail have in common, or those that raise an exception."""
        for verb, kind in (("fails", Exception), ("raises an exception", SubmissionRaised)):
            failing = [each for each in self._reruns if isinstance(each.failure, kind)]
            functions = {each.journal[-1].function for each in failing if each.journal}
            if len(functions) == 1:
                [function] = functions
                judged = [self._judged(each, function, kind) for each in self._reruns]
                known = [case for case in judged if case is not None]
                condition = find_condition(known) if len(known) == len(judged) else None
                if condition is not None:
                    return [condition.sentence(verb)]
        return []

    def _judged(self, run: Rerun, function: str, kind: type[Exception]) -> JudgedCase | None:
        # The first call, as a case that fails makes fewer of them than one that passes.
        first = next((call for call in run.journal if call.function == function), None)
        if first is None:
            return None
        arguments = known_arguments(first, (), self._signatures, self._opaque)
        signature = self._signatures.get(function, NO_SIGNATURE)
        return JudgedCase(
            isinstance(run.failure, kind), arguments, quantities(arguments, signature, step=1)
        )

"""Compare candidates with what a submission did in the traced cases of its failed properties."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from backproof.diagnosis.call_trace import TracedCase
from backproof.diagnosis.candidate import Candidate, replacements_of
from backproof.diagnosis.failure_evidence import FailureEvidence
from backproof.diagnosis.reference_variant import ReferenceVariant, Verdict

# Cases of a property that show which functions are wrong, and that a candidate is compared on: the
# shortest ones, as long runs show little more.
_MAX_SUSPICIOUS, _MAX_FAILED, _MAX_PASSED = 3, 6, 2
_SAME, _DIFFERENT = Verdict.SAME, Verdict.DIFFERENT


class Comparison:
    """The comparison of one submission with correct code and with candidates.

    Args:
        reference: It runs correct code and candidates.
        evidence: The failed properties, to which others are added while they are run.
        dependencies: For each function of the reference all functions that it may call.

    """

    def __init__(
        self,
        reference: ReferenceVariant,
        evidence: Sequence[FailureEvidence],
        dependencies: Mapping[str, Collection[str]],
    ) -> None:
        self._reference = reference
        self._evidence = evidence
        self._dependencies = dependencies
        self._used: dict[int, frozenset[str]] = {}  # functions, by the ids of traces
        self._verdicts: dict[Any, dict[int, Verdict]] = {}  # of correct code

    def correct(self, trace: TracedCase, world: Mapping[str, Any]) -> dict[int, Verdict]:
        """Return the verdicts of correct code on all calls of a trace."""
        used = self.functions_used(trace)
        # A replacement of a function that the trace does not use changes nothing.
        key = (id(trace), *(replaced for name, replaced in world.items() if name in used))
        if key not in self._verdicts:
            self._verdicts[key] = self._reference.verdicts(trace, world)
        return self._verdicts[key]

    def functions_used(self, trace: TracedCase) -> frozenset[str]:
        """Return the functions that were called in a trace, and all that these may call."""
        if id(trace) not in self._used:
            called = {call.function for call in trace.calls}
            built_on = (self._dependencies.get(name, ()) for name in called)
            self._used[id(trace)] = frozenset(called.union(*built_on))
        return self._used[id(trace)]

    def suspects(self, evidence: FailureEvidence, world: Mapping[str, Any]) -> set[str]:
        """Return the functions that did not return what correct code does, in cases that failed.

        A function is suspected, too, if it returned an object that such a call was passed.
        """
        return {
            function
            for trace in _shortest(t for t in evidence.traces if t.failed)[:_MAX_SUSPICIOUS]
            for index, verdict in self.correct(trace, world).items()
            if verdict is not _SAME
            for function in trace.functions_behind[index]
        }

    def agrees(
        self, candidate: Candidate, world: Mapping[str, Any], *, alone: bool = False
    ) -> bool:
        """Return whether a candidate is confirmed, and no call rules it out.

        Args:
            candidate: The candidate.
            world: The replacements of other functions.
            alone: Whether calls of other functions, with objects that it returned, don't count.

        """
        return bool(self._confirms(candidate, world, self.traces_of(candidate.target), alone))

    def is_refuted_at_length(self, candidate: Candidate, world: Mapping[str, Any]) -> bool:
        """Return whether a case rules a candidate out that is too long for all candidates."""
        traces = self.traces_of(candidate.target, at_length=True)
        return self._confirms(candidate, world, traces) is None

    def _confirms(
        self,
        candidate: Candidate,
        world: Mapping[str, Any],
        traces: Iterable[TracedCase],
        alone: bool = False,
    ) -> bool | None:
        """Return whether a call confirms a candidate; ``None`` if one rules it out."""
        target = candidate.target
        confirmed = False
        for trace in traces:
            correct = self.correct(trace, world)
            required = [
                index
                for index, verdict in correct.items()
                if (trace.failed or verdict is _SAME)
                and (not alone or trace.calls[index].function == target)
            ]
            replacements = {**world, target: candidate.function}
            verdicts = self._reference.verdicts(trace, replacements, target, required)
            if any(verdicts.get(index) is _DIFFERENT for index in required):
                return None
            confirmed = confirmed or any(
                verdicts.get(index) is _SAME and correct[index] is not _SAME for index in required
            )
        return confirmed

    def is_left_out(self, evidence: FailureEvidence) -> bool:
        """Return whether a property takes too long to compare, and others of its unit do not."""
        return evidence.is_long and any(
            not other.is_long and other.run.property.unit == evidence.run.property.unit
            for other in self._evidence
        )

    def traces_of(self, target: str, *, at_length: bool = False) -> list[TracedCase]:
        """Return the shortest traces of each property in which a function was called.

        Args:
            target: The function.
            at_length: Whether those of the properties that are left out are returned instead.

        """
        found = []
        for each in self._evidence:
            if self.is_left_out(each) != at_length:
                continue
            traces = [trace for trace in each.traces if calls(trace, target)]
            failed = _shortest(trace for trace in traces if trace.failed)
            passed = _shortest(trace for trace in traces if not trace.failed)
            found += [*failed[:_MAX_FAILED], *passed[:_MAX_PASSED]]
        return _shortest(found)

    def share_objects(self, maker: str, user: str) -> bool:
        """Return whether a function was passed an object of another one."""
        return any(
            call.function == user and maker in trace.functions_behind[index]
            for each in self._evidence
            for trace in each.traces
            for index, call in enumerate(trace.calls)
        )

    def reproduce(
        self, target: str, found: Mapping[str, Candidate], world: Mapping[str, Any]
    ) -> bool:
        """Return whether the candidates of other functions do all that a function did."""
        others = {**world, **replacements_of(each for t, each in found.items() if t != target)}
        return all(
            verdict is _SAME
            for trace in self.traces_of(target)
            for verdict in self._reference.verdicts(trace, others, target).values()
        )


def calls(trace: TracedCase, function: str) -> bool:
    """Return whether a function was called in a trace."""
    return any(call.function == function for call in trace.calls)


def _shortest(traces: Iterable[TracedCase]) -> list[TracedCase]:
    return sorted(traces, key=lambda trace: len(trace.calls))

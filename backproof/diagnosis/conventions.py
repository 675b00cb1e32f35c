"""Find out which of the conventions that an assignment leaves open a submission follows."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from backproof.assignment.misconceptions import REFERENCE
from backproof.diagnosis.call_trace import TracedCase
from backproof.diagnosis.comparison import calls
from backproof.diagnosis.failure_evidence import FailureEvidence
from backproof.diagnosis.reference_variant import ReferenceVariant, Verdict

# The number of traces on which conventions are compared; the fastest ones are taken.
_MAX_TRACES = 3
# The calls of a trace that are compared: code follows a convention throughout a run.
_MAX_CALLS = 40
# The number of conventions that are tried if a submission may follow any of them.
_MAX_CONVENTIONS = 3

Option = tuple[str, Callable[..., Any] | None]


def followed_conventions(
    reference: ReferenceVariant,
    traces: Sequence[TracedCase],
    target: str,
    variants: Sequence[tuple[str, Callable[..., Any]]],
) -> list[Option]:
    """Return the conventions under which most calls of a submission are correct.

    There are several if the wrong results do not tell them apart.

    Args:
        reference: It runs correct code.
        traces: Cases of the submission.
        target: The function that the convention is about, as ``"unit.name"``.
        variants: Correct functions, with the names of their conventions.

    Returns:
        The names of the conventions, and the functions that follow them; ``None`` in the place of
        the reference's.

    """
    options: list[Option] = [(REFERENCE, None), *variants]
    fastest = sorted(traces, key=lambda trace: trace.seconds_in(target))[:_MAX_TRACES]

    def count_correct(option: Option) -> int:
        replaced = {} if option[1] is None else {target: option[1]}
        verdicts = [reference.verdicts(t, replaced, target, at_most=_MAX_CALLS) for t in fastest]
        return sum(verdict is Verdict.SAME for each in verdicts for verdict in each.values())

    counts = [count_correct(option) for option in options]
    return [each for each, count in zip(options, counts, strict=True) if count == max(counts)]


class Conventions:
    """The conventions that one submission follows, as far as its calls show.

    Args:
        variants: Correct functions under conventions that differ from the reference's, with the
            names of the conventions, by ``"unit.name"``.

    Attributes:
        replacements: Functions that follow the conventions, by the functions of the reference that
            they replace.

    """

    def __init__(self, variants: Mapping[str, Sequence[tuple[str, Any]]]) -> None:
        self._variants = variants
        self._options: dict[str, list[Option]] = {}  # the conventions that it may follow
        self._followed: dict[str, str] = {}  # their names
        self.replacements: dict[str, Any] = {}

    @property
    def functions(self) -> set[str]:
        """The functions that are correct under several conventions."""
        return {*self._variants}

    def find(self, reference: ReferenceVariant, evidence: Sequence[FailureEvidence]) -> None:
        """Find the conventions, and follow the likeliest ones."""
        for target, variants in self._variants.items():
            # One trace of each property: they show different things.
            rows = [[t for t in e.traces if t.failed and calls(t, target)] for e in evidence]
            traces = [min(row, key=lambda t: t.seconds_in(target)) for row in rows if row]
            if traces:
                options = followed_conventions(reference, traces, target, variants)
                self._options[target] = options
                self._follow(target, options[0])

    def of(self, function: str) -> str:
        """Return the name of the convention that a function follows."""
        return self._followed.get(function, REFERENCE)

    def likely(self, unit: str) -> Iterator[None]:
        """Follow the likely conventions of a unit in turn, one at each iteration."""
        targets = [target for target in self._options if target.startswith(f"{unit}.")]
        options = itertools.product(*(self._options[target] for target in targets))
        for chosen in itertools.islice(options, _MAX_CONVENTIONS):
            for target, option in zip(targets, chosen, strict=True):
                self._follow(target, option)
            yield

    def _follow(self, target: str, option: Option) -> None:
        self._followed[target], function = option
        self.replacements.pop(target, None)
        if function is not None:
            self.replacements[target] = function

"""Compare random mistakes with a submission that draws its numbers in another order.

No call can be compared then, so two pieces of evidence are: the statistics that a property takes
must deviate by the same amount, and the results must follow one distribution. Where the results are
no arrays, the statistics must be so many that they are a distribution themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from backproof.diagnosis.call_trace import TracedCase
from backproof.diagnosis.candidate import Candidate
from backproof.diagnosis.distributions import (
    count_outside,
    describe_deviation,
    deviates,
    deviations_match,
    same_distribution,
)
from backproof.diagnosis.failure_evidence import FailureEvidence
from backproof.diagnosis.reference_variant import ReferenceVariant, Replacements

# The number of statistics of one property that must deviate alike; one alone may do so by chance.
_MANY_STATISTICS = 4


def deviation_of(
    candidate: Candidate,
    evidence: Iterable[FailureEvidence],
    reference: ReferenceVariant,
    world: Replacements,
) -> str | None:
    """Return a sentence on how a mistake deviates from the rule, if the submission deviates alike.

    Args:
        candidate: The mistake.
        evidence: The failed properties that it has to explain.
        reference: It runs the mistake.
        world: The replacements of other functions.

    Returns:
        ``None`` if the mistake can be distinguished from the submission, or if the evidence is a
        single statistic.

    """
    pairs = [(each.run.property.body, trace) for each in evidence for trace in each.traces]
    if not any(deviates(trace.statistics) for _, trace in pairs):
        return None
    is_distribution = any(count_outside(trace.statistics) >= _MANY_STATISTICS for _, trace in pairs)
    returns_arrays = any(
        call.function == candidate.target and isinstance(call.result, np.ndarray)
        for _, trace in pairs
        for call in trace.calls
    )
    if not (is_distribution or returns_arrays):
        return None
    # Statistics outside their bounds refute most candidates, so these are compared first.
    pairs.sort(key=lambda pair: not deviates(pair[1].statistics))
    measurement = ""
    results: list[tuple[Any, Any]] = []
    replacements = {**world, candidate.target: candidate.function}
    for body, trace in pairs:
        own = reference.trace(body, trace.case, replacements)
        if not deviations_match(trace.statistics, own.statistics):
            return None
        results += _paired_results(candidate.target, trace, own)
        measurement = measurement or describe_deviation(trace.statistics, own.statistics)
    has_second_evidence = bool(results) or is_distribution
    return measurement if has_second_evidence and same_distribution(results) else None


def _paired_results(function: str, one: TracedCase, other: TracedCase) -> Iterator[tuple[Any, Any]]:
    """Yield the results of a function in two traces, where both are finite arrays of one shape."""
    for a, b in zip(one.calls, other.calls, strict=False):
        results = a.result, b.result
        if (
            a.function == b.function == function
            and all(isinstance(each, np.ndarray) and each.dtype == np.float64 for each in results)
            and a.result.shape == b.result.shape
            and a.result.size > 0
            and np.isfinite(results).all()
        ):
            yield results

"""The properties that came nearest to killing a mutant.

A property is the nearer, the larger the relative difference is between a result that the mutant
gave it and the one that the reference gives in the same call.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from backproof.mutation.examined import ExaminedProperty
from backproof.submission.base import Call
from backproof.submission.local import LocalSubmission
from backproof.suite.suite import Suite

_MAX_NAMED = 3


def nearest(
    suite: Suite,
    properties: Iterable[ExaminedProperty],
    reference: LocalSubmission,
    mutant: LocalSubmission,
) -> list[tuple[str, float]]:
    """Return the nearest properties, each with the largest relative difference that it saw.

    It is 0 if no property sees a difference; those that use the function are named then.
    """
    found = [
        (each.id, _difference(_results(suite, each, reference), _results(suite, each, mutant)))
        for each in properties
    ]
    return sorted(found, key=lambda pair: -pair[1])[:_MAX_NAMED]


class _Listener:
    """Keeps the calls of all cases of a property."""

    def __init__(self, submission: LocalSubmission) -> None:
        self.calls: list[Call] = []
        self._submission = submission

    def __enter__(self) -> _Listener:
        begin_case = self._submission.begin_case

        def keep_calls() -> None:
            self.calls += self._submission.journal
            begin_case()

        self._submission.begin_case = keep_calls  # type: ignore[method-assign]  # undone on exit
        return self

    def __exit__(self, *_exception: object) -> None:
        self._submission.begin_case()
        del self._submission.begin_case


def _results(suite: Suite, each: ExaminedProperty, submission: LocalSubmission) -> list[Any]:
    with _Listener(submission) as listener:
        each.fails(suite, submission)
    return [call.result for call in listener.calls]


def _difference(ours: list[Any], theirs: list[Any]) -> float:
    """Return the largest relative difference between numbers in two lists of results."""
    pairs = zip(ours, theirs, strict=False)
    return max((_relative(*pair) for one in pairs for pair in _arrays_in(*one)), default=0.0)


def _relative(one: Any, other: Any) -> float:
    if one.shape != other.shape:
        return float("inf")
    with np.errstate(all="ignore"):
        scale = np.maximum(np.abs(one), np.abs(other))
        return float(np.max(np.abs(one - other) / np.where(scale > 0, scale, 1.0), initial=0.0))


def _arrays_in(one: Any, other: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the arrays and numbers at the same places of two results."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        for parts in zip(one, other, strict=False):
            yield from _arrays_in(*parts)
    elif isinstance(one, np.ndarray | float) and isinstance(other, np.ndarray | float):
        yield np.asarray(one), np.asarray(other)

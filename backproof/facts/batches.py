"""The rows of a table that an iterable yields in batches: how many come, and in which batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backproof.facts.factors import MIN_CASES
from backproof.facts.observation import known_arguments
from backproof.facts.rerun import Rerun
from backproof.facts.signatures import Signature


@dataclass(frozen=True)
class Epoch:
    """A table of ``rows`` rows that came in batches of ``size``, the argument ``number``."""

    number: str
    rows: int
    size: int
    batches: tuple[int, ...]
    first_is_last: bool

    @property
    def rest(self) -> int:
        """The rows that are left when all full batches are taken."""
        return self.rows % self.size

    @property
    def required(self) -> tuple[int, ...]:
        """The right numbers of rows in the batches."""
        full = self.rows // self.size
        return (self.size,) * full + ((self.rest,) if self.rest else ())


_Check = Callable[[Epoch], bool]


def _has_several(epoch: Epoch) -> bool:
    return len(epoch.required) > 1


def _has_a_shorter_one(epoch: Epoch) -> bool:
    return epoch.rest != 0 and epoch.rows > epoch.size


_SEVERAL = "that need several batches"
_SHORTER = "whose last batch has to be shorter than the others"
# The epochs of which something may be said, in words and as a check; what is said, and its check.
_FACTS: tuple[tuple[str, _Check, str, _Check], ...] = (
    (
        _SEVERAL,
        lambda each: _has_several(each) and each.batches == each.required,
        "the last batch is the first one again",
        lambda each: each.first_is_last,
    ),
    (
        _SHORTER,
        _has_a_shorter_one,
        "the last batch has the rows of the first one",
        lambda each: each.first_is_last,
    ),
    (
        _SEVERAL,
        _has_several,
        "the last batch never comes",
        lambda each: each.batches == each.required[:-1],
    ),
    (
        _SHORTER,
        _has_a_shorter_one,
        "the last batch never comes",
        lambda each: each.batches == each.required[:-1],
    ),
    (
        _SHORTER,
        _has_a_shorter_one,
        "the last batch is as long as the others",
        lambda each: each.batches == (each.size,) * len(each.required),
    ),
    (
        _SHORTER,
        _has_a_shorter_one,
        "the rows that are left are in the batch before",
        lambda each: each.batches == (*each.required[:-2], each.size + each.rest),
    ),
    (
        "in which {q} divides the number of rows",
        lambda each: each.rest == 0,
        "an empty batch comes last",
        lambda each: each.batches == (*each.required, 0),
    ),
    (
        _SEVERAL,
        _has_several,
        "all rows come in one batch",
        lambda each: each.batches == (each.rows,),
    ),
    (
        _SEVERAL,
        lambda each: _has_several(each) and each.size != len(each.required),
        "there are {q} batches, in place of batches of {q} rows",
        lambda each: len(each.batches) == each.size,
    ),
)


def find_batches(reruns: Sequence[Rerun], signatures: Mapping[str, Signature]) -> list[str]:
    """Return what is wrong with the batches of all epochs, in a sentence."""
    epochs = [epoch for each in reruns for epoch in _epochs(each, signatures)]
    for which, concerns, text, holds in _FACTS:
        wrong = [each for each in epochs if concerns(each)]
        sizes = {(each.rows, each.size) for each in wrong}
        if len(sizes) >= MIN_CASES and all(map(holds, wrong)):
            words = f"{which}, {text}".format(q=wrong[0].number)
            return [f"In all {len(wrong)} epochs {words}."]
    return []


def _epochs(rerun: Rerun, signatures: Mapping[str, Signature]) -> Iterator[Epoch]:
    items = {id(iterable): drained for iterable, drained in rerun.drained}
    for call in rerun.journal:
        if id(call.result) not in items:
            continue
        known = known_arguments(call, (), signatures, {})
        tables = {n: a for n, a in known.items() if isinstance(a, np.ndarray) and a.ndim == 2}
        numbers = {n: a for n, a in known.items() if type(a) is int and a > 0}
        if not tables or len(numbers) != 1:
            continue
        [(number, size)] = numbers.items()
        table = next(iter(tables.values()))
        parts = [_first_table(item) for item in items[id(call.result)]]
        batches = [part for part in parts if part is not None]
        if len(batches) == len(parts):
            lengths = tuple(map(len, batches))
            is_again = len(batches) > 1 and np.array_equal(batches[0], batches[-1])
            yield Epoch(number, len(table), size, lengths, is_again)


def _first_table(item: Any) -> np.ndarray[Any, Any] | None:
    if type(item) in (list, tuple) and item:
        item = item[0]
    return item if isinstance(item, np.ndarray) and item.ndim == 2 else None

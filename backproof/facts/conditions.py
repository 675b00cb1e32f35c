"""The cases in which a submission fails, such as those with one activation or with one row.

A condition is stated if it holds in every case that fails and in few others. The probability that
cases chosen at random would all fulfil it is at most 10⁻⁴, and there are at least three that fail
and three that fulfil it not.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backproof.facts.factors import MIN_CASES
from backproof.facts.quantities import Quantity

_CHANCE, _RIVAL = math.log(1e-4), math.log(1e-2)
# The least share of the cases with = and with ≠ that fail. Cases that are drawn for an inequality
# alone are few, and a cause that goes along with it would be taken for it.
_LEAST_SHARE = (0.5, 0.9)


@dataclass(frozen=True)
class JudgedCase:
    """A case and whether it failed in some way, with the arguments of the call it is about."""

    failed: bool
    arguments: Mapping[str, Any]
    numbers: Mapping[Quantity, float]


@dataclass(frozen=True)
class Condition:
    """The cases that fulfil a condition, which fail, and all others, which pass."""

    subject: str
    text: str
    cases: frozenset[int]
    failed: int
    others: int

    def sentence(self, verb: str) -> str:
        """Return the condition as a sentence; ``verb`` is what happens in the cases that fail."""
        return (
            f"It {verb} only if {self.text}: in {self.failed} of {len(self.cases)} such cases, and "
            f"in none of the {self.others} others."
        )


def find_condition(cases: Sequence[JudgedCase]) -> Condition | None:
    """Return what holds in all cases that fail and in few others; ``None`` if nothing does."""
    failed = frozenset(index for index, case in enumerate(cases) if case.failed)
    fitting: list[tuple[float, Condition]] = []
    for subject, text, fulfilling in _conditions(cases):
        others = len(cases) - len(fulfilling)
        is_seldom = len(failed) < _LEAST_SHARE[" ≠ " in text] * len(fulfilling)
        if failed <= fulfilling and others >= MIN_CASES <= len(failed) and not is_seldom:
            chance = _log_choose(len(fulfilling), len(failed)) - _log_choose(
                len(cases), len(failed)
            )
            if chance <= _CHANCE:
                fitting.append((chance, Condition(subject, text, fulfilling, len(failed), others)))
    if not fitting:
        return None
    fitting.sort(key=lambda each: each[0])
    chance, best = fitting[0]
    for rival_chance, rival in fitting[1:]:
        if best.cases == rival.cases and best.subject != rival.subject:
            return None
        if not best.cases <= rival.cases and rival_chance + _RIVAL < chance:
            return None
    return best


def _log_choose(total: int, chosen: int) -> float:
    return math.lgamma(total + 1) - math.lgamma(chosen + 1) - math.lgamma(total - chosen + 1)


def _conditions(cases: Sequence[JudgedCase]) -> Iterator[tuple[str, str, frozenset[int]]]:
    """Yield conditions on the arguments of a case, each with the cases that fulfil it."""
    names = set.intersection(*(set(case.arguments) for case in cases))
    for name in sorted(names):
        values = [case.arguments[name] for case in cases]
        if all(isinstance(value, str | bool) for value in values):
            for value in sorted(set(values), key=repr):
                yield from _both_ways(name, repr(value), [each == value for each in values])
        if all(isinstance(value, np.ndarray) for value in values):
            single = frozenset(i for i, value in enumerate(values) if value.ndim == 0)
            yield name, f"{name} is a single number, of shape ()", single
    sizes = [
        quantity
        for quantity in cases[0].numbers
        if not quantity.is_derived and all(quantity in case.numbers for case in cases)
    ]
    for quantity in sizes:
        column = [case.numbers[quantity] for case in cases]
        for number in (0, 1):
            yield from _both_ways(quantity.symbol, f"{number}", [each == number for each in column])
    for one, other in itertools.combinations([each for each in sizes if each.is_size], 2):
        equal = [case.numbers[one] == case.numbers[other] for case in cases]
        yield from _both_ways(one.symbol, other.symbol, equal)


def _both_ways(
    one: str, other: str, equal: Sequence[bool]
) -> Iterator[tuple[str, str, frozenset[int]]]:
    same = frozenset(index for index, each in enumerate(equal) if each)
    yield one, f"{one} = {other}", same
    yield one, f"{one} ≠ {other}", frozenset(range(len(equal))) - same

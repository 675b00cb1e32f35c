"""A factor between two arrays in many cases: one number, or a product of numbers of the calls.

A factor is stated if it holds in all cases and no other that is as simple does. At least three
cases have to tell it from each of the others that are as simple. In these cases the factor is
known to a relative accuracy of 10⁻⁵, and fewer than 10⁴ factors are tried, so that a number
without any relation to the calls, whose logarithm is spread over an interval of length 1, passes
with a probability of at most 10⁴ · (4 · 10⁻⁵)³ < 10⁻⁹.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from backproof.facts.quantities import Quantity

# The number of cases that tell a fact from its rivals.
MIN_CASES = 3
_ACCURACY = 1e-5
_EXPONENTS = (1.0, -1.0, 0.5, -0.5, 2.0, -2.0)
_PAIRS: tuple[tuple[float, float], ...] = (
    (1.0, 1.0),
    (1.0, -1.0),
    (-1.0, 1.0),
    (-1.0, -1.0),
    (0.5, 0.5),
    (-0.5, -0.5),
)
_PAIRS += ((0.5, -0.5), (-0.5, 0.5), (1.0, -0.5), (-0.5, 1.0), (-1.0, 0.5), (0.5, -1.0))
_CONSTANTS = (1.0, 2.0, 0.5)
_MAX_QUANTITIES = 20


@dataclass(frozen=True)
class Ratio:
    """The factor in one case: ``value``, up to an absolute ``error``."""

    case: int
    value: float
    error: float
    numbers: Mapping[Quantity, float]


@dataclass(frozen=True)
class Factor:
    """A factor that holds in all cases.

    Attributes:
        constant: The number in it, with its sign.
        powers: Quantities with their exponents.

    """

    constant: float
    powers: tuple[tuple[Quantity, float], ...] = ()

    @property
    def is_one(self) -> bool:
        """Whether it changes nothing."""
        return not self.powers and abs(self.constant - 1.0) < 1e-7

    @cached_property
    def complexity(self) -> float:
        """How much there is to it; simpler factors are preferred."""
        cost = 0.0 if abs(self.constant) == 1.0 else 1.0
        for quantity, exponent in self.powers:
            cost += 1.0 + (abs(exponent) != 1.0) + 0.5 * quantity.is_derived
        return cost


def find_factor(ratios: Sequence[Ratio]) -> Factor | None:
    """Return the factor that explains the ratios of all cases; ``None`` if there is none.

    Args:
        ratios: The factors of the cases; a case may have several.

    """
    values = np.array([ratio.value for ratio in ratios])
    errors = np.array([ratio.error for ratio in ratios])
    precise = (errors <= _ACCURACY * np.abs(values)) | ((values == 0) & (errors <= _ACCURACY))
    cases = np.array([ratio.case for ratio in ratios])
    if len(np.unique(cases[precise])) < MIN_CASES:
        return None
    best = np.argmin(errors)
    if (np.abs(values - values[best]) <= errors + errors[best]).all():
        number = _rounded(float(values[best]), float(errors[best]))
        return None if _is_a_fixed_size(number, ratios) else Factor(number)
    if (values == 0).any() or len(np.unique(np.sign(values))) > 1:
        return None
    return _find_product(ratios, values, errors, cases)


def _is_a_fixed_size(number: float, ratios: Sequence[Ratio]) -> bool:
    """Return whether a number may stand for a size that is the same in all cases, such as m = 3."""
    powers = {round(abs(number) ** power, 6) for power in (1, -1, 2, -2)} if number else set()
    for quantity in ratios[0].numbers:
        values = {ratio.numbers.get(quantity) for ratio in ratios}
        if quantity.is_size and len(values) == 1 and values <= powers - {1.0}:
            return True
    return False


def _rounded(value: float, error: float) -> float:
    """Return the number with the fewest digits that is as good."""
    for digits in range(1, 8):
        short = float(f"{value:.{digits}g}")
        if abs(short - value) <= 2 * error:
            return short
    return value


def _find_product(
    ratios: Sequence[Ratio],
    values: NDArray[np.float64],
    errors: NDArray[np.float64],
    cases: NDArray[np.int64],
) -> Factor | None:
    table = _columns(ratios)
    sign = float(np.sign(values[0]))
    logs = np.log(np.abs(values))
    candidates = list(_candidates(list(table), sign))
    predicted = np.array([_logarithm(candidate, table) for candidate in candidates])
    if not candidates:
        return None
    fits = np.abs(predicted - logs) <= 2 * errors / np.abs(values) + 1e-12
    fitting = [index for index in range(len(candidates)) if fits[index].all()]
    if not fitting:
        return None
    least = min(candidates[index].complexity for index in fitting)
    simplest = [index for index in fitting if candidates[index].complexity == least]
    if len(simplest) > 1:
        return None
    rivals = [index for index, each in enumerate(candidates) if each.complexity <= least]
    rivals.remove(simplest[0])
    differing = [len(np.unique(cases[~fits[rival]])) for rival in rivals]
    differing.append(_cases_off_the_commonest(logs, cases))  # a mere number is a rival, too
    if min(differing) < MIN_CASES:
        return None
    winner = candidates[simplest[0]]
    return None if _has_a_hidden_rival(winner, ratios) else winner


def _has_a_hidden_rival(winner: Factor, ratios: Sequence[Ratio]) -> bool:
    """Return whether a size that is the same in all cases could be a part of the factor.

    If n = 1 in all cases, m is the same as m · n, and if n = 2, then 2 m is.
    """
    if not any(quantity.is_size for quantity, _ in winner.powers):
        return False
    constant = abs(winner.constant)
    for quantity in ratios[0].numbers:
        values = {ratio.numbers.get(quantity) for ratio in ratios}
        if quantity.is_size and not quantity.is_derived and values <= {1.0, constant, 1 / constant}:
            return len(values) == 1
    return False


def _cases_off_the_commonest(logs: NDArray[np.float64], cases: NDArray[np.int64]) -> int:
    _, group, counts = np.unique(np.round(logs, 5), return_inverse=True, return_counts=True)
    return len(np.unique(cases[group != counts.argmax()]))


def _columns(ratios: Sequence[Ratio]) -> dict[Quantity, NDArray[np.float64]]:
    """Return the logarithms of the positive quantities that all cases have and that vary.

    Of sizes that are always equal, such as the rows of two tables, the first one stands for all.
    Other quantities that are always equal cannot be told apart, so they are left out.
    """
    common = set.intersection(*(set(ratio.numbers) for ratio in ratios))
    columns: dict[Quantity, NDArray[np.float64]] = {}
    ambiguous = set()
    for quantity in (each for each in ratios[0].numbers if each in common):
        column = np.array([ratio.numbers[quantity] for ratio in ratios])
        if (column <= 0).any() or np.ptp(column) == 0:
            continue
        logs = np.log(column)
        twin = next((q for q, other in columns.items() if np.array_equal(other, logs)), None)
        if twin is None:
            columns[quantity] = logs
        elif not _are_one(twin, quantity):
            ambiguous.add(twin)
    kept = [quantity for quantity in columns if quantity not in ambiguous]
    kept.sort(key=lambda quantity: quantity.is_derived)
    return {quantity: columns[quantity] for quantity in kept[:_MAX_QUANTITIES]}


def _are_one(one: Quantity, other: Quantity) -> bool:
    """Return whether quantities that are always equal are the same thing by different names."""
    if one.is_derived or other.is_derived:
        return one.base == other.base
    is_plain = " " in one.symbol or " " in other.symbol  # no symbol of its own, as "rows of Y"
    return one.is_size and other.is_size and is_plain


def _candidates(known: Sequence[Quantity], sign: float) -> Iterator[Factor]:
    for constant in _CONSTANTS:
        for quantity in known:
            for exponent in _EXPONENTS:
                yield Factor(sign * constant, ((quantity, exponent),))
        for one, other in itertools.combinations(known, 2):
            for exponents in _PAIRS:
                yield Factor(sign * constant, ((one, exponents[0]), (other, exponents[1])))


def _logarithm(
    factor: Factor, table: Mapping[Quantity, NDArray[np.float64]]
) -> NDArray[np.float64]:
    total = np.full(len(next(iter(table.values()))), np.log(abs(factor.constant)))
    for quantity, exponent in factor.powers:
        total = total + exponent * table[quantity]
    return total


def ratio_of(
    case: int,
    returned: NDArray[np.float64],
    base: NDArray[np.float64],
    allowed: NDArray[np.float64],
    numbers: Mapping[Quantity, float],
) -> Ratio | bool | None:
    """Return the factor by which a base is multiplied in one case.

    Returns:
        The factor; ``None`` if there is none, and ``True`` if any factor fits, since both are 0.

    """
    if returned.shape != base.shape or not base.size or not np.isfinite(returned).all():
        return None
    if not np.isfinite(base).all():
        return None
    slack = allowed + 1e-12 * np.abs(base)
    at = np.unravel_index(np.argmax(np.abs(base) / np.maximum(slack, 1e-300)), base.shape)
    if abs(base[at]) <= 1e3 * slack[at]:
        return True if bool((np.abs(returned) <= 1e3 * slack).all()) else None
    value = float(returned[at] / base[at])
    bound = (1 + abs(value)) * slack + 1e-12 * np.abs(returned)
    if not (np.abs(returned - value * base) <= 2 * bound).all():
        return None
    return Ratio(case, value, float(bound[at] / abs(base[at])) + 1e-12 * abs(value), numbers)


def describe(factor: Factor) -> str:
    """Return a factor in words that follow "the required one": "divided by m"."""
    if factor.constant == -1.0 and not factor.powers:
        return "with the opposite sign"
    above = [(quantity, exponent) for quantity, exponent in factor.powers if exponent > 0]
    below = [(quantity, -exponent) for quantity, exponent in factor.powers if exponent < 0]
    size = abs(factor.constant)
    sign = "−" if factor.constant < 0 else ""
    inverse = round(1 / size) if size else 0
    number, below_number = [f"{size:.6g}"], []
    if size < 1 and inverse and abs(size * inverse - 1) < 1e-7:
        number, below_number = [], [str(inverse)]
    elif size == 1.0 and factor.powers:
        number = []
    times = " · ".join([*number, *_powers(above)])
    over = " · ".join([*below_number, *_powers(below)])
    over = f"({over})" if " · " in over and not over.startswith("(") else over
    meanings = [f"{q.symbol} being {q.meaning}" for q, _ in factor.powers if q.meaning]
    if len(factor.powers) == 1 and factor.powers[0][0].meaning and abs(factor.powers[0][1]) == 1:
        meanings = [factor.powers[0][0].meaning]
    note = f", {' and '.join(meanings)}" if meanings else ""
    words = []
    if times or sign:
        words.append(f"times {sign}{times or '1'}")
    if over:
        words.append(f"divided by {over}")
    return f"{' and '.join(words)}{note}"


def _powers(powers: Iterable[tuple[Quantity, float]]) -> list[str]:
    return [_power(quantity.symbol, exponent) for quantity, exponent in powers]


def _power(symbol: str, exponent: float) -> str:
    is_sum = " − " in symbol or " + " in symbol
    atom = f"({symbol})" if is_sum or (" · " in symbol and exponent != 1.0) else symbol
    if exponent == 0.5:
        return f"√{atom}"
    return f"{atom}²" if exponent == 2.0 else atom

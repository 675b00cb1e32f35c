"""Tests of factors: one is stated only if the cases tell it from all others."""

import numpy as np
import pytest

from backproof.facts.factors import Factor, Ratio, describe, find_factor
from backproof.facts.quantities import Quantity

M, N, BETA = (
    Quantity("m", "the number of rows of X", True),
    Quantity("n", "", True),
    Quantity("beta"),
)
SIZES = [(2, 3), (3, 2), (4, 5), (5, 1), (1, 4)]


def ratios(value, sizes=SIZES, error=1e-12):
    """Return the ratios of some cases with m rows, n columns and β = m / 10."""
    return [
        Ratio(case, value(m, n), error * abs(value(m, n)), {M: m, N: n, BETA: m / 10})
        for case, (m, n) in enumerate(sizes)
    ]


FOUND = {
    "times 2": (lambda m, n: 2.0, SIZES),
    "divided by 3": (lambda m, n: 1 / 3, SIZES),
    "with the opposite sign": (lambda m, n: -1.0, SIZES),
    "times n": (lambda m, n: n, SIZES),
    "divided by n": (lambda m, n: 1 / n, SIZES),
    "divided by √n": (lambda m, n: n**-0.5, SIZES),
    "times −n": (lambda m, n: -n, SIZES),
    "times n²": (lambda m, n: n**2, SIZES),
    "divided by (2 · n)": (lambda m, n: 0.5 / n, SIZES),
}
UNKNOWN = {
    "numbers without a relation": (lambda m, n: np.sin(m + 10 * n), SIZES, 1e-12),
    "two cases": (lambda m, n: 2.0, SIZES[:2], 1e-12),
    "signs that differ": (lambda m, n: (-1.0) ** m, SIZES, 1e-12),
    "numbers that are hardly known": (lambda m, n: 2.0, SIZES, 1e-3),
    "a size or a number": (lambda m, n: 1 / 3, [(3, n) for n in range(1, 6)], 1e-12),
    "either size": (lambda m, n: 1 / m, [(n, n) for n in range(1, 6)], 1e-12),
    "a size or a product of sizes": (lambda m, n: m, [(m, 1) for m in range(1, 6)], 1e-12),
    "a size that one case tells from another": (
        lambda m, n: n,
        [(2, 2), (3, 3), (4, 4), (5, 5), (2, 3)],
        1e-12,
    ),
}


@pytest.mark.parametrize("text", FOUND)
def test_the_simplest_factor_is_found(text):
    """What a student divides by is a size, a number or a root of them."""
    value, sizes = FOUND[text]
    cases = [Ratio(r.case, r.value, r.error, {N: r.numbers[N]}) for r in ratios(value, sizes)]
    found = find_factor(cases)
    assert found is not None
    assert describe(found).partition(",")[0] == text


@pytest.mark.parametrize("name", UNKNOWN)
def test_no_factor_is_a_guess(name):
    """If two formulas fit, or one by chance, either could be wrong."""
    assert find_factor(ratios(*UNKNOWN[name])) is None


def test_a_quantity_that_equals_another_is_not_taken_for_it():
    """β may be m / 10 in all cases, and 1 − β is no size."""
    numbers = ratios(lambda m, n: 1 - m / 10)
    known = [{**r.numbers, Quantity("1 − beta", base="beta"): 1 - r.numbers[BETA]} for r in numbers]
    cases = [Ratio(r.case, r.value, r.error, k) for r, k in zip(numbers, known, strict=True)]
    assert find_factor(cases) == Factor(1.0, ((Quantity("1 − beta", base="beta"), 1.0),))

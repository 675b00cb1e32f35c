"""Assertions about what a submission returned.

An assertion that fails raises a ``Mismatch``. It states what was returned, what is required and
where the two first differ, and carries the numbers that a report draws. No assertion calls a
submission, and each copies a result into an array of its own before it compares anything.

In all assertions NaN counts as wrong, ``what`` is the name of the result in messages, and
``rule`` is a remark on the requirement, added to the message.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from backproof.assignment.accuracy import DEFAULT_TOLERANCE, current
from backproof.grades import comparisons, evidence
from backproof.submission.messages import Mismatch, WrongValue
from backproof.testing.conversions import as_array

# The accuracy of results, absolute or relative, whichever is looser, of an assignment that does not
# configure another.
TOLERANCE = DEFAULT_TOLERANCE

# Smaller differences, relative to the numbers, and smaller numbers are hard to see.
_VISIBLE, _NEARLY_ZERO = 1e-3, 1e-6


def assert_close(
    returned: Any,
    required: ArrayLike,
    what: str,
    *,
    tolerance: float | NDArray[np.float64] | None = None,
    rule: str = "",
    path: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None,
) -> None:
    """Assert that every entry is within a tolerance of the required one.

    Args:
        returned: The submission's result.
        required: The right result; the returned one must have its shape.
        what: The name of the result.
        tolerance: A number t, which allows an entry an error of t · max(1, |required|), or an array
            with a bound on the absolute error of each entry. By default the ``tolerance`` of the
            assignment's configuration, which is 1e-9 unless it names another.
        rule: A remark on the requirement.
        path: The values after each of several steps, returned and required, each of shape
            (steps, ...), if a report should draw the course of the steps.

    Raises:
        Mismatch: An entry is wrong, or the result is not a numeric array of the required shape.

    """
    required = np.asarray(required, dtype=np.float64)
    tolerance = current.tolerance if tolerance is None else tolerance
    comparisons.compared(returned, required, tolerance, what, path)
    got = as_array(returned, what, required.shape)
    wrong = _differing(got, required, tolerance)
    if not wrong.any():
        return
    visible = wrong & _visibly_apart(got, required)
    where = _first_index(visible if visible.any() else wrong)
    number, right = format_number(got[where]), format_number(required[where])
    count = f"  ({int(wrong.sum())} of {wrong.size} entries differ)" if wrong.size > 1 else ""
    picture = evidence.of_path(*path, what) if path else None
    wrong_value = WrongValue(
        got,
        f"{number}, required {right}",
        _printing(returned).format(_subscripted(where)),
        picture or evidence.of_entries(got, required, wrong, what),
        bool(visible.any()),
    )
    label = _entry_name(what, where)
    raise Mismatch(f"{label} = {number}{count}", f"{label} = {right}", rule, wrong_value)


def assert_equal(returned: Any, required: ArrayLike, what: str, rule: str = "") -> None:
    """Assert that the result equals the required one exactly.

    Raises:
        Mismatch: As ``assert_close`` does.

    """
    assert_close(returned, required, what, tolerance=0.0, rule=rule)


def assert_slope(
    returned: Any, slopes: NDArray[np.float64], bounds: NDArray[np.float64], what: str
) -> None:
    """Assert that a gradient equals slopes found by differences.

    The allowed error of an entry is the bound on the error of its slope, plus the error that
    the assignment's ``tolerance`` allows.

    Args:
        returned: The submission's gradient.
        slopes: The slopes, as ``differences.gradient`` returns them.
        bounds: The bounds on their errors, of the same shape.
        what: The name of the gradient.

    Raises:
        Mismatch: As ``assert_close`` does.

    """
    allowed = bounds + current.tolerance * np.maximum(1.0, np.abs(slopes))
    assert_close(returned, slopes, what, tolerance=allowed)


def assert_one_of(
    returned: Any,
    candidates: Mapping[str, NDArray[np.float64]],
    what: str,
    *,
    tolerance: float | None = None,
) -> str:
    """Assert that the result equals one of several right results in every entry.

    Args:
        returned: The submission's result.
        candidates: The right results by their names, all of one shape.
        what: The name of the result.
        tolerance: The accuracy, as a number in ``assert_close``.

    Returns:
        The name of the first candidate that the result equals.

    Raises:
        Mismatch: The result equals none of them; the message compares it with the first.

    """
    tolerance = current.tolerance if tolerance is None else tolerance
    for name, required in candidates.items():
        got = as_array(returned, what, np.shape(required))
        if not _differing(got, required, tolerance).any():
            comparisons.compared(returned, np.asarray(required), tolerance, what)
            return name
    name, required = next(iter(candidates.items()))
    accepted = ", or ".join(candidates)
    assert_close(returned, required, what, tolerance=tolerance, rule=f"accepted: {accepted}")
    return name


def assert_bounded(
    returned: Any,
    low: float | NDArray[np.float64],
    high: float | NDArray[np.float64],
    what: str,
    rule: str = "",
    *,
    of: Any = None,
    by: str = "{}",
    meaning: str = "",
) -> None:
    """Assert that every entry lies in [low, high].

    Every call is also recorded as a measurement. The mistakes in functions of random numbers are
    recognised by their measurements.

    Args:
        returned: The result, or a statistic computed from it.
        low: The lower bounds, of a shape that broadcasts against the result.
        high: The upper bounds, likewise.
        what: The name of the result or statistic.
        rule: A remark on the requirement.
        of: The result from which a statistic was computed.
        by: The statistic as an expression in which ``{}`` stands for that result, such as
            ``"np.mean(np.square({}))"``. The smallest case prints it.
        meaning: What a value outside of its bounds means, in the words of a student, such as
            "two calls gave the same weights"; ``rule`` then says what is required instead.

    Raises:
        Mismatch: An entry is outside its bounds, or the result is not a numeric array.

    """
    got = as_array(returned, what)
    evidence.measured(got, low, high, what)
    wrong = ~((got >= low) & (got <= high))
    if not wrong.any():
        return
    where = _first_index(wrong)
    number = format_number(got[where])
    least, most = (format_number(np.broadcast_to(edge, got.shape)[where]) for edge in (low, high))
    required = f"between {least} and {most}"
    values, expression = (got, _subscripted(where)) if of is None else (of, by)
    picture = evidence.of_measured(got, low, high, what)
    wrong_value = WrongValue(values, f"{number}, required {required}", expression, picture)
    if meaning:
        raise Mismatch(meaning, rule or required, "", wrong_value)
    raise Mismatch(f"{_entry_name(what, where)} = {number}", required, rule, wrong_value)


def assert_that(condition: Any, returned: str, required: str, rule: str = "") -> None:
    """Assert that a condition holds.

    Args:
        condition: The condition, judged by its truth value.
        returned: A description of what the submission returned.
        required: A description of what is required.
        rule: A remark on the requirement.

    Raises:
        Mismatch: The condition is false; the message consists of the three texts.

    """
    if not condition:
        raise Mismatch(returned, required, rule)


def assert_dtype(
    returned: Any, what: str, shape: tuple[int, ...] | None = None, dtype: str = ""
) -> None:
    """Assert that ``numpy.asarray`` converts the result into an array of a dtype.

    Args:
        returned: The submission's result.
        what: The name of the result.
        shape: The required shape; any shape is accepted if it is ``None``.
        dtype: The required dtype; by default the ``dtype`` of the assignment's configuration,
            which is float64 unless it names another.

    Raises:
        Mismatch: The dtype or the shape differs, or the result is not a numeric array.

    """
    required = dtype or current.dtype
    as_array(returned, what, shape)
    got = np.asarray(returned).dtype
    if got != required:
        wrong_value = WrongValue(returned, f"{got}, required {required}", "np.asarray({}).dtype")
        raise Mismatch(f"{what} has dtype {got}", f"{what} has dtype {required}", "", wrong_value)


def assert_float64(returned: Any, what: str, shape: tuple[int, ...] | None = None) -> None:
    """Assert as ``assert_dtype`` does that the dtype is float64."""
    assert_dtype(returned, what, shape, "float64")


def _differing(
    got: NDArray[np.float64],
    required: NDArray[np.float64],
    tolerance: float | NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Return which entries are not within the tolerance of ``assert_close``."""
    # The bound of an infinite entry is infinite or NaN, so that one is compared by == alone.
    with np.errstate(invalid="ignore", over="ignore"):
        is_share = np.isscalar(tolerance)
        bound = tolerance * np.maximum(1.0, np.abs(required)) if is_share else tolerance
        is_near = np.isfinite(required) & (np.abs(got - required) <= bound)
    wrong: NDArray[np.bool_] = ~((got == required) | is_near)
    return wrong


def _visibly_apart(got: NDArray[np.float64], required: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which entries differ in their first digits, and are not both nearly 0."""
    with np.errstate(invalid="ignore", over="ignore"):
        size = np.maximum(np.abs(got), np.abs(required))
        apart: NDArray[np.bool_] = np.abs(got - required) >= _VISIBLE * size
    return (apart & (size >= _NEARLY_ZERO)) | ~np.isfinite(size)


def _printing(returned: Any) -> str:
    # numpy prints a number of another dtype with the digits of that dtype, so it is converted.
    dtype = getattr(returned, "dtype", np.float64)
    return "{}" if dtype == np.float64 else "float({})"


def _first_index(wrong: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argwhere(wrong)[0])


def _subscripted(where: tuple[int, ...]) -> str:
    return "{}" + "".join(f"[{index}]" for index in where)


def _entry_name(what: str, where: tuple[int, ...]) -> str:
    index = f"[{', '.join(map(str, where))}]" if where else ""
    # An index directly follows a name; after several words it would seem to belong to the last.
    name = what.rstrip(",")
    return f"{name}, entry {index}" if index and " " in name else f"{name}{index}"


def format_number(value: Any) -> str:
    """Write a number for a student, with up to ten digits; NaN and infinity as words."""
    if np.isnan(value):
        return "NaN (not a number)"
    if np.isinf(value):
        return "infinity" if value > 0 else "-infinity"
    return f"{value:.10g}"

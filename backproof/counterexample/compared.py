"""The line that prints what a property has compared, as an expression of what calls returned."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np

from backproof.counterexample.loops import Expression, Print, Reference
from backproof.submission.messages import WrongValue
from backproof.submission.proxies import Proxy

# Larger results are not searched.
_MAX_BYTES = 2**18


def _joined(parts: Any) -> Any:
    return np.concatenate([np.ravel(part) for part in parts])


# The computations that properties apply to a result before they compare it. They are tried in this
# order, and the first that gives the compared value is printed.
_DERIVED: Sequence[tuple[str, Callable[[Any], Any]]] = (
    ("{}", np.asarray),
    ("{}[-1:]", lambda result: np.asarray(result)[-1:]),
    ("np.ravel({})", np.ravel),
    ("np.concatenate([np.ravel(part) for part in {}])", _joined),
    (
        "np.concatenate([part[1] for part in {}])",
        lambda result: np.concatenate([p[1] for p in result]),
    ),
    (
        "np.concatenate([part[0] for part in {}])",
        lambda result: np.concatenate([p[0] for p in result]),
    ),
    ("np.min({}, axis=0)", lambda result: np.min(result, axis=0)),
    ("np.max({}, axis=0)", lambda result: np.max(result, axis=0)),
    ("np.mean({}, axis=0)", lambda result: np.mean(result, axis=0)),
    ("np.std({}, axis=0)", lambda result: np.std(result, axis=0)),
    ("np.transpose({})", np.transpose),
    ("np.negative({})", np.negative),
    ("np.diff({})", np.diff),
    ("np.max({})", np.max),
    ("np.min({})", np.min),
    ("np.abs({})", np.abs),
)


def find_compared(
    wrong: WrongValue,
    variables: Sequence[tuple[Any, str]],
    results: Sequence[tuple[Any, Reference]],
    changed: Collection[int] = (),
) -> Print | None:
    """Return the line that prints a wrong value, if it can be told where it comes from.

    Args:
        wrong: The wrong value.
        variables: The values that the program assigns, with their variables.
        results: The results of calls and their parts, in order.
        changed: The calls whose results a later call has changed.

    """
    for value, variable in variables:
        if value is wrong.values:
            return _line(variable, wrong)
    same = [reference for result, reference in results if result is wrong.values]
    if same:
        return _line(_origin(same, changed), wrong)
    try:
        values = np.asarray(wrong.values, dtype=np.float64)
    except Exception:  # a student's object may raise anything on conversion
        return None
    for template, derive in _DERIVED:
        equal = [ref for result, ref in results if _gives(derive, result, values)]
        if equal:
            return _line(_origin(equal, changed), wrong, template)
    return None


def _origin(references: Sequence[Reference], changed: Collection[int]) -> Reference:
    """Return the first result that has changed later, or else the last one.

    The property has compared the last one, so the earlier ones may be right by chance.
    """
    return next((each for each in references if each.call in changed), references[-1])


def _line(value: Expression, wrong: WrongValue, template: str = "{}") -> Print:
    return Print(value, wrong.expression.replace("{}", template), wrong.remark)


def _gives(derive: Callable[[Any], Any], result: Any, values: np.ndarray[Any, Any]) -> bool:
    """Return whether a result, or what is derived from it, has these values."""
    if isinstance(result, str | dict | set | frozenset | type(None) | np.random.Generator):
        return False
    if isinstance(result, np.ndarray) and result.nbytes > _MAX_BYTES:
        return False
    if _holds_a_proxy(result) and not (isinstance(result, Proxy) and derive is np.asarray):
        return False
    try:
        with np.errstate(all="ignore"):
            derived = np.asarray(derive(result), dtype=np.float64)
        if derived.shape != values.shape:
            return False
        return np.array_equal(derived, values, equal_nan=True)
    except Exception:  # not every result is fit for every derivation
        return False


def _holds_a_proxy(value: Any) -> bool:
    """Return whether an object of the student's is among the parts of a value.

    To compute with it would call the student's code, and add these calls to the case. The numbers
    that an object stands for have crossed with it.
    """
    if isinstance(value, list | tuple):
        return any(map(_holds_a_proxy, value))
    return isinstance(value, Proxy)

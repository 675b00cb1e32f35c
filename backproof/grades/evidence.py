"""Descriptions of failures that a report can draw, as JSON values.

The key ``"kind"`` has one of three values:

- ``"entries"``: an array with some entries wrong. ``"what"`` names it; ``"returned"``,
  ``"required"`` and ``"wrong"`` are lists of rows of equal length.
- ``"measured"``: statistics that must lie between bounds. ``"what"`` names them; ``"rows"`` is a
  list of ``{"label", "measured", "low", "high", "passed"}``, one for each set of a property's
  parameters, or one for each layer.
- ``"path"``: an array after each of several steps. ``"what"`` names it; ``"returned"`` and
  ``"required"`` are lists with a row of entries for each step.

A number is a float, or one of the strings ``"NaN"``, ``"inf"`` and ``"-inf"``, as JSON has no such
numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

ENTRIES, MEASURED, PATH = "entries", "measured", "path"

# In a larger picture, single entries or rows could not be seen.
_MAX_ENTRIES = 1024
_MAX_ROWS = 64


@dataclass(frozen=True)
class Measured:
    """Statistics that a property computed.

    Attributes:
        what: Name of the statistics.
        values: The statistics.
        low: Their lower bounds.
        high: Their upper bounds.
    """

    what: str
    values: np.ndarray[Any, Any]
    low: np.ndarray[Any, Any]
    high: np.ndarray[Any, Any]


# Callbacks that receive every ``Measured``, whether or not it is within its bounds.
on_measured: list[Callable[[Measured], None]] = []


def measured(values: Any, low: Any, high: Any, what: str) -> None:
    """Pass statistics and their bounds to the callbacks in ``on_measured``."""
    if on_measured:
        bounds = (np.broadcast_to(bound, np.shape(values)) for bound in (low, high))
        statistics = Measured(what, np.array(values), *bounds)
        for callback in on_measured:
            callback(statistics)


def of_entries(returned: Any, required: Any, wrong: Any, what: str) -> dict[str, Any] | None:
    """Return evidence of an array with wrong entries; ``None`` if it is too large to draw.

    Args:
        returned: The array. The rows of an array with more than two dimensions are stacked.
        required: The required array, of the same shape.
        wrong: A boolean array that marks the wrong entries.
        what: Name of the array.
    """
    if not 1 < np.size(returned) <= _MAX_ENTRIES:
        return None
    shape = (-1, np.shape(returned)[-1])
    return {
        "kind": ENTRIES,
        "what": what,
        "returned": _rows(returned, shape),
        "required": _rows(required, shape),
        "wrong": np.reshape(wrong, shape).tolist(),
    }


def of_path(returned: Any, required: Any, what: str) -> dict[str, Any] | None:
    """Return evidence of an array after each step, with the steps along the first axis."""
    if not 1 < np.size(returned) <= _MAX_ENTRIES or np.ndim(returned) < 1:
        return None
    shape = (np.shape(returned)[0], -1)
    return {
        "kind": PATH,
        "what": what,
        "returned": _rows(returned, shape),
        "required": _rows(required, shape),
    }


def of_measured(returned: Any, low: Any, high: Any, what: str) -> dict[str, Any] | None:
    """Return evidence of statistics that must lie between bounds."""
    values = np.ravel(returned)
    if not 0 < values.size <= _MAX_ROWS:
        return None
    bounds = (np.ravel(np.broadcast_to(bound, np.shape(returned))) for bound in (low, high))
    rows = [
        {
            "label": str(number) if values.size > 1 else "",
            "measured": _number(value),
            "low": _number(lower),
            "high": _number(upper),
            "passed": bool(lower <= value <= upper),
        }
        for number, (value, lower, upper) in enumerate(zip(values, *bounds, strict=True), 1)
    ]
    return {"kind": MEASURED, "what": what, "rows": rows}


def labelled(evidence: Mapping[str, Any], label: str) -> Mapping[str, Any]:
    """Return the evidence with a set of parameters added to the labels of its statistics."""
    if evidence["kind"] != MEASURED or not label:
        return evidence
    rows = [
        {**row, "label": f"{label}, {row['label']}" if row["label"] else label}
        for row in evidence["rows"]
    ]
    return {**evidence, "rows": rows}


def joined(all_evidence: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the evidence of a property's sets of parameters as one piece of evidence.

    Statistics are put side by side. If there is evidence of another kind, the first of it counts.
    """
    evidence = list(all_evidence)
    if not evidence:
        return None
    for each in evidence:
        if each["kind"] != MEASURED:
            return each
    rows = [row for each in evidence for row in each["rows"]]
    return {**evidence[0], "rows": rows[:_MAX_ROWS]}


def _rows(array: Any, shape: tuple[int, int]) -> list[list[float | str]]:
    return [[_number(value) for value in row] for row in np.reshape(array, shape)]


def _number(value: Any) -> float | str:
    number = float(value)
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "inf" if number > 0 else "-inf"

"""What a failure looks like: numbers that a report can draw, as JSON values.

There are three kinds, told apart by ``"kind"``:

- ``"entries"``: an array with some entries wrong. ``"what"`` names it; ``"returned"``,
  ``"required"`` and ``"wrong"`` are lists of rows of equal length.
- ``"measured"``: statistics that must lie between bounds. ``"what"`` names them; ``"rows"`` is a
  list of ``{"label", "measured", "low", "high", "passed"}``, one for each set of a property's
  parameters, or one for each layer.
- ``"path"``: an array after each of some steps. ``"what"`` names it; ``"returned"`` and
  ``"required"`` are lists with a row of entries for each step.

A number is a float, or ``"NaN"``, ``"inf"`` or ``"-inf"``, which JSON has no other word for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

ENTRIES, MEASURED, PATH = "entries", "measured", "path"

# More than this cannot be told apart in a picture.
_MOST_ENTRIES = 1024
_MOST_ROWS = 64


@dataclass(frozen=True)
class Measured:
    """Statistics that a property took: what they are of, and the bounds that they must keep."""

    what: str
    values: np.ndarray[Any, Any]
    low: np.ndarray[Any, Any]
    high: np.ndarray[Any, Any]


# Told of every statistic, kept or not, where somebody listens.
on_measured: list[Callable[[Measured], None]] = []


def measured(values: Any, low: Any, high: Any, what: str) -> None:
    """Say that statistics were taken."""
    if on_measured:
        edges = (np.broadcast_to(edge, np.shape(values)) for edge in (low, high))
        said = Measured(what, np.array(values), *edges)
        for tell in on_measured:
            tell(said)


def of_entries(returned: Any, required: Any, wrong: Any, what: str) -> dict[str, Any] | None:
    """Describe an array and where it is wrong; ``None`` if it is too large to draw.

    Args:
        returned: The array, of any number of dimensions: all but the last are stacked.
        required: What it must be, of the same shape.
        wrong: Which entries differ.
        what: Its name.

    """
    if not 1 < np.size(returned) <= _MOST_ENTRIES:
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
    """Describe an array after each step, the steps along the first axis."""
    if not 1 < np.size(returned) <= _MOST_ENTRIES or np.ndim(returned) < 1:
        return None
    shape = (np.shape(returned)[0], -1)
    return {
        "kind": PATH,
        "what": what,
        "returned": _rows(returned, shape),
        "required": _rows(required, shape),
    }


def of_measured(returned: Any, low: Any, high: Any, what: str) -> dict[str, Any] | None:
    """Describe statistics and the bounds that they must keep."""
    values = np.ravel(returned)
    if not 0 < values.size <= _MOST_ROWS:
        return None
    edges = (np.ravel(np.broadcast_to(edge, np.shape(returned))) for edge in (low, high))
    rows = [
        {
            "label": str(number) if values.size > 1 else "",
            "measured": _number(value),
            "low": _number(least),
            "high": _number(most),
            "passed": bool(least <= value <= most),
        }
        for number, (value, least, most) in enumerate(zip(values, *edges, strict=True), 1)
    ]
    return {"kind": MEASURED, "what": what, "rows": rows}


def labelled(evidence: Mapping[str, Any], label: str) -> Mapping[str, Any]:
    """Say to which set of parameters statistics belong."""
    if evidence["kind"] != MEASURED or not label:
        return evidence
    rows = [
        {**row, "label": f"{label}, {row['label']}" if row["label"] else label}
        for row in evidence["rows"]
    ]
    return {**evidence, "rows": rows}


def joined(all_evidence: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Give one piece of evidence for several: statistics side by side, else the first."""
    found = list(all_evidence)
    if not found:
        return None
    if any(each["kind"] != MEASURED for each in found):
        return next(each for each in found if each["kind"] != MEASURED)
    rows = [row for each in found for row in each["rows"]]
    return {**found[0], "rows": rows[:_MOST_ROWS]}


def _rows(array: Any, shape: tuple[int, int]) -> list[list[float | str]]:
    return [[_number(value) for value in row] for row in np.reshape(array, shape)]


def _number(value: Any) -> float | str:
    number = float(value)
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "inf" if number > 0 else "-inf"

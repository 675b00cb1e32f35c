"""Pictures of failures as SVG, narrow enough for a phone, with captions of the same content.

The style sheet of the page sets colours and strokes, by class, for light and dark mode. Nothing is
shown by colour alone: an outline, a shape or a number shows it too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from backproof.grades.evidence import ENTRIES, MEASURED, PATH
from backproof.report.html.heatmap import draw_entries
from backproof.report.html.svg import (
    WIDTH,
    Picture,
    distance,
    heading,
    line,
    long,
    picture,
    scale,
    short,
    tag,
    text,
    title,
)
from backproof.report.text import one_line

_LINE_HEIGHT = 16
_MAX_ROWS = 24
_MAX_LINE_CHARACTERS = 46
# An axis is logarithmic if its largest number is more than this multiple of its smallest.
_MIN_LOGARITHMIC_RATIO = 50

_MAX_PANELS = 6
_PANEL_HEIGHT = 72
# A longer path is drawn without a dot for each step.
_MAX_DOTS = 30


def draw(evidence: Mapping[str, Any]) -> Picture | None:
    """Draw evidence in the form of ``grades.evidence``; ``None`` if its kind is unknown."""
    draw_kind = _DRAWING.get(evidence["kind"])
    return draw_kind(evidence) if draw_kind else None


def _draw_measured(evidence: Mapping[str, Any]) -> Picture:
    """Draw statistics as marks on the intervals that they must lie in."""
    # If there are too many rows, those that failed are kept first; the order does not change.
    kept = sorted(enumerate(evidence["rows"]), key=lambda row: row[1]["passed"])[:_MAX_ROWS]
    rows = [row for _, row in sorted(kept, key=lambda row: row[0])]
    values = [float(row[name]) for row in rows for name in ("measured", "low", "high")]
    at, logarithmic = _axis([value for value in values if math.isfinite(value)])
    drawn, y = [], 0.0
    for row in rows:
        part, height = _interval(row, at, y)
        drawn.append(part)
        y += height
    failed = sum(not row["passed"] for row in evidence["rows"])
    caption = f"{heading(evidence)}, {failed} of {len(evidence['rows'])} measured out of bounds."
    caption += " A bar is the allowed interval; a circle lies in it, a diamond does not."
    if logarithmic:
        caption += " The scale is logarithmic."
    if len(rows) < len(evidence["rows"]):
        caption += f" {len(evidence['rows']) - len(rows)} are left out."
    return picture(WIDTH, y, caption, *drawn)


def _interval(row: Mapping[str, Any], at: Callable[[float], float], y: float) -> tuple[str, float]:
    measured, low, high = (float(row[name]) for name in ("measured", "low", "high"))
    bounds = f"required {long(row['low'], 4)} to {long(row['high'], 4)}"
    mark, standing = ("✓", "inside") if row["passed"] else ("✗", "outside")
    numbers = f"{mark} {long(row['measured'], 4)}, {bounds}"
    label = one_line(str(row["label"]))
    lines = [label, numbers] if label else [numbers]
    parts = [title(": ".join(lines))]
    for words in lines:
        y += _LINE_HEIGHT
        if len(words) <= _MAX_LINE_CHARACTERS:
            shown = words
        else:
            shown = f"{words[: _MAX_LINE_CHARACTERS - 1]}…"
        parts.append(text(shown, 0, y - 4, "label" if words is label else "number"))
    middle = y + 9
    left = at(low) if math.isfinite(low) else 0.0
    right = at(high) if math.isfinite(high) else float(WIDTH)
    parts.append(tag("path", d=f"M0 {middle:g}H{WIDTH}", class_="axis"))
    width = max(right - left, 3)
    parts.append(tag("rect", x=left, y=middle - 5, width=width, height=10, rx=2, class_="allowed"))
    if math.isfinite(measured):
        x = at(measured)
        if row["passed"]:
            parts.append(tag("circle", cx=x, cy=middle, r=5))
        else:
            parts.append(tag("path", d=f"M{x:.2f} {middle - 7:g}l7 7l-7 7l-7 -7z"))
    height = len(lines) * _LINE_HEIGHT + 30
    return tag("g", *parts, class_=f"interval {standing}"), height


def _axis(numbers: Sequence[float]) -> tuple[Callable[[float], float], bool]:
    """Return the map from numbers to coordinates, and whether it is logarithmic."""
    if not numbers:
        return scale(0, 1), False
    low, high = min(numbers), max(numbers)
    if low > 0 and high / low > _MIN_LOGARITHMIC_RATIO:
        on_logarithms = scale(math.log(low), math.log(high))
        return lambda number: on_logarithms(math.log(number)), True
    return scale(low, high), False


def _draw_path(evidence: Mapping[str, Any]) -> Picture:
    """Draw entries over the steps: a panel each, with the returned and the required values."""
    returned, required = (
        list(zip(*([float(value) for value in row] for row in evidence[name]), strict=True))
        for name in ("returned", "required")
    )
    distances = [
        max(map(distance, was, must), default=0.0)
        for was, must in zip(returned, required, strict=True)
    ]
    farthest_first = sorted(range(len(distances)), key=lambda entry: -distances[entry])
    chosen = sorted(farthest_first[:_MAX_PANELS])
    legend = [
        tag("path", d="M0 8h22", class_="required"),
        text("required", 28, 12, "number"),
        tag("path", d="M110 8h22", class_="returned"),
        text("returned", 138, 12, "number"),
    ]
    panels = [
        _panel(returned[entry], required[entry], f"entry {entry}", 24 + row * (_PANEL_HEIGHT + 30))
        for row, entry in enumerate(chosen)
    ]
    worst = farthest_first[0]
    was, must = returned[worst], required[worst]
    step = max(range(len(was)), key=lambda number: distance(was[number], must[number]))
    caption = (
        f"{heading(evidence)} over {len(was)} steps of a failing case. Farthest off is entry"
        f" {worst} after step {step + 1}: returned {long(was[step])}, required {long(must[step])}."
    )
    if len(chosen) < len(distances):
        caption += f" The {len(chosen)} of {len(distances)} entries farthest off are drawn."
    height = 24 + len(chosen) * (_PANEL_HEIGHT + 30)
    return picture(WIDTH, height, caption, *legend, *panels)


def _panel(returned: Sequence[float], required: Sequence[float], label: str, top: float) -> str:
    finite = [value for value in (*returned, *required) if math.isfinite(value)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 0.0)
    up = scale(low, high, top + _PANEL_HEIGHT + 10, top + 22)
    across = scale(1, len(returned), 4, WIDTH - 6)
    parts = [
        title(f"{label}, from {long(low)} to {long(high)}"),
        text(label, 0, top + 12, "label"),
        text(f"{short(low)} to {short(high)}", WIDTH, top + 12, "number end"),
        tag("path", d=f"M0 {top + _PANEL_HEIGHT + 16:g}H{WIDTH}", class_="axis"),
    ]
    for name, values in (("required", required), ("returned", returned)):
        points = [
            (across(step), up(value)) if math.isfinite(value) else None
            for step, value in enumerate(values, 1)
        ]
        parts.append(tag("path", d=line(points), class_=name))
        if name == "returned" and len(values) <= _MAX_DOTS:
            parts += [tag("circle", cx=p[0], cy=p[1], r=2.5) for p in points if p]
    infinite = next((n for n, value in enumerate(returned, 1) if not math.isfinite(value)), None)
    if infinite:
        words = f"✗ {long(returned[infinite - 1])} after step {infinite}"
        side = "end" if infinite > len(returned) / 2 else ""
        parts.append(text(words, across(infinite), top + 32, f"number {side}"))
    return tag("g", *parts, class_="panel")


_DRAWING: dict[str, Callable[[Mapping[str, Any]], Picture]] = {
    ENTRIES: draw_entries,
    MEASURED: _draw_measured,
    PATH: _draw_path,
}

"""Pictures of what a failure looks like, as SVG: small enough for a phone, and said in words too.

Colours and strokes come from the page's style sheet, by class, so that they follow light and
dark. What a colour says, an outline, a shape or a number says as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from backproof.grades import evidence
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

_LINE = 16
_MOST_ROWS = 24
_MOST_LETTERS = 46  # in a line
_LOGARITHMIC_FROM = 50

_MOST_PANELS = 6
_PANEL = 72
_MOST_DOTS = 30


def draw(found: Mapping[str, Any]) -> Picture | None:
    """Draw the evidence of a failure; ``None`` if it is of a kind that is not known.

    Args:
        found: What ``backproof.evidence`` describes.

    """
    drawn = _DRAWN.get(found["kind"])
    return drawn(found) if drawn else None


def _measured(found: Mapping[str, Any]) -> Picture:
    """Draw statistics as dots on the intervals that they must lie in."""
    # Of too many, those that failed come first, and all keep their order.
    kept = sorted(enumerate(found["rows"]), key=lambda row: row[1]["passed"])[:_MOST_ROWS]
    rows = [row for _, row in sorted(kept, key=lambda row: row[0])]
    numbers = [float(row[name]) for row in rows for name in ("measured", "low", "high")]
    at, logarithmic = _axis([number for number in numbers if math.isfinite(number)])
    drawn, y = [], 0.0
    for row in rows:
        part, height = _interval(row, at, y)
        drawn.append(part)
        y += height
    failed = sum(not row["passed"] for row in found["rows"])
    caption = f"{heading(found)}, {failed} of {len(found['rows'])} measured out of bounds."
    caption += " A bar is what is allowed, a circle lies in it, a diamond does not."
    if logarithmic:
        caption += " The scale is logarithmic."
    if len(rows) < len(found["rows"]):
        caption += f" {len(found['rows']) - len(rows)} are left out."
    return picture(WIDTH, y, caption, *drawn)


def _interval(row: Mapping[str, Any], at: Callable[[float], float], y: float) -> tuple[str, float]:
    measured, low, high = (float(row[name]) for name in ("measured", "low", "high"))
    bounds = f"required {long(row['low'], 4)} to {long(row['high'], 4)}"
    mark, standing = ("✓", "inside") if row["passed"] else ("✗", "outside")
    said = f"{mark} {long(row['measured'], 4)}, {bounds}"
    label = one_line(str(row["label"]))
    lines = [label, said] if label else [said]
    parts = [title(": ".join(lines))]
    for said in lines:
        y += _LINE
        cut = said if len(said) <= _MOST_LETTERS else f"{said[: _MOST_LETTERS - 1]}…"
        parts.append(text(cut, 0, y - 4, "label" if said is label else "number"))
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
    height = len(lines) * _LINE + 30
    return tag("g", *parts, class_=f"interval {standing}"), height


def _axis(numbers: Sequence[float]) -> tuple[Callable[[float], float], bool]:
    """Give where on the picture a number is, and whether the scale is logarithmic."""
    if not numbers:
        return scale(0, 1), False
    low, high = min(numbers), max(numbers)
    if low > 0 and high / low > _LOGARITHMIC_FROM:
        on_logarithms = scale(math.log(low), math.log(high))
        return lambda number: on_logarithms(math.log(number)), True
    return scale(low, high), False


def _path(found: Mapping[str, Any]) -> Picture:
    """Draw entries over the steps, each in a panel: what was returned on what is required."""
    returned, required = (
        list(zip(*([float(value) for value in row] for row in found[name]), strict=True))
        for name in ("returned", "required")
    )
    off = [
        max(map(distance, was, must), default=0.0)
        for was, must in zip(returned, required, strict=True)
    ]
    chosen = sorted(sorted(range(len(off)), key=lambda entry: -off[entry])[:_MOST_PANELS])
    legend = [
        tag("path", d="M0 8h22", class_="required"),
        text("required", 28, 12, "number"),
        tag("path", d="M110 8h22", class_="returned"),
        text("returned", 138, 12, "number"),
    ]
    panels = [
        _panel(returned[entry], required[entry], f"entry {entry}", 24 + place * (_PANEL + 30))
        for place, entry in enumerate(chosen)
    ]
    worst = max(range(len(off)), key=lambda entry: off[entry])
    was, must = returned[worst], required[worst]
    step = max(range(len(was)), key=lambda number: distance(was[number], must[number]))
    caption = (
        f"{heading(found)} over {len(was)} steps of a failing case. Farthest off is entry {worst}"
        f" after step {step + 1}: returned {long(was[step])}, required {long(must[step])}."
    )
    if len(chosen) < len(off):
        caption += f" The {len(chosen)} of {len(off)} entries that are farthest off are drawn."
    height = 24 + len(chosen) * (_PANEL + 30)
    return picture(WIDTH, height, caption, *legend, *panels)


def _panel(returned: Sequence[float], required: Sequence[float], label: str, top: float) -> str:
    finite = [value for value in (*returned, *required) if math.isfinite(value)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 0.0)
    up = scale(low, high, top + _PANEL + 10, top + 22)
    across = scale(1, len(returned), 4, WIDTH - 6)
    parts = [
        title(f"{label}, from {long(low)} to {long(high)}"),
        text(label, 0, top + 12, "label"),
        text(f"{short(low)} to {short(high)}", WIDTH, top + 12, "number end"),
        tag("path", d=f"M0 {top + _PANEL + 16:g}H{WIDTH}", class_="axis"),
    ]
    for name, values in (("required", required), ("returned", returned)):
        points = [
            (across(step), up(value)) if math.isfinite(value) else None
            for step, value in enumerate(values, 1)
        ]
        parts.append(tag("path", d=line(points), class_=name))
        if name == "returned" and len(values) <= _MOST_DOTS:
            parts += [tag("circle", cx=p[0], cy=p[1], r=2.5) for p in points if p]
    endless = next((n for n, value in enumerate(returned, 1) if not math.isfinite(value)), None)
    if endless:
        said = f"✗ {long(returned[endless - 1])} after step {endless}"
        side = "end" if endless > len(returned) / 2 else ""
        parts.append(text(said, across(endless), top + 32, f"number {side}"))
    return tag("g", *parts, class_="panel")


_DRAWN: dict[str, Callable[[Mapping[str, Any]], Picture]] = {
    evidence.ENTRIES: draw_entries,
    evidence.MEASURED: _measured,
    evidence.PATH: _path,
}

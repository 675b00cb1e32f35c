"""Pictures of a class: how the scores spread, and who failed which property."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from backproof.grades.outcomes import PASSED
from backproof.report.class_statistics import Rule
from backproof.report.html.class_data import LETTERS, Entry
from backproof.report.html.svg import Picture, picture, tag, text, title
from backproof.report.text import one_line

_BINS = 10
_BIN = 30
_TALLEST = 110

# Pixels for each student: a few rows can be told apart, many still fit on a screen or two.
_ROW = 16
_SMALLEST_ROW = 3
_FEW = 500
_MOST = 1500
_HEAD = 24


def histogram(shares: Sequence[float]) -> Picture | None:
    """Draw how many students earned which share of the points; ``None`` for nobody."""
    if not shares:
        return None
    counts = Counter(min(int(share * _BINS), _BINS - 1) for share in shares)
    most = max(counts.values())
    base = _TALLEST + 18
    parts = [tag("path", d=f"M0 {base}H{_BINS * _BIN}", class_="axis")]
    said = []
    for place in range(_BINS):
        count = counts[place]
        x, height = place * _BIN, _TALLEST * count / most
        edges = f"{100 * place // _BINS} to {100 * (place + 1) // _BINS} %"
        parts.append(text(str(100 * place // _BINS), x, base + 14, "index middle"))
        if count:
            said.append(f"{edges}: {count}")
            box = {"x": x + 1.5, "y": base - height, "width": _BIN - 3, "height": height}
            bar = [title(said[-1]), tag("rect", rx=1.5, class_="share", **box)]
            parts.append(tag("g", *bar))
            parts.append(text(str(count), x + _BIN / 2, base - height - 5, "number middle"))
    parts.append(text("100", _BINS * _BIN, base + 14, "index middle"))
    caption = f"Students by the share of the points that they earned. {', '.join(said)}."
    return picture(
        _BINS * _BIN + 24, base + 18, caption, tag("g", *parts, transform="translate(8 0)")
    )


def property_map(entries: Sequence[Entry], rules: Sequence[Rule]) -> str:
    """Draw a row for each student and a column for each property; empty if there are none.

    It is one path a status, so that it stays small; what is under the pointer the script says.
    """
    if not entries or not rules:
        return ""
    names = [rule.property for rule in rules]
    rows = [entry.row(names) for entry in entries]
    height = min(max(_SMALLEST_ROW * len(rows), min(_ROW * len(rows), _FEW)), _MOST)
    cells = [
        tag("path", d=_cells(rows, letter), class_=status.replace(" ", "-"))
        for status, letter in LETTERS.items()
        if status != PASSED
    ]
    starts = [place for place in range(len(rules)) if place == 0 or _begins(rules, place)]
    lines = "".join(f"M{place} 0V{len(rows)}" for place in starts[1:])
    inner = tag(
        "svg",
        tag("rect", width="100%", height="100%", class_="ground"),
        *cells,
        tag("path", d=lines, class_="edges", vector_effect="non-scaling-stroke"),
        tag("rect", width=1, height=1, class_="cursor", vector_effect="non-scaling-stroke"),
        y=_HEAD,
        width="100%",
        height=height,
        viewBox=f"0 0 {len(rules)} {len(rows)}",
        preserveAspectRatio="none",
        class_="cells",
    )
    heads = [
        f'<text x="{100 * place / len(rules):.2f}%" y="15">'
        f"{html.escape(one_line(rules[place].unit))}</text>"
        for place in starts
    ]
    said = (
        f"Map of {len(rules)} properties by {len(rows)} students; the tables below say it in words."
    )
    return tag(
        "svg", *heads, inner, width="100%", height=height + _HEAD, role="img", aria_label=said
    )


def _begins(rules: Sequence[Rule], place: int) -> bool:
    return rules[place].unit != rules[place - 1].unit


def _cells(rows: Sequence[str], letter: str) -> str:
    """Outline all cells that have a letter, neighbours in a row together."""
    found = []
    for y, row in enumerate(rows):
        x = 0
        for each, run in groupby(row):
            length = len(list(run))
            if each == letter:
                found.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return "".join(found)

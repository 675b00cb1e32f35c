"""Pictures of a class: a histogram of the scores and a map of students by properties."""

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
_BIN_WIDTH = 30
_MAX_BAR_HEIGHT = 110

# Heights in pixels. A row is high enough for a name, unless a very large class would make the map
# too high: then the rows are lower, and the names are shown for the row under the pointer only.
_ROW_HEIGHT = 13
_MAX_HEIGHT = 13_000
_HEADING_HEIGHT = 24
# The width of the names in percent, and their letters.
_NAMES_WIDTH = 20
_MAX_LETTERS = 36


def histogram(shares: Sequence[float]) -> Picture | None:
    """Draw the distribution of the shares of the points; ``None`` if there are none."""
    if not shares:
        return None
    counts = Counter(min(int(share * _BINS), _BINS - 1) for share in shares)
    largest = max(counts.values())
    base = _MAX_BAR_HEIGHT + 18
    parts = [tag("path", d=f"M0 {base}H{_BINS * _BIN_WIDTH}", class_="axis")]
    labels = []
    for place in range(_BINS):
        count = counts[place]
        x, height = place * _BIN_WIDTH, _MAX_BAR_HEIGHT * count / largest
        edges = f"{100 * place // _BINS} to {100 * (place + 1) // _BINS} %"
        parts.append(text(str(100 * place // _BINS), x, base + 14, "index middle"))
        if count:
            labels.append(f"{edges}: {count}")
            box = {"x": x + 1.5, "y": base - height, "width": _BIN_WIDTH - 3, "height": height}
            bar = [title(labels[-1]), tag("rect", rx=1.5, class_="share", **box)]
            parts.append(tag("g", *bar))
            parts.append(text(str(count), x + _BIN_WIDTH / 2, base - height - 5, "number middle"))
    parts.append(text("100", _BINS * _BIN_WIDTH, base + 14, "index middle"))
    caption = f"Students by the share of the points that they earned. {', '.join(labels)}."
    return picture(
        _BINS * _BIN_WIDTH + 24, base + 18, caption, tag("g", *parts, transform="translate(8 0)")
    )


def property_map(entries: Sequence[Entry], rules: Sequence[Rule]) -> str:
    """Draw a row for each student and a column for each property; empty if there are none.

    Each status is one path, which keeps the page small; a script describes the cell under the
    pointer.
    """
    if not entries or not rules:
        return ""
    names = [rule.property for rule in rules]
    rows = [entry.row(names) for entry in entries]
    height = min(_ROW_HEIGHT * len(rows), _MAX_HEIGHT)
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
        x=f"{_NAMES_WIDTH}%",
        width=f"{100 - _NAMES_WIDTH}%",
        height=height,
        viewBox=f"0 0 {len(rules)} {len(rows)}",
        preserveAspectRatio="none",
        class_="cells",
    )
    heads = [
        f'<text x="{_NAMES_WIDTH + (100 - _NAMES_WIDTH) * place / len(rules):.2f}%" y="15">'
        f"{html.escape(one_line(rules[place].unit))}</text>"
        for place in starts
    ]
    label = (
        f"Map of {len(rules)} properties by {len(rows)} students; the tables below have the same "
        "information as text."
    )
    names_of_rows = [
        f'<text x="4" y="{_ROW_HEIGHT * (place + 0.77):.1f}">{html.escape(_shortened(entry.name))}'
        "</text>"
        for place, entry in enumerate(entries)
        if height == _ROW_HEIGHT * len(rows)
    ]
    head = tag(
        "svg", *heads, width="100%", height=_HEADING_HEIGHT, class_="heads", aria_hidden="true"
    )
    body = tag(
        "svg", *names_of_rows, inner, width="100%", height=height, role="img", aria_label=label
    )
    return head + body


def _shortened(name: str) -> str:
    name = one_line(name)
    return name if len(name) <= _MAX_LETTERS else f"{name[: _MAX_LETTERS - 1]}…"


def _begins(rules: Sequence[Rule], place: int) -> bool:
    return rules[place].unit != rules[place - 1].unit


def _cells(rows: Sequence[str], letter: str) -> str:
    """Return a path around all cells with a letter; neighbours in a row share an outline."""
    outlines = []
    for y, row in enumerate(rows):
        x = 0
        for each, run in groupby(row):
            length = len(list(run))
            if each == letter:
                outlines.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return "".join(outlines)

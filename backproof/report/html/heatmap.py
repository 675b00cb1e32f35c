"""An array as a grid of cells: the darker a wrong entry, the farther off it is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from backproof.report.html.svg import (
    WIDTH,
    Picture,
    distance,
    heading,
    long,
    picture,
    short,
    tag,
    text,
    title,
)

_LINE = 18

# A cell narrower than this has no room for its numbers.
_WIDTH_OF_NUMBERS = 46
_WIDEST = 90
_MOST_READABLE = 64
_SMALLEST_CELL = 5
_LARGEST_CELL = 18
_ENTRIES_IN_A_LINE = 25
_MARGIN = 18
_LEVELS = 4


def draw_entries(found: Mapping[str, Any]) -> Picture:
    """Draw an array as a grid; the darker a wrong entry, the farther off it is."""
    returned, required, wrong = found["returned"], found["required"], found["wrong"]
    places = [(i, j) for i, row in enumerate(wrong) for j, _ in enumerate(row)]
    off = {(i, j): distance(returned[i][j], required[i][j]) for i, j in places if wrong[i][j]}
    most = max((far for far in off.values() if math.isfinite(far)), default=0.0)
    layout = _Grid.of(len(wrong), len(wrong[0]))
    # Where there is room for no number, those that are right have nothing to tell apart.
    single = [place for place in places if layout.readable or place in off]
    cells = [tag("path", d=layout.outline(set(places) - set(single)), class_="right")]
    for i, j in single:
        values = returned[i][j], required[i][j]
        level = _level(off[i, j], most) if (i, j) in off else 0
        cells.append(_cell(layout, (i, j), values, level))
    farthest = max(off, key=lambda place: off[place], default=None)
    caption = f"{heading(found)}, {len(off)} of {len(places)} entries are wrong in a failing case."
    if farthest:
        i, j = farthest
        index = f"[{j}]" if len(wrong) == 1 else f"[{i}, {j}]"
        caption += (
            f" Farthest off is {index}: returned {long(returned[i][j])},"
            f" required {long(required[i][j])}."
        )
    if layout.readable:
        caption += " In a wrong cell, what is required stands below what was returned."
    return picture(layout.width, layout.height, caption, *layout.indices(), *cells)


class _Grid(NamedTuple):
    """Where the cells of an array are."""

    rows: int
    columns: int
    across: float
    down: float
    readable: bool

    @classmethod
    def of(cls, rows: int, columns: int) -> _Grid:
        across = (WIDTH - _MARGIN) / columns
        if across >= _WIDTH_OF_NUMBERS and rows * columns <= _MOST_READABLE:
            return cls(rows, columns, min(across, _WIDEST), 2 * _LINE, True)
        in_a_line = min(columns, _ENTRIES_IN_A_LINE) if rows == 1 else columns
        side = min(max(WIDTH / in_a_line, _SMALLEST_CELL), _LARGEST_CELL)
        return cls(rows, columns, side, side, False)

    @property
    def width(self) -> float:
        if self.readable:
            return _MARGIN + self.columns * self.across + 2
        return min(self.columns, self._in_a_line) * self.across + 2

    @property
    def height(self) -> float:
        if self.readable:
            return _MARGIN + self.rows * self.down + 2
        return self.rows * math.ceil(self.columns / self._in_a_line) * self.down + 2

    @property
    def _in_a_line(self) -> int:
        return _ENTRIES_IN_A_LINE if self.rows == 1 else self.columns

    def place(self, i: int, j: int) -> tuple[float, float]:
        if self.readable:
            return _MARGIN + j * self.across + 1, _MARGIN + i * self.down + 1
        line, position = divmod(j, self._in_a_line)
        return position * self.across + 1, (i + line) * self.down + 1

    def outline(self, places: Iterable[tuple[int, int]]) -> str:
        """Give cells as one path."""
        corners = (self.place(*place) for place in sorted(places))
        across, down = self.across - 1, self.down - 1
        return "".join(
            f"M{x + 0.5:.6g} {y + 0.5:.6g}h{across:.6g}v{down:.6g}h{-across:.6g}z"
            for x, y in corners
        )

    def indices(self) -> list[str]:
        """Write the numbers of rows and columns beside the cells, where there is room."""
        if not self.readable:
            return []
        across = [
            text(str(j), self.place(0, j)[0] + self.across / 2, 12, "index middle")
            for j in range(self.columns)
        ]
        down = [
            text(str(i), 0, self.place(i, 0)[1] + self.down / 2 + 4, "index")
            for i in range(self.rows)
        ]
        return [*across, *down]


def _cell(layout: _Grid, index: tuple[int, int], values: tuple[Any, Any], level: int) -> str:
    x, y = layout.place(*index)
    returned, required = values
    said = f"[{index[0]}, {index[1]}]: {long(returned)}"
    said += f" returned, {long(required)} required" if level else ", as required"
    gap = 1.5 if level else 0.5
    inside = [
        title(said),
        tag(
            "rect",
            x=x + gap,
            y=y + gap,
            width=layout.across - 2 * gap,
            height=layout.down - 2 * gap,
        ),
    ]
    if layout.readable:
        middle = x + layout.across / 2
        height = y + layout.down / 2
        if level:
            inside.append(text(short(returned), middle, height - 3, "middle number"))
            inside.append(text(short(required), middle, height + 12, "middle number required"))
        else:
            inside.append(text(short(returned), middle, height + 4, "middle number"))
    return tag("g", *inside, class_=f"cell level{level}")


def _level(far: float, most: float) -> int:
    if not math.isfinite(far) or not most:
        return _LEVELS
    return max(math.ceil(_LEVELS * (far / most)), 1)

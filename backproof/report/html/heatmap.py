"""An array as a grid of cells; the darker a wrong entry, the larger its error."""

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

_LINE_HEIGHT = 18

# Cells contain numbers if they are at least so wide, and if there are at most so many.
_MIN_NUMBER_WIDTH = 46
_MAX_NUMBER_WIDTH = 90
_MAX_CELLS_WITH_NUMBERS = 64
# The sides of cells without numbers.
_MIN_SIDE = 5
_MAX_SIDE = 18
# A vector is wrapped into lines of so many cells.
_CELLS_PER_LINE = 25
_MARGIN = 18
# The number of shades of wrong entries.
_LEVELS = 4


def draw_entries(evidence: Mapping[str, Any]) -> Picture:
    """Draw an array as a grid; the darker a wrong entry, the larger its error."""
    returned, required, wrong = evidence["returned"], evidence["required"], evidence["wrong"]
    places = [(i, j) for i, row in enumerate(wrong) for j, _ in enumerate(row)]
    errors = {(i, j): distance(returned[i][j], required[i][j]) for i, j in places if wrong[i][j]}
    largest = max((error for error in errors.values() if math.isfinite(error)), default=0.0)
    layout = _Grid.of(len(wrong), len(wrong[0]))
    # Right entries without numbers look alike, so one path draws all of them.
    single = [place for place in places if layout.with_numbers or place in errors]
    cells = [tag("path", d=layout.outline(set(places) - set(single)), class_="right")]
    for i, j in single:
        values = returned[i][j], required[i][j]
        level = _level(errors[i, j], largest) if (i, j) in errors else 0
        cells.append(_cell(layout, (i, j), values, level))
    farthest = max(errors, key=lambda place: errors[place], default=None)
    caption = (
        f"{heading(evidence)}, {len(errors)} of {len(places)} entries are wrong in a failing case."
    )
    if farthest:
        i, j = farthest
        index = f"[{j}]" if len(wrong) == 1 else f"[{i}, {j}]"
        caption += (
            f" Farthest off is {index}: returned {long(returned[i][j])},"
            f" required {long(required[i][j])}."
        )
    if layout.with_numbers:
        caption += " A wrong cell shows the required number below the returned one."
    return picture(layout.width, layout.height, caption, *layout.indices(), *cells)


class _Grid(NamedTuple):
    """The layout of the cells of an array.

    Attributes:
        rows: The number of rows.
        columns: The number of columns.
        across: The width of a cell.
        down: The height of a cell.
        with_numbers: Whether cells contain numbers, and rows and columns have indices.

    """

    rows: int
    columns: int
    across: float
    down: float
    with_numbers: bool

    @classmethod
    def of(cls, rows: int, columns: int) -> _Grid:
        across = (WIDTH - _MARGIN) / columns
        if across >= _MIN_NUMBER_WIDTH and rows * columns <= _MAX_CELLS_WITH_NUMBERS:
            return cls(rows, columns, min(across, _MAX_NUMBER_WIDTH), 2 * _LINE_HEIGHT, True)
        per_line = min(columns, _CELLS_PER_LINE) if rows == 1 else columns
        side = min(max(WIDTH / per_line, _MIN_SIDE), _MAX_SIDE)
        return cls(rows, columns, side, side, False)

    @property
    def width(self) -> float:
        if self.with_numbers:
            return _MARGIN + self.columns * self.across + 2
        return min(self.columns, self._per_line) * self.across + 2

    @property
    def height(self) -> float:
        if self.with_numbers:
            return _MARGIN + self.rows * self.down + 2
        return self.rows * math.ceil(self.columns / self._per_line) * self.down + 2

    @property
    def _per_line(self) -> int:
        return _CELLS_PER_LINE if self.rows == 1 else self.columns

    def place(self, i: int, j: int) -> tuple[float, float]:
        if self.with_numbers:
            return _MARGIN + j * self.across + 1, _MARGIN + i * self.down + 1
        line, position = divmod(j, self._per_line)
        return position * self.across + 1, (i + line) * self.down + 1

    def outline(self, places: Iterable[tuple[int, int]]) -> str:
        """Return one path around cells."""
        corners = (self.place(*place) for place in sorted(places))
        across, down = self.across - 1, self.down - 1
        return "".join(
            f"M{x + 0.5:.6g} {y + 0.5:.6g}h{across:.6g}v{down:.6g}h{-across:.6g}z"
            for x, y in corners
        )

    def indices(self) -> list[str]:
        """Return the indices of rows and columns; none for cells without numbers."""
        if not self.with_numbers:
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
    label = f"[{index[0]}, {index[1]}]: {long(returned)}"
    label += f" returned, {long(required)} required" if level else ", as required"
    gap = 1.5 if level else 0.5
    inside = [
        title(label),
        tag(
            "rect",
            x=x + gap,
            y=y + gap,
            width=layout.across - 2 * gap,
            height=layout.down - 2 * gap,
        ),
    ]
    if layout.with_numbers:
        middle = x + layout.across / 2
        height = y + layout.down / 2
        if level:
            inside.append(text(short(returned), middle, height - 3, "middle number"))
            inside.append(text(short(required), middle, height + 12, "middle number required"))
        else:
            inside.append(text(short(returned), middle, height + 4, "middle number"))
    return tag("g", *inside, class_=f"cell level{level}")


def _level(error: float, largest: float) -> int:
    if not math.isfinite(error) or not largest:
        return _LEVELS
    return max(math.ceil(_LEVELS * (error / largest)), 1)

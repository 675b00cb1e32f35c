"""What pictures are made of: elements of SVG, and numbers, on a scale and written out."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from backproof.report.text import one_line

WIDTH = 300  # of a picture: as wide as a phone shows without making it smaller


class Picture(NamedTuple):
    """A picture.

    Attributes:
        svg: The drawing, as an SVG element; all text in it is escaped.
        caption: What is to be seen, in words.

    """

    svg: str
    caption: str


def picture(width: float, height: float, caption: str, *inside: str) -> Picture:
    """Put elements into a drawing that its caption describes to whoever does not see it."""
    drawing = tag(
        "svg",
        *inside,
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        width=f"{width:.0f}",
        height=f"{height:.0f}",
        role="img",
        aria_label=caption,
    )
    return Picture(drawing, caption)


def scale(
    low: float, high: float, first: float = 10.0, last: float = WIDTH - 10.0
) -> Callable[[float], float]:
    """Map numbers from ``low`` to ``high`` onto coordinates from ``first`` to ``last``."""
    # By halves, as the difference of two large numbers may be infinite.
    span = high / 2 - low / 2

    def at(number: float) -> float:
        share = (number / 2 - low / 2) / span if span else 0.5
        return first + (last - first) * share

    return at


def line(points: Sequence[tuple[float, float] | None]) -> str:
    """Give a line through points, with a gap where there is none."""
    drawn, pen = [], "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        drawn.append(f"{pen}{point[0]:.2f} {point[1]:.2f}")
        pen = "L"
    return "".join(drawn)


def distance(returned: Any, required: Any) -> float:
    """Say how far apart two numbers are: infinitely, if only one of them is a number."""
    was, must = float(returned), float(required)
    if was == must or (math.isnan(was) and math.isnan(must)):
        return 0.0
    far = abs(was - must)
    return math.inf if math.isnan(far) else far


def heading(found: Mapping[str, Any]) -> str:
    """Give the name of what evidence is of, to begin a sentence with."""
    return one_line(found["what"]).rstrip(" ,:.")


def long(value: Any, digits: int = 6) -> str:
    """Write a number for a sentence, with so many digits that count."""
    value = float(value)
    return "NaN" if math.isnan(value) else f"{value:.{digits}g}"


def short(value: Any) -> str:
    """Write a number in so few characters that it fits into a cell."""
    value = float(value)
    if math.isnan(value):
        return "NaN"
    return next((text for n in (4, 3, 2) if len(text := f"{value:.{n}g}") <= 7), f"{value:.0e}")


def text(words: str, x: float, y: float, style: str) -> str:
    """Write a text, of classes that the style sheet knows."""
    return tag("text", html.escape(words), x=x, y=y, class_=style)


def title(words: str) -> str:
    """Name the element that this is in, for a pointer that rests on it."""
    return tag("title", html.escape(words))


def tag(name: str, *inside: str, **attributes: str | float) -> str:
    """Give an element; what is inside has to be escaped, attributes are escaped here."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{said}>{''.join(inside)}</{name}>"


def _attribute(value: str | float) -> str:
    return html.escape(value) if isinstance(value, str) else f"{value:.6g}"

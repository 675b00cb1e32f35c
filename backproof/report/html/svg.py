"""Elements of SVG, scales, and numbers as text."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from backproof.report.text import one_line

# The width of a picture, which a phone shows without scaling it down.
WIDTH = 300


class Picture(NamedTuple):
    """A picture with its caption.

    Attributes:
        svg: The drawing, as an SVG element; all text in it is escaped.
        caption: The content of the drawing, in words.

    """

    svg: str
    caption: str


def picture(width: float, height: float, caption: str, *inside: str) -> Picture:
    """Return a drawing of elements; the caption is also its label for screen readers."""
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
    """Return the linear map from ``[low, high]`` to coordinates from ``first`` to ``last``."""
    # Halved, because the difference of two large numbers may overflow to infinity.
    span = high / 2 - low / 2

    def at(number: float) -> float:
        share = (number / 2 - low / 2) / span if span else 0.5
        return first + (last - first) * share

    return at


def line(points: Sequence[tuple[float, float] | None]) -> str:
    """Return the path data of a line through points, with a gap at each ``None``."""
    commands, pen = [], "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        commands.append(f"{pen}{point[0]:.2f} {point[1]:.2f}")
        pen = "L"
    return "".join(commands)


def distance(returned: Any, required: Any) -> float:
    """Return the distance of two numbers; infinity if exactly one of them is NaN."""
    was, must = float(returned), float(required)
    if was == must or (math.isnan(was) and math.isnan(must)):
        return 0.0
    difference = abs(was - must)
    return math.inf if math.isnan(difference) else difference


def heading(evidence: Mapping[str, Any]) -> str:
    """Return the subject of evidence as the beginning of a sentence."""
    return one_line(evidence["what"]).rstrip(" ,:.")


def long(value: Any, digits: int = 6) -> str:
    """Return a number as text for a sentence, with ``digits`` significant digits."""
    value = float(value)
    return "NaN" if math.isnan(value) else f"{value:.{digits}g}"


def short(value: Any) -> str:
    """Return a number as text that fits into a cell: at most 7 characters."""
    value = float(value)
    if math.isnan(value):
        return "NaN"
    return next((text for n in (4, 3, 2) if len(text := f"{value:.{n}g}") <= 7), f"{value:.0e}")


def text(words: str, x: float, y: float, style: str) -> str:
    """Return a text element with classes of the style sheet."""
    return tag("text", html.escape(words), x=x, y=y, class_=style)


def title(words: str) -> str:
    """Return the tooltip of the enclosing element."""
    return tag("title", html.escape(words))


def tag(name: str, *inside: str, **attributes: str | float) -> str:
    """Return an element; its content must be escaped already, attributes are escaped here."""
    attribute_text = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{attribute_text}>{''.join(inside)}</{name}>"


def _attribute(value: str | float) -> str:
    return html.escape(value) if isinstance(value, str) else f"{value:.6g}"

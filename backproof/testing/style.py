"""The look of figures: one width, one palette, captions below, the same file for the same data.

A demo draws with it. An assignment that wants another look has a ``demos/style.py`` with the same
functions.

matplotlib is imported where it is used, so that the demos can be listed without it.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

# Okabe and Ito's palette, told apart with any colour vision.
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#E69F00", "#009E73", "#CC79A7"
SKY, RED, YELLOW, BLACK = "#56B4E9", "#D55E00", "#F0E442", "#000000"
CYCLE = (BLUE, ORANGE, GREEN, PURPLE, SKY, RED)
GREY = "#767676"
# The reference where it stands beside another code.
FAINT: dict[str, Any] = {"linewidth": 4.0, "alpha": 0.3, "solid_capstyle": "butt"}

# Inches, and points. As wide as a column of text on a screen; on paper at 3.4 inches the smallest
# type is still 5 points high.
WIDTH = 6.0
SIZE, SMALL = 10.0, 9.0
_CHARACTERS, _LINE = 88, 0.165  # of a line of the caption; inches

_LOOK: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": SIZE,
    "axes.titlesize": SIZE,
    "axes.labelsize": SIZE,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": SMALL,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.6,
    "legend.frameon": False,
    "legend.handlelength": 1.6,
    "image.cmap": "cividis",
    "figure.dpi": 100,
    "savefig.dpi": 200,
    # Names inside an SVG are otherwise drawn at random.
    "svg.hashsalt": "backproof",
}


@contextmanager
def look() -> Iterator[None]:
    """Draw in this style meanwhile, whatever the user has configured."""
    import matplotlib
    from cycler import cycler

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_LOOK, **{"axes.prop_cycle": cycler(color=CYCLE)})
        yield


def page(
    number: float, title: str, claim: str, height: float, remarks: Sequence[str] = ()
) -> tuple[Any, Any]:
    """Make a figure with a caption below; give it and the part of it to draw in.

    Args:
        number: Of the figure.
        title: Set in bold in front of the claim.
        claim: What to see.
        height: Of the drawing, in inches.
        remarks: Lines below the claim that a reader must not miss.

    Returns:
        (figure, drawing): a ``Figure``, and a ``SubFigure`` that demos use as their figure.

    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    claim_lines = _lines(claim)
    remark_lines = [line for remark in remarks for line in _lines(remark)]
    below = _LINE * (len(claim_lines) + len(remark_lines) + 2)
    figure = Figure(figsize=(WIDTH, height + below), layout="constrained")
    FigureCanvasAgg(figure)
    parts: Any = figure.subfigures(2, 1, height_ratios=(height, below))
    drawing, caption = parts
    lines = [(f"{number}  {title}", BLACK, "bold")]
    lines += [(line, BLACK, "normal") for line in claim_lines]
    lines += [(line, RED, "normal") for line in remark_lines]
    for row, (text, colour, weight) in enumerate(lines):
        top = 1.0 - (row + 0.5) * _LINE / below
        caption.text(0.015, top, text, color=colour, weight=weight, size=SMALL, va="top")
    return figure, drawing


def _lines(text: str) -> list[str]:
    # A relation such as q = m stays in one line, and so does a word with a hyphen.
    kept = re.sub(r" ([=<>≤≥≈]) ", "\N{NO-BREAK SPACE}\\1\N{NO-BREAK SPACE}", text)
    return textwrap.wrap(kept, _CHARACTERS, break_on_hyphens=False)


def rendered(figure: Any, suffix: str) -> bytes:
    """Render a figure as the bytes of a ``png`` or ``svg``: the same for the same drawing."""
    to = io.BytesIO()
    undated = {"Software": None} if suffix == "png" else {"Date": None, "Creator": None}
    figure.savefig(to, format=suffix, metadata=undated)
    return to.getvalue()


def animated(figure: Any, steps: Iterable[Any], per_second: int = 10) -> bytes:
    """Render a GIF of a frame for each of the steps that ``animate`` of a demo takes."""
    import numpy as np
    from PIL import Image

    frames = []
    for _ in steps:
        figure.canvas.draw()
        figure.set_layout_engine("none")  # nothing may jump between frames
        pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3]
        frames.append(Image.fromarray(pixels).quantize(dither=Image.Dither.NONE))
    to = io.BytesIO()
    # The last frame stays for two seconds.
    durations = [1000 // per_second] * (len(frames) - 1) + [2000]
    frames[0].save(to, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0)
    return to.getvalue()


def quantity(name: str, symbol: str = "", unit: str = "") -> str:
    """Name what an axis shows: ``learning rate η [per step]``."""
    return " ".join(part for part in (name, symbol, f"[{unit}]" if unit else "") if part)


def label(axes: Any, x: str, y: str, title: str = "") -> None:
    """Label both axes, and say above them what they show."""
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    if title:
        axes.set_title(title, loc="left")


def curve(
    axes: Any, x: Any, y: Any, reference: Any = None, *, name: str, color: str, **how: Any
) -> Any:
    """Draw a line or markers and, faint below them, the reference's.

    Args:
        axes: Where.
        x: Of both.
        y: What was measured.
        reference: The same as the reference has it, where another code is drawn.
        name: What the legend says.
        color: Of both.
        how: What else ``Axes.plot`` is to know.

    """
    if reference is not None:
        axes.plot(x, reference, color=color, **{**how, **FAINT, "markersize": 10})
    return axes.plot(x, y, color=color, label=name, **how)[0]


def legend(figure: Any, beside: bool = False, columns: int = 4) -> Any:
    """Draw one legend for all axes, above them; ``beside`` adds what the faint lines are."""
    from matplotlib.lines import Line2D

    named: dict[str, Any] = {}
    for axes in figure.axes:
        for handle, name in zip(*axes.get_legend_handles_labels(), strict=True):
            named.setdefault(name, handle)
    if beside:
        named["reference"] = Line2D([], [], color=GREY, **FAINT)
    return figure.legend(
        named.values(), named.keys(), loc="outside upper left", ncols=min(len(named), columns)
    )

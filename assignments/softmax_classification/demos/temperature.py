"""Softmax between a guess and a decision: the scores divided by a temperature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backproof.testing import Demo, as_array, claim, style

DEMO = Demo(
    number=1,
    title="From a guess to a decision",
    lecture="Softmax",
    claim="Divided by a high temperature, all scores give nearly equal probabilities; divided by a "
    "low one, the largest score takes all. The order of the classes never changes.",
    formula="p(T) = softmax(z / T)",
    functions=("softmax.softmax",),
    property="test_softmax_divides_by_the_sum_of_the_row",
    misconceptions=("softmax.softmax_of_each_score_alone", "softmax.softmax_of_squares"),
)
SCORES = np.array([2.0, 1.0, -1.0])
TEMPERATURES = np.logspace(-2, 2, 41)


@dataclass(frozen=True)
class Measured:
    """The probabilities (41, 3) at each of TEMPERATURES."""

    p: np.ndarray


def measure(code, seed):
    """Take softmax at each temperature."""
    z = SCORES / TEMPERATURES[:, None]
    return Measured(as_array(code.softmax.softmax(z), "p", z.shape))


def numbers(measured):
    """Name the numbers that are printed."""
    return {"largest p at T = 0.01": measured.p[0, 0], "largest p at T = 100": measured.p[-1, 0]}


def check(measured):
    """The ends, and the order in between."""
    cold, hot = measured.p[0], measured.p[-1]
    claim(cold[0] > 0.999, f"p = {cold[0]:.4g} at T = 0.01", "over 0.999")
    claim(np.ptp(hot) < 0.02, f"a range of {np.ptp(hot):.3g} at T = 100", "under 0.02")
    claim(np.all(np.diff(measured.p) <= 0), "another order of the classes", "the same order")
    total = measured.p.sum(axis=1)
    claim(np.allclose(total, 1.0), f"sums from {total.min():.3g} to {total.max():.3g}", "1")


def draw(figure, measured, reference=None):
    """Draw each class against the temperature."""
    axes = figure.subplots()
    for j, color in enumerate(style.CYCLE[:3]):
        beside = None if reference is None else reference.p[:, j]
        name = f"z = {SCORES[j]:g}"
        style.curve(axes, TEMPERATURES, measured.p[:, j], beside, name=name, color=color)
    axes.set_xscale("log")
    style.label(axes, style.quantity("temperature", "T"), style.quantity("probability", "p"))
    style.legend(figure, reference is not None)

"""The loss of a wrong decision: a straight line in the score, with a slope of at most 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backproof.testing import Demo, as_array, as_float, claim, style

DEMO = Demo(
    number=2,
    title="The loss of large scores",
    lecture="Cross-entropy with scores",
    claim="The more a wrong class is preferred, the larger the loss: it grows like the difference "
    "of the scores, and is finite however large that is. Its slope p − y stays between −1 and 1.",
    formula="l = log Σ exp(z) − z_y,  ∂l/∂z = p − y",
    functions=("cross_entropy.of_scores", "cross_entropy.gradient"),
    property="test_cross_entropy_of_scores_of_large_scores_is_right",
    misconceptions=("cross_entropy.of_scores_by_the_probabilities", "cross_entropy.gradient_is_p"),
)
DIFFERENCES = np.linspace(-20.0, 1000.0, 52)


@dataclass(frozen=True)
class Measured:
    """The loss and the slope in the score of the right class, for each of DIFFERENCES."""

    loss: np.ndarray
    slope: np.ndarray


def measure(code, seed):
    """Prefer the wrong class by each difference."""
    losses, slopes = [], []
    for difference in DIFFERENCES:
        code.begin_case()
        z, labels = np.array([[0.0, difference]]), np.array([0])
        losses.append(as_float(code.cross_entropy.of_scores(z, labels), "the loss"))
        slopes.append(as_array(code.cross_entropy.gradient(z, labels), "∂l/∂z", (1, 2))[0, 0])
    return Measured(np.array(losses), np.array(slopes))


def numbers(measured):
    """Name the numbers that are printed."""
    return {"loss at a difference of 1000": measured.loss[-1], "slope there": measured.slope[-1]}


def check(measured):
    """The line, and the bounds of the slope."""
    last = measured.loss[-1]
    claim(abs(last - 1000.0) < 1e-6, f"a loss of {last:.6g} at 1000", "1000")
    low, high = measured.slope.min(), measured.slope.max()
    claim(low >= -1.0 and high <= 0.0, f"slopes from {low:.3g} to {high:.3g}", "from −1 to 0")


def draw(figure, measured, reference=None):
    """Draw the loss and its slope."""
    left, right = figure.subplots(1, 2)
    for axes, name, symbol in ((left, "loss", "l"), (right, "slope", "∂l/∂z")):
        beside = None if reference is None else getattr(reference, name)
        values = getattr(measured, name)
        style.curve(axes, DIFFERENCES, values, beside, name=name, color=style.BLUE)
        style.label(axes, "difference of the scores", style.quantity(name, symbol))
    right.set_xlim(-20.0, 20.0)
    style.legend(figure, reference is not None)

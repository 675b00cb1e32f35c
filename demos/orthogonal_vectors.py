"""Random vectors and the angle between them, in more and more dimensions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backproof.testing import Demo, claim, style
from demos import _deep

DEMO = Demo(
    number=8,
    title="Random vectors become orthogonal",
    lecture="Initializing neural networks, random vectors",
    claim="The cosine of two random vectors shrinks as 1/√n, whatever the scale s: at n = 1024 "
    "a pair is typically 2° off a right angle. It is never quite 0, and shrinks only because the "
    "entries have mean 0: for U(0, s) it tends to ¾.",
    formula="E[cos²] = 1/n for independent entries that are symmetric about 0; "
    "cos → E[x]²/E[x²] for others",
    functions=("initialization.normal", "initialization.uniform"),
    property="test_initialization_random_rows_are_nearly_orthogonal",
    misconceptions=(
        "initialization.normal_takes_magnitudes",
        "initialization.normal_repeats_one_row",
        "initialization.uniform_starts_at_zero",
    ),
)

SIZES = 2 ** np.arange(1, 11)
PAIRS, SCALE = 256, 0.5
FAMILIES = {"normal": style.BLUE, "uniform": style.ORANGE}
POSITIVE = "U(0, s)"
SHOWN = {4: style.SKY, 32: style.GREEN, 1024: style.PURPLE}
# n cos² has mean 1 and, as E[n² cos⁴] ≤ 3, a variance of 2 at most: six standard deviations of
# the mean over all pairs.
WITHIN = 6 * np.sqrt(2 / PAIRS)


@dataclass(frozen=True)
class Measured:
    """The cosines of pairs of vectors: a row for each of ``SIZES``.

    Attributes:
        cosines: For each of ``FAMILIES`` and, from the magnitudes of the uniform entries,
            ``POSITIVE``.

    """

    cosines: dict[str, np.ndarray]

    def typical(self, family):
        """The root of the mean of cos², for each of ``SIZES``."""
        return np.sqrt(np.mean(self.cosines[family] ** 2, axis=1))

    def angles(self, n):
        """The angles between the normal vectors of length n, in degrees."""
        row = int(np.flatnonzero(n == SIZES)[0])
        return np.degrees(np.arccos(np.clip(self.cosines["normal"][row], -1, 1)))


def measure(code, seed):
    """Draw the vectors as the rows of a weight matrix, and compare each with the next."""
    rng = np.random.default_rng(seed)
    cosines = {name: [] for name in (*FAMILIES, POSITIVE)}
    for n in SIZES.tolist():
        for family in FAMILIES:
            code.begin_case()
            drawn = getattr(code.initialization, family)(n, 2 * PAIRS, SCALE, rng)
            W = _deep.weights(drawn, n, 2 * PAIRS)
            cosines[family].append(_cosines(W))
        cosines[POSITIVE].append(_cosines(np.abs(W)))
    return Measured({name: np.array(rows) for name, rows in cosines.items()})


def numbers(measured):
    """What is printed."""
    deviation = np.sqrt(np.mean((measured.angles(1024) - 90.0) ** 2))
    return {
        **{f"typical |cos|, {name}, n = 1024": measured.typical(name)[-1] for name in FAMILIES},
        "1/√n, n = 1024": 1024**-0.5,
        "typical distance from 90°, n = 1024": deviation,
        "typical |cos|, U(0, s), n = 1024": measured.typical(POSITIVE)[-1],
    }


def check(measured):
    """The mean of cos² is 1/n for every n, within six standard deviations of the mean."""
    for family in FAMILIES:
        for n, typical in zip(SIZES.tolist(), measured.typical(family), strict=True):
            found = f"a mean of n cos² of {n * typical**2:.4g} for {family} vectors, n = {n}"
            claim(abs(n * typical**2 - 1) < WITHIN, found, f"1 within {WITHIN:.0%}")
    # A single cosine is within about 1/√n of its limit, the mean of all pairs far closer.
    last = measured.typical(POSITIVE)[-1]
    claim(abs(last - 0.75) < 0.03, f"a typical |cos| of {last:.3g} for U(0, s)", "¾ within 0.03")


def draw(figure, measured, reference=None):
    """Draw the typical cosine against n, and the angles for three n."""
    cosines, angles = figure.subplots(1, 2, width_ratios=(1, 1.2))
    line = {"color": style.BLACK, "linestyle": ":", "linewidth": 1.4}
    cosines.plot(SIZES, SIZES**-0.5, label="1/√n", **line)
    for (name, color), marker in zip(
        [*FAMILIES.items(), (POSITIVE, style.RED)], "ox^", strict=True
    ):
        beside = None if reference is None else reference.typical(name)
        how = {"color": color, "marker": marker, "markersize": 5, "linestyle": "none"}
        style.curve(cosines, SIZES, measured.typical(name), beside, name=name, **how)
    edges = np.arange(0, 187, 6) - 3.0
    for n, color in SHOWN.items():
        beside = None if reference is None else _share(reference.angles(n), edges)
        how = {"color": color, "drawstyle": "steps-mid"}
        shares = _share(measured.angles(n), edges)
        style.curve(angles, edges[:-1] + 3.0, shares, beside, name=f"n = {n}", **how)
    angles.axvline(90, **line)
    cosines.set_xscale("log", base=2)
    cosines.set_yscale("log")
    angles.set_xticks(np.arange(0, 181, 45))
    style.label(cosines, style.quantity("length", "n", "entries"), "typical |cos|")
    style.label(angles, "angle between two vectors [°]", "share of pairs [%]", "normal entries")
    style.legend(figure, reference is not None, columns=4)


def _cosines(W):
    """Of each other row of W and the next."""
    units = W / np.linalg.norm(W, axis=1, keepdims=True)
    return np.sum(units[::2] * units[1::2], axis=1)


def _share(angles, edges):
    return 100 * np.histogram(angles, edges)[0] / len(angles)

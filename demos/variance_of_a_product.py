"""The variance of a product, from which Xavier's follows, and what it asks of the inputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backproof.testing import Demo, claim, style
from demos import _deep

DEMO = Demo(
    number=10.1,
    title="The variance of a product",
    lecture="Xavier initialization, reason it works",
    claim="For independent X and Y, Var(XY) is E[X]²Var(Y) + Var(X)E[Y]² + Var(X)Var(Y); the "
    "slide's other form, E[XY]² − E[X]E[Y], can be negative: read E[(XY)²] − (E[XY])². "
    "With weights of mean 0 the first term vanishes, and the second only if the inputs have mean "
    "0, too: otherwise Xavier turns Var(h) into Var(h) + E[h]².",
    formula="Var(XY) = E[(XY)²] − (E[XY])² = E[X]²Var(Y) + Var(X)E[Y]² + Var(X)Var(Y)",
    functions=(
        "initialization.normal",
        "initialization.uniform",
        "initialization.xavier",
        "layers.dense_forward",
    ),
    property="test_initialization_xavier_keeps_the_mean_square_after_any_activation",
    misconceptions=(
        "initialization.normal_takes_std_for_the_variance",
        "initialization.uniform_is_half_as_wide",
        "initialization.xavier_takes_the_variance_for_the_std",
        "initialization.xavier_swaps_the_fans",
    ),
)

MEANS = np.linspace(0.0, 2.0, 9)
# X is normal, Y uniform with this mean.
STD, LIMIT, MEAN_Y = 0.5, 1.5, 1.0
VAR_X, VAR_Y = STD**2, LIMIT**2 / 3
DRAWS = 20_000
N_IN, N_OUT, ROWS = 16, 4096, 32
# Of an estimated variance, in standard deviations of the estimate.
DEVIATIONS = 6.0


@dataclass(frozen=True)
class Measured:
    """Variances, for each of ``MEANS``.

    Attributes:
        product: Var(XY) with that mean of X.
        error: The standard deviation of the estimate.
        layer: Var(z) / Var(h) under Xavier with that mean of h.

    """

    product: np.ndarray
    error: np.ndarray
    layer: np.ndarray


def formula(mean):
    """Var(XY) for a mean of X."""
    return mean**2 * VAR_Y + VAR_X * MEAN_Y**2 + VAR_X * VAR_Y


def misprint(mean):
    """What the misprinted form gives for a mean of X; E[XY] is E[X]E[Y]."""
    return (mean * MEAN_Y) ** 2 - mean * MEAN_Y


def measure(code, seed):
    """Draw many products, and send inputs of several means through a layer."""
    rng = np.random.default_rng(seed)
    product, error, layer = [], [], []
    for mean in MEANS.tolist():
        X = mean + _deep.weights(code.initialization.normal(DRAWS, 1, STD, rng), DRAWS, 1)
        Y = MEAN_Y + _deep.weights(code.initialization.uniform(DRAWS, 1, LIMIT, rng), DRAWS, 1)
        squares = (X * Y - np.mean(X * Y)) ** 2
        product.append(np.mean(squares))
        error.append(np.std(squares) / np.sqrt(DRAWS))
        h = mean + rng.standard_normal((ROWS, N_IN))
        W = _deep.weights(code.initialization.xavier(N_IN, N_OUT, rng), N_IN, N_OUT)
        z, _ = _deep.layer(code, h, W, "identity")
        # E[h²] of so few rows is not quite 1 + mean²; that is not the layer's doing.
        layer.append(np.mean(z**2) / np.mean(h**2) * (1.0 + mean**2))
    return Measured(np.array(product), np.array(error), np.array(layer))


def numbers(measured):
    """What is printed."""
    return {
        "Var(XY), E[X] = 0.5, measured": measured.product[2],
        "Var(XY), E[X] = 0.5, formula": formula(MEANS[2]),
        "Var(XY), E[X] = 0.5, slide's other form": misprint(MEANS[2]),
        "Var(z) / Var(h), E[h] = 0": measured.layer[0],
        "Var(z) / Var(h), E[h] = 2": measured.layer[-1],
    }


def check(measured):
    """Both variances are those of the formula, within six standard deviations."""
    for mean, variance, error in zip(MEANS, measured.product, measured.error, strict=True):
        found = f"Var(XY) = {variance:.4g} at E[X] = {mean:.2f}"
        expected = formula(mean)
        within = DEVIATIONS * error
        claim(abs(variance - expected) < within, found, f"{expected:.4g} ± {within:.2g}")
    # However alike the rows are, the units are independent: N_OUT squares of normal numbers.
    within = DEVIATIONS * np.sqrt(2 / N_OUT)
    for mean, ratio in zip(MEANS, measured.layer, strict=True):
        found = f"Var(z) / Var(h) = {ratio:.4g} at E[h] = {mean:.2f}"
        expected = 1.0 + mean**2
        claim(abs(ratio / expected - 1.0) < within, found, f"{expected:.4g} within {within:.0%}")


def draw(figure, measured, reference=None):
    """Draw both variances against the mean of one factor."""
    product, layer = figure.subplots(1, 2)
    means = np.linspace(0.0, 2.0)
    marks = {"name": "measured", "color": style.BLUE, "marker": "o", "linestyle": "none"}
    closed = {"color": style.BLACK, "linestyle": ":", "linewidth": 1.4, "label": "formula"}
    for axes, name, curve in (
        (product, "product", formula(means)),
        (layer, "layer", 1.0 + means**2),
    ):
        axes.plot(means, curve, **closed)
        beside = None if reference is None else getattr(reference, name)
        style.curve(axes, MEANS, getattr(measured, name), beside, **marks)
    product.plot(means, misprint(means), color=style.RED, label="slide's other form")
    product.axhline(0.0, color=style.BLACK, linewidth=0.8)
    moments = "E[Y] = 1, Var(X) = ¼, Var(Y) = ¾"
    variance, ratio = style.quantity("variance", "Var(XY)"), "ratio Var(z) / Var(h)"
    style.label(product, style.quantity("mean", "E[X]"), variance, moments)
    style.label(layer, style.quantity("mean", "E[h]"), ratio, "Xavier, Var(h) = 1")
    style.legend(figure, reference is not None)

"""Weights that are too small, Xavier's, and too large: what becomes of the activations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backproof.testing import Demo, claim, style
from demos import _deep

DEMO = Demo(
    number=10.2,
    title="How large the weights should be",
    lecture="Xavier initialization; How large should the weights be?",
    claim="With half of Xavier's standard deviation s = 1 / √n, activations fade about fourfold in "
    "every layer; with twice of it they crowd towards ±1, where tanh lets little gradient through. "
    "A constant variance alone proves nothing: N(0, 1) keeps it, too, with 86 % of the units "
    "beyond ±0.99.",
    formula="Var(hⁱ) = E tanh²(s √(n Var(hⁱ⁻¹)) Z), Z ~ N(0, 1), for weights of standard "
    "deviation s",
    functions=("initialization.normal", "initialization.xavier", "layers.dense_forward"),
    property="test_initialization_xavier_keeps_the_variance_of_activations",
    misconceptions=(
        "initialization.normal_squares_its_std",
        "initialization.xavier_takes_the_variance_for_the_std",
        "initialization.xavier_has_the_factor_of_he",
        "layers.forward_forgets_the_activation",
    ),
    height=4.4,
)

WIDTH, ROWS, DEPTH = 256, 64, 10
# The standard deviation s of the weights in units of 1/√n; 1 is Xavier's.
GAINS = {"s = ½ / √n": 0.5, "s = 1 / √n": 1.0, "s = 2 / √n": 2.0, "s = 1": np.sqrt(WIDTH)}
COLORS = (style.ORANGE, style.BLUE, style.GREEN, style.PURPLE)
BINS = np.linspace(-1.0, 1.0, 42)
SATURATED = 0.99
# The variance after 10 layers has a standard deviation of 4 % of its own.
WITHIN = 0.25


@dataclass(frozen=True)
class Measured:
    """What came of each scale of the weights, in the order of ``GAINS``.

    Attributes:
        variances: Var(h) in layers 0 to ``DEPTH``.
        first: The share of the activations of layer 1 in each of ``BINS``.
        last: The same in layer ``DEPTH``.
        saturated: The share of |h| > 0.99 in layer ``DEPTH``.

    """

    variances: np.ndarray
    first: np.ndarray
    last: np.ndarray
    saturated: np.ndarray


def measure(code, seed):
    """Send normalised data through tanh layers of each scale."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((ROWS, WIDTH))
    runs = []
    for gain in GAINS.values():
        hs = [X]
        for _ in range(DEPTH):
            if gain == 1.0:
                returned = code.initialization.xavier(WIDTH, WIDTH, rng)
            else:
                returned = code.initialization.normal(WIDTH, WIDTH, gain / np.sqrt(WIDTH), rng)
            W = _deep.weights(returned, WIDTH, WIDTH)
            hs.append(_deep.layer(code, hs[-1], W, "tanh")[1])
        shares = [np.histogram(h, BINS)[0] / h.size for h in (hs[1], hs[-1])]
        saturated = np.mean(np.abs(hs[-1]) > SATURATED)
        runs.append(([np.var(h) for h in hs], *shares, saturated))
    return Measured(*(np.array(parts) for parts in zip(*runs, strict=True)))


def expected():
    """Var(h) by the formula, for each of ``GAINS``."""
    return np.array([_deep.mean_field(1.0, gain, DEPTH) for gain in GAINS.values()])


def numbers(measured):
    """What is printed."""
    variances = zip(GAINS, measured.variances[:, -1], strict=True)
    return {
        **{f"Var(h) in layer {DEPTH}, {name}": variance for name, variance in variances},
        "share of |h| > 0.99, s = 1": measured.saturated[-1],
    }


def check(measured):
    """Every variance is that of the formula, and the largest weights saturate tanh."""
    for name, variances, formulas in zip(GAINS, measured.variances, expected(), strict=True):
        for layer in range(1, DEPTH + 1):
            variance, formula = variances[layer], formulas[layer]
            found = f"Var(h) = {variance:.3g} in layer {layer} with {name}"
            close = abs(variance / formula - 1.0) < WITHIN
            claim(close, found, f"{formula:.3g} within {WITHIN:.0%}")
    share = measured.saturated[-1]
    claim(abs(share - 0.86) < 0.03, f"{share:.1%} of |h| above 0.99 with N(0, 1)", "86 % ± 3 %")


def draw(figure, measured, reference=None):
    """Draw the variance by layer, and below it the activations of the first and last layer."""
    grid = figure.add_gridspec(2, len(GAINS), height_ratios=(1.3, 1))
    by_layer = figure.add_subplot(grid[0, :])
    layers, middles = np.arange(DEPTH + 1), (BINS[:-1] + BINS[1:]) / 2
    shared = None
    for index, (name, color) in enumerate(zip(GAINS, COLORS, strict=True)):
        closed = {"label": "formula", "color": style.BLACK, "linestyle": ":", "linewidth": 1.4}
        by_layer.plot(layers, expected()[index], **closed)
        how = {"color": color, "marker": "o", "linestyle": "none"}
        beside = None if reference is None else reference.variances[index]
        style.curve(by_layer, layers, measured.variances[index], beside, name=name, **how)
        panel = figure.add_subplot(grid[1, index], sharey=shared)
        shared = shared or panel
        stairs = {"drawstyle": "steps-mid"}
        thin = {"label": "h in layer 1", "color": style.BLACK, "linewidth": 0.8}
        panel.plot(middles, measured.first[index], **stairs, **thin)
        beside = None if reference is None else reference.last[index]
        how = {"name": "_", "color": color, **stairs}
        style.curve(panel, middles, measured.last[index], beside, **how)
        panel.set_xticks([-1, 0, 1])
        panel.tick_params(labelleft=index == 0)
        style.label(panel, f"h in layer {DEPTH}", "share" if index == 0 else "", name)
    shared.set_yscale("log")
    shared.set_ylim(1e-3, 1.5)
    shared.minorticks_off()
    by_layer.set_yscale("log")
    by_layer.set_ylim(1e-9, 4.0)
    style.label(by_layer, style.quantity("layer", "i"), style.quantity("variance", "Var(hⁱ)"))
    style.legend(figure, reference is not None, columns=4)

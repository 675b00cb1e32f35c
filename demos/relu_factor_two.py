"""ReLU with and without the factor 2 in the variance of the weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backproof.testing import Demo, claim, style
from demos import _deep

DEMO = Demo(
    number=10.5,
    title="ReLU needs twice the variance",
    lecture="Many initializations, different properties",
    claim="ReLU drops half of E[z²], so under Xavier the mean square of h halves in every layer; "
    "with the factor 2 it stays. "
    "It is E[h²] that stays: the variance is only 0.68 of it from layer 1 on, and ever less of "
    "that lies between data points, which come out more and more alike.",
    formula="E[relu(z)²] = E[z²]/2 = n_in Var(W) E[h²]/2; Var(relu(z)) = (1 − 1/π) E[relu(z)²]",
    functions=("initialization.xavier", "initialization.he", "layers.dense_forward"),
    property="test_initialization_he_keeps_the_mean_square_through_relu",
    misconceptions=(
        "initialization.he_is_xavier",
        "initialization.he_doubles_the_std",
        "initialization.xavier_has_the_factor_of_he",
        "layers.forward_forgets_the_activation",
    ),
)

WIDTH, ROWS, DEPTH, NETWORKS = 128, 16, 10, 24
LAYERS = np.arange(DEPTH + 1)
# Over the networks, a layer adds a standard deviation of 3.3 % of what is measured: six of them.
WITHIN = 6 * 0.033 * np.sqrt(LAYERS)


@dataclass(frozen=True)
class Measured:
    """Mean squares and variances by layer, relative to E[x²], over all networks.

    Attributes:
        xavier: E[h²] under Xavier.
        he: E[h²] with the factor 2.
        variance: Var(h), of all entries, with the factor 2.
        between: The variance of a unit between data points, with the factor 2.

    """

    xavier: np.ndarray
    he: np.ndarray
    variance: np.ndarray
    between: np.ndarray


def expected():
    """The same by the formulas; what lies between data points is that of wide layers."""
    cosines = [0.0]  # of two data points
    for _ in range(DEPTH):
        angle = np.arccos(cosines[-1])
        cosines.append((np.sin(angle) + (np.pi - angle) * cosines[-1]) / np.pi)
    kept = np.ones(DEPTH + 1)
    variance = np.where(LAYERS == 0, 1.0, 1.0 - 1.0 / np.pi)
    # The variance of so many rows, not the best estimate of that of all.
    between = (1.0 - np.array(cosines)) * (1.0 - 1.0 / ROWS)
    return Measured(0.5**LAYERS, kept, variance, between)


def measure(code, seed):
    """Send normalised data through ReLU layers of either variance."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((ROWS, WIDTH))
    xavier, _, _ = _networks(code, code.initialization.xavier, X, rng)
    return Measured(xavier, *_networks(code, code.initialization.he, X, rng))


def numbers(measured):
    """What is printed."""
    return {
        f"E[h²] in layer {DEPTH}, Xavier": measured.xavier[-1],
        f"E[h²] in layer {DEPTH}, factor 2": measured.he[-1],
        "Var(h) in layer 1, factor 2": measured.variance[1],
        f"variance between data points, layer {DEPTH}": measured.between[-1],
    }


def check(measured):
    """Everything that was measured is what the formulas say."""
    formulas = expected()
    for name, what in (
        ("xavier", "E[h²] under Xavier"),
        ("he", "E[h²] with the factor 2"),
        ("variance", "Var(h) with the factor 2"),
        ("between", "variance between data points with the factor 2"),
    ):
        for layer in range(1, DEPTH + 1):
            found, formula = getattr(measured, name)[layer], getattr(formulas, name)[layer]
            close = abs(np.log(found / formula)) < WITHIN[layer]
            bounds = f"{formula:.3g} within a factor of {np.exp(WITHIN[layer]):.2f}"
            claim(close, f"{what} of {found:.3g} in layer {layer}", bounds)


def draw(figure, measured, reference=None):
    """Draw the mean squares of both, and what becomes of the variance with the factor 2."""
    squares, variances = figure.subplots(1, 2)
    formulas = expected()
    for axes, name, text, color in (
        (squares, "xavier", "E[h²], Xavier", style.ORANGE),
        (squares, "he", "E[h²], factor 2", style.BLUE),
        (variances, "he", "E[h²], factor 2", style.BLUE),
        (variances, "variance", "Var(h), factor 2", style.GREEN),
        (variances, "between", "Var between data points", style.PURPLE),
    ):
        closed = {"label": "formula", "color": style.BLACK, "linestyle": ":", "linewidth": 1.4}
        axes.plot(LAYERS, getattr(formulas, name), **closed)
        marks = {"name": text, "color": color, "marker": "o", "linestyle": "none"}
        beside = None if reference is None else getattr(reference, name)
        style.curve(axes, LAYERS, getattr(measured, name), beside, **marks)
    squares.set_yscale("log")
    variances.set_ylim(bottom=0)
    x = style.quantity("layer", "i")
    style.label(squares, x, "mean square E[h²] / E[x²]", "with and without the factor 2")
    style.label(variances, x, "relative to E[x²]", "with the factor 2")
    style.legend(figure, reference is not None, columns=3)


def _networks(code, initialize, X, rng):
    """E[h²], Var(h) and the variance between data points by layer, relative to E[x²]."""
    found = []
    for _ in range(NETWORKS):
        code.begin_case()
        h = X
        for layer in LAYERS:
            if layer > 0:
                W = _deep.weights(initialize(WIDTH, WIDTH, rng), WIDTH, WIDTH)
                _, h = _deep.layer(code, h, W, "relu")
            found.append((np.mean(h**2), np.var(h), np.mean(np.var(h, axis=0))))
    squares, *variances = np.moveaxis(np.reshape(found, (NETWORKS, DEPTH + 1, 3)), 2, 0)
    # A product of mean ratios varies less than a mean of products, and has the same expectation.
    kept = np.cumprod([1.0, *np.mean(squares[:, 1:] / squares[:, :-1], axis=0)])
    return kept, *(kept * np.mean(variance / squares, axis=0) for variance in variances)

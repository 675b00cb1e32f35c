"""Xavier keeps the variance of activations while tanh(z) ≈ z, and what it does beyond."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backproof.testing import Demo, claim, style
from demos import _deep

DEMO = Demo(
    number=10.3,
    title="Where Xavier keeps the variance",
    lecture="Xavier initialization, reason it works",
    claim="Small inputs, for which tanh(z) ≈ z, keep their variance under Xavier as the slide "
    "says. Normalised ones do not: tanh shrinks x ~ N(0, 1) to 0.39 of its variance in one layer "
    "and to 0.05 in ten, as the mean-field curve says.",
    formula="Var(hⁱ) = E tanh²(√Var(hⁱ⁻¹) Z) = Var(hⁱ⁻¹) (1 − 2 Var(hⁱ⁻¹) + …), Z ~ N(0, 1)",
    functions=("initialization.xavier", "layers.dense_forward"),
    property="test_initialization_xavier_keeps_the_variance_of_activations",
    misconceptions=(
        "initialization.xavier_takes_the_variance_for_the_std",
        "initialization.xavier_forgets_the_three_of_the_uniform",
        "initialization.xavier_cuts_off_without_rescaling",
        "initialization.xavier_has_the_factor_of_he",
        "layers.forward_forgets_the_activation",
    ),
)

WIDTH, ROWS, DEPTH, NETWORKS = 128, 16, 10, 16
# The standard deviation of the inputs.
INPUTS = (0.01, 0.1, 0.3, 1.0)
COLORS = (style.BLUE, style.GREEN, style.ORANGE, style.RED)
# The mean over the networks has a standard deviation of up to 3 % of its own after 10 layers.
WITHIN = 0.2


@dataclass(frozen=True)
class Measured:
    """Var(h) for each of ``INPUTS`` in layers 0 to ``DEPTH``, the mean over the networks."""

    variances: np.ndarray

    @property
    def kept(self):
        """Var(hⁱ) / Var(h⁰)."""
        return self.variances / self.variances[:, :1]

    @property
    def ratios(self):
        """Var(hⁱ) / Var(hⁱ⁻¹), from layer 1 on."""
        return self.variances[:, 1:] / self.variances[:, :-1]


def expected():
    """Var(hⁱ) / Var(h⁰) by the mean-field curve, for each of ``INPUTS``."""
    return np.array([_deep.mean_field(std**2, 1.0, DEPTH) / std**2 for std in INPUTS])


def measure(code, seed):
    """Send inputs of each scale through tanh layers of Xavier's weights."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((ROWS, WIDTH))
    X /= np.std(X)
    variances = np.zeros((len(INPUTS), DEPTH + 1))
    for _ in range(NETWORKS):
        code.begin_case()
        hs = [std * X for std in INPUTS]
        variances[:, 0] += [np.var(h) for h in hs]
        for layer in range(1, DEPTH + 1):
            returned = code.initialization.xavier(WIDTH, WIDTH, rng)
            W = _deep.weights(returned, WIDTH, WIDTH)
            hs = [_deep.layer(code, h, W, "tanh")[1] for h in hs]
            variances[:, layer] += [np.var(h) for h in hs]
    return Measured(variances / NETWORKS)


def numbers(measured):
    """What is printed."""
    kept = zip(INPUTS, measured.kept, strict=True)
    return {
        **{f"kept after {DEPTH} layers, std(x) = {std}": shares[-1] for std, shares in kept},
        "kept after 1 layer, std(x) = 1": measured.kept[-1, 1],
    }


def check(measured):
    """What is kept is what the curve says: all of small inputs, little of normalised ones."""
    for std, shares, formulas in zip(INPUTS, measured.kept, expected(), strict=True):
        for layer in range(1, DEPTH + 1):
            share, formula = shares[layer], formulas[layer]
            found = f"{share:.3g} of Var(x) left in layer {layer} where std(x) = {std}"
            close = abs(share / formula - 1.0) < WITHIN
            claim(close, found, f"{formula:.3g} within {WITHIN:.0%}")


def draw(figure, measured, reference=None):
    """Draw what is left of the variance, and each layer's ratio against what goes into it."""
    left, ratio = figure.subplots(1, 2)
    layers = np.arange(DEPTH + 1)
    closed = {"color": style.BLACK, "linestyle": ":", "linewidth": 1.4}
    q = np.geomspace(3e-5, 1.0)
    curve = [_deep.mean_field(one, 1.0, 1)[1] / one for one in q]
    ratio.plot(q, curve, label="mean field", **closed)
    for index, (std, color) in enumerate(zip(INPUTS, COLORS, strict=True)):
        marks = {"color": color, "marker": "o", "linestyle": "none"}
        marks["name"] = f"std(x) = {std:g}"
        left.plot(layers, expected()[index], **closed)
        beside = None if reference is None else reference.kept[index]
        style.curve(left, layers, measured.kept[index], beside, **marks)
        # What goes in differs from code to code, so the reference has its own x.
        if reference is not None:
            faint = style.FAINT | {"marker": "o", "linestyle": "none", "markersize": 10}
            ratio.plot(
                reference.variances[index, :-1], reference.ratios[index], **faint, color=color
            )
        style.curve(ratio, measured.variances[index, :-1], measured.ratios[index], **marks)
    ratio.set_xscale("log")
    ratio.set_xlim(q[0], 1.6)
    for axes in (left, ratio):
        axes.set_ylim(bottom=0)
    style.label(left, style.quantity("layer", "i"), "Var(hⁱ) / Var(h⁰)", "what is left of Var(x)")
    ratio.set_title("what one layer leaves", loc="left")
    style.label(ratio, style.quantity("variance", "Var(hⁱ⁻¹)"), "Var(hⁱ) / Var(hⁱ⁻¹)")
    style.legend(figure, reference is not None, columns=3)

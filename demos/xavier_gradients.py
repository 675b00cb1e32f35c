"""Fan-in keeps the variance of activations, fan-out that of gradients, fan-avg neither quite."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from backproof.testing import Demo, as_array, claim, style, unpack
from demos import _deep

DEMO = Demo(
    number=10.4,
    title="Fan-in, fan-out and their average",
    lecture="Many initializations, different properties",
    claim="Where layers get narrower, weights of variance 1/n_in keep the variance of activations "
    "and lose that of the gradients ∂l/∂h on their way back; 1/n_out does the reverse. "
    "The average of the fans keeps neither, but errs only about half as far, on a log scale.",
    formula="Var(hⁱ) = n_in Var(W) Var(hⁱ⁻¹), Var(∂l/∂hⁱ⁻¹) = n_out Var(W) Var(∂l/∂hⁱ)",
    functions=("initialization.xavier", "layers.dense_forward", "layers.dense_backward"),
    property="test_initialization_fan_out_keeps_the_variance_of_gradients",
    misconceptions=(
        "initialization.xavier_swaps_the_fans",
        "initialization.xavier_ignores_the_mode",
        "initialization.xavier_forgets_the_two_of_the_average",
        "layers.backward_averages_the_input_gradient",
    ),
)

WIDTHS = (128, 91, 64, 45, 32, 23, 16)
DEPTH, ROWS, NETWORKS = len(WIDTHS) - 1, 16, 32
MODES = {"fan_in": style.BLUE, "fan_out": style.ORANGE, "fan_avg": style.GREEN}
# Small enough for tanh(z) ≈ z: then the formulas are exact but for chance.
SCALE = 0.01
# The mean over the networks has a standard deviation of up to 6 % of its own after 6 layers.
WITHIN = 0.5


@dataclass(frozen=True)
class Measured:
    """Mean squares by layer, relative to where they start; a row for each of ``MODES``.

    Attributes:
        activations: Of h in layers 0 to ``DEPTH``, relative to layer 0.
        gradients: Of ∂l/∂h in the same layers, relative to the last one.

    """

    activations: np.ndarray
    gradients: np.ndarray


def expected():
    """Both by the formula: a pair of arrays with a row for each of ``MODES``."""
    n_in, n_out = np.array(WIDTHS[:-1]), np.array(WIDTHS[1:])
    fans = np.array([n_in, n_out, (n_in + n_out) / 2])
    start = np.ones((len(MODES), 1))
    forward = np.cumprod(n_in / fans, axis=1)
    back = np.cumprod((n_out / fans)[:, ::-1], axis=1)[:, ::-1]
    return np.hstack([start, forward]), np.hstack([back, start])


def measure(code, seed):
    """Send small inputs forward and random gradients back through networks of each mode."""
    rng = np.random.default_rng(seed)
    activations, gradients = np.zeros((2, len(MODES), DEPTH + 1))
    for _ in range(NETWORKS):
        code.begin_case()
        X = SCALE * rng.standard_normal((ROWS, WIDTHS[0]))
        dh_last = rng.standard_normal((ROWS, WIDTHS[-1]))
        for row, mode in enumerate(MODES):
            hs, passed = [X], []
            for n_in, n_out in pairwise(WIDTHS):
                W = _deep.weights(code.initialization.xavier(n_in, n_out, rng, mode), n_in, n_out)
                z, h = _deep.layer(code, hs[-1], W, "tanh")
                passed.append((z, hs[-1], W))
                hs.append(h)
            dhs = [dh_last]
            for z, h_prev, W in reversed(passed):
                returned = code.layers.dense_backward(dhs[-1], z, h_prev, W, "tanh")
                dh_prev = unpack(returned, "dW", "db", "dh_prev")[2]
                dhs.append(as_array(dh_prev, "dh_prev", h_prev.shape))
            activations[row] += _mean_squares(hs)
            gradients[row] += _mean_squares(dhs)[::-1]
    return Measured(activations / activations[:, :1], gradients / gradients[:, -1:])


def numbers(measured):
    """What is printed."""
    return {
        **{
            f"activations, last / first layer, {mode}": kept[-1]
            for mode, kept in zip(MODES, measured.activations, strict=True)
        },
        **{
            f"gradients, first / last layer, {mode}": kept[0]
            for mode, kept in zip(MODES, measured.gradients, strict=True)
        },
    }


def check(measured):
    """Activations and gradients have the variances of the formula."""
    for what, kept, formulas in zip(
        ("activations", "gradients"),
        (measured.activations, measured.gradients),
        expected(),
        strict=True,
    ):
        for row, mode in enumerate(MODES):
            for layer in range(DEPTH + 1):
                ratio, formula = kept[row, layer], formulas[row, layer]
                found = f"{ratio:.3g} of the variance of {what} in layer {layer} with {mode}"
                close = abs(np.log(ratio / formula)) < np.log1p(WITHIN)
                claim(close, found, f"{formula:.3g} within a factor of {1 + WITHIN}")


def draw(figure, measured, reference=None):
    """Draw the variance of activations and of gradients by layer."""
    panels = figure.subplots(1, 2, sharey=True)
    layers = np.arange(DEPTH + 1)
    closed = {"label": "formula", "color": style.BLACK, "linestyle": ":", "linewidth": 1.4}
    for axes, name, formulas in zip(panels, ("activations", "gradients"), expected(), strict=True):
        for row, (mode, color) in enumerate(MODES.items()):
            axes.plot(layers, formulas[row], **closed)
            beside = None if reference is None else getattr(reference, name)[row]
            how = {"name": mode, "color": color, "marker": "o", "linestyle": "none"}
            style.curve(axes, layers, getattr(measured, name)[row], beside, **how)
        axes.set_yscale("log", base=2)
        axes.yaxis.set_major_formatter("{x:g}")
    x = style.quantity("layer", "i")
    style.label(panels[0], x, "relative to where it starts", "Var(hⁱ), starts in layer 0")
    panels[1].set_title(f"Var(∂l/∂hⁱ), starts in layer {DEPTH}", loc="left")
    style.label(panels[1], x, "")
    style.legend(figure, reference is not None, columns=5)


def _mean_squares(arrays):
    return np.array([np.mean(np.square(array)) for array in arrays])

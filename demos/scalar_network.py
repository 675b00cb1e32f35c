"""A chain of scalar weights: how |h| grows or shrinks with depth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backproof.testing import Demo, claim, style
from demos import _deep

DEMO = Demo(
    number=9,
    title="A scalar linear network",
    lecture="Initializing neural networks, how large should the weights be?",
    claim="With one weight w in all layers |h| is |w|ᵏ |x|: it grows exponentially for |w| > 1 "
    "and shrinks to 0 for |w| < 1. Weights that are merely all above 1, or all below, need not: "
    "Wⁱ = 1 + 1/i² only leads to 3.68, and Wⁱ = 1 − 1/(i + 1)² to ½.",
    formula="hᵏ = x Wᵏ … W² W¹; Π (1 + 1/i²) = sinh(π) / π ≈ 3.68, Π (1 − 1/(i + 1)²) = ½",
    functions=("initialization.constant", "layers.dense_forward"),
    property="test_initialization_scalar_network_grows_or_shrinks_exponentially",
    misconceptions=(
        "initialization.constant_drops_the_sign",
        "initialization.constant_ignores_its_value",
        "layers.forward_clips_the_pre_activation",
    ),
)

DEPTH = 50
WEIGHTS = (-1.2, 1.05, 1.0, 0.95, -0.8)
NAMES = [f"w = {w:g}".replace("-", "−") for w in WEIGHTS]
COLORS = (style.RED, style.ORANGE, style.BLACK, style.SKY, style.BLUE)
LAYERS = np.arange(1, DEPTH + 1)
# What the weights of each layer are, and what their products tend to.
NEARING = {
    "1 + 1/i²": (1 + 1 / LAYERS**2, np.sinh(np.pi) / np.pi, style.PURPLE),
    "1 − 1/(i + 1)²": (1 - 1 / (LAYERS + 1) ** 2, 0.5, style.GREEN),
}


@dataclass(frozen=True)
class Measured:
    """The output h of layers 0 to ``DEPTH`` for x = 1.

    Attributes:
        equal: With the same weight in all layers, for each of ``WEIGHTS``.
        nearing: With weights that come closer and closer to 1, for each of ``NEARING``.

    """

    equal: np.ndarray
    nearing: np.ndarray


def measure(code, seed):
    """Send x = 1 through chains of weights that ``constant`` makes; nothing here is random."""
    equal = [_chain(code, np.full(DEPTH, w)) for w in WEIGHTS]
    nearing = [_chain(code, ws) for ws, _, _ in NEARING.values()]
    return Measured(np.array(equal), np.array(nearing))


def numbers(measured):
    """What is printed."""
    return {
        **{
            f"h in layer {DEPTH}, {name}": h[-1]
            for name, h in zip(NAMES, measured.equal, strict=True)
        },
        **{
            f"h in layer {DEPTH}, Wⁱ = {name}": h[-1]
            for name, h in zip(NEARING, measured.nearing, strict=True)
        },
    }


def check(measured):
    """The outputs are the products of the weights, to rounding: one part in 10⁹."""
    for w, name, h in zip(WEIGHTS, NAMES, measured.equal, strict=True):
        _check_chain(h, np.full(DEPTH, w), name)
    for (name, (ws, limit, _)), h in zip(NEARING.items(), measured.nearing, strict=True):
        _check_chain(h, ws, f"Wⁱ = {name}")
        # What is left of the product is about 1 ± 1/k: within 2 % of its limit after 50 layers.
        found = f"h = {h[-1]:.4g} in layer {DEPTH}, Wⁱ = {name}"
        claim(abs(h[-1] / limit - 1) < 1 / DEPTH, found, f"{limit:.3g} within {1 / DEPTH:.0%}")


def draw(figure, measured, reference=None):
    """Draw |h| against depth, on a log axis, and the two chains that level off."""
    equal, nearing = figure.subplots(1, 2, width_ratios=(1.4, 1))
    depths = np.arange(DEPTH + 1)
    for i, (name, color) in enumerate(zip(NAMES, COLORS, strict=True)):
        h = measured.equal[i]
        beside = None if reference is None else np.abs(reference.equal[i])
        style.curve(equal, depths, np.abs(h), beside, name=name, color=color)
        for run, size in ((reference, 7), (measured, 3)):
            h = np.zeros(1) if run is None else run.equal[i]
            faint = style.FAINT["alpha"] if run is reference else 1.0
            equal.plot(np.flatnonzero(h < 0), -h[h < 0], "o", color=color, ms=size, alpha=faint)
    equal.plot([], [], "o", color=style.GREY, markersize=3, label="h < 0")
    for i, (name, (_, limit, color)) in enumerate(NEARING.items()):
        beside = None if reference is None else reference.nearing[i]
        style.curve(nearing, depths, measured.nearing[i], beside, name=name, color=color)
        nearing.axhline(limit, color=style.BLACK, linestyle=":", linewidth=1.4, label="limit")
    equal.set_yscale("log")
    nearing.set_ylim(0, 4.2)
    depth = style.quantity("depth", "k", "layers")
    style.label(equal, depth, style.quantity("magnitude", "|$h^k$|"), "the same w in all layers")
    style.label(nearing, depth, style.quantity("output", "$h^k$"), "Wⁱ that tend to 1")
    style.legend(figure, reference is not None, columns=5)


def _chain(code, ws):
    h = np.ones((1, 1))
    outputs = [1.0]
    for w in ws.tolist():
        code.begin_case()
        W = _deep.weights(code.initialization.constant(1, 1, w), 1, 1)
        h = _deep.layer(code, h, W, "identity")[1]
        outputs.append(float(h[0, 0]))
    return np.array(outputs)


def _check_chain(h, ws, name):
    expected = np.concatenate([[1.0], np.cumprod(ws)])
    wrong = ~(np.abs(h / expected - 1) <= 1e-9)
    k = int(np.argmax(wrong))
    found = f"h = {h[k]:.6g} in layer {k}, {name}"
    claim(not wrong.any(), found, f"{expected[k]:.6g}, the product of the weights")

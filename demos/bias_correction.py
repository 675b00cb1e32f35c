"""Adam's first steps with and without bias correction, and the two places of ε."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backproof.testing import Demo, as_array, claim, style, unpack

DEMO = Demo(
    number=12,
    title="Bias correction, and where ε stands",
    lecture="Adaptive step size algorithms, Adam",
    claim="Where the gradient stays the same, Adam's steps are η from the first on; without bias "
    "correction they grow to 6.57 η at t = 12, as v is still far too small, and are 3.2 η at "
    "t = 100. "
    "The slides have ε in two places, and either is right: √(v̂ + ε) shortens the steps of "
    "gradients below √ε = 10⁻⁴, √v̂ + ε only those below ε = 10⁻⁸.",
    formula="Δ_t = −η (1 − β₁ᵗ)/√(1 − β₂ᵗ) without correction; Δ_1 = −η g/√(g² + ε) or "
    "−η g/(|g| + ε) with it",
    functions=("optimizers.adam_init", "optimizers.adam_step"),
    property="test_optimizers_adam_overshoots_without_correction",
    misconceptions=(
        "optimizers.adam_never_corrects",
        "optimizers.adam_always_corrects",
        "optimizers.adam_counts_from_two",
        "optimizers.adam_corrects_only_m",
        "optimizers.adam_scales_epsilon",
        "optimizers.adam_forgets_the_root",
    ),
)

STEPS, RATE, EPSILON = 100, 1e-3, 1e-8
BETA1, BETA2 = 0.9, 0.999
PEAK = 12
SIZES = np.geomspace(1e-10, 1.0, 21)  # of a gradient
# Differences of theta are rounded; every step is close to η.
ACCURACY = 1e-9


@dataclass(frozen=True)
class Measured:
    """Steps in units of η.

    Attributes:
        corrected: The steps on a gradient of 1, with correction.
        plain: The same without.
        first: The first step, with correction, on a gradient of each of ``SIZES``.

    """

    corrected: np.ndarray
    plain: np.ndarray
    first: np.ndarray


def uncorrected(t):
    """Step t without correction, in units of η, on a constant gradient."""
    return (1.0 - BETA1**t) / np.sqrt(1.0 - BETA2**t)


def inside(g):
    """The first step in units of η with √(v̂ + ε)."""
    return g / np.sqrt(g**2 + EPSILON)


def outside(g):
    """The first step in units of η with √v̂ + ε."""
    return g / (g + EPSILON)


def measure(code, seed):
    """Step on constant gradients; nothing here is random."""
    first = _steps(code, SIZES, 1, True)[0]
    runs = [_steps(code, np.ones(1), STEPS, corrected)[:, 0] for corrected in (True, False)]
    return Measured(*runs, first)


def numbers(measured):
    """What is printed."""
    return {
        "first step / η, corrected": measured.corrected[0],
        "first step / η, not corrected": measured.plain[0],
        "largest step / η, not corrected": np.max(measured.plain),
        "at t": float(np.argmax(measured.plain) + 1),
        f"step / η at t = {STEPS}, not corrected": measured.plain[-1],
        "first step / η where g = 10⁻⁶": measured.first[8],
    }


def check(measured):
    """Steps are those of the formulas; ε is in one of its two places."""
    t = np.arange(1, STEPS + 1)
    for name, steps, formulas in (
        ("with", measured.corrected, np.full(STEPS, inside(1.0))),
        ("without", measured.plain, uncorrected(t)),
    ):
        # On a gradient of 1, either place of ε shortens a step by less than this.
        worst = int(np.argmax(np.abs(steps - formulas)))
        found = f"step {t[worst]} of {steps[worst]:.6g} η {name} bias correction"
        # Without correction v is as small as 10⁻³, and ε a larger part of it.
        close = abs(steps[worst] - formulas[worst]) < 1e-4
        claim(close, found, f"{formulas[worst]:.6g} η")
    peak = int(np.argmax(measured.plain)) + 1
    claim(peak == PEAK, f"the largest step at t = {peak}", f"t = {PEAK}")
    gaps = [np.max(np.abs(measured.first - place(SIZES))) for place in (inside, outside)]
    found = f"first steps that are {gaps[0]:.2g} η off √(v̂ + ε) and {gaps[1]:.2g} η off √v̂ + ε"
    claim(min(gaps) < ACCURACY, found, "one of the two")


def draw(figure, measured, reference=None):
    """Draw the steps on a constant gradient, and the first step on gradients of all sizes."""
    steps, first = figure.subplots(1, 2)
    closed = {"color": style.BLACK, "linewidth": 1.4}
    t = np.geomspace(1, 10_000)
    steps.plot(t, uncorrected(t), label="formula", linestyle=":", **closed)
    t = np.arange(1, STEPS + 1)
    for name, text, color in (
        ("corrected", "corrected", style.BLUE),
        ("plain", "not corrected", style.RED),
    ):
        beside = None if reference is None else getattr(reference, name)
        style.curve(steps, t, getattr(measured, name), beside, name=text, color=color)
    peak = uncorrected(PEAK)
    steps.annotate(
        f"{peak:.2f} η at t = {PEAK}", (PEAK, peak), (0, 4), textcoords="offset points", ha="center"
    )
    g = np.geomspace(SIZES[0], SIZES[-1], 101)
    first.plot(g, inside(g), label="√(v̂ + ε)", linestyle="--", **closed)
    first.plot(g, outside(g), label="√v̂ + ε", linestyle="-.", **closed)
    marks = {"name": "_", "color": style.BLUE, "marker": "o", "linestyle": "none"}
    beside = None if reference is None else reference.first
    style.curve(first, SIZES, measured.first, beside, **marks)
    for axes in (steps, first):
        axes.set_xscale("log")
    steps.set_ylim(0, 7.5)
    style.label(steps, style.quantity("step", "t"), "step |Δ| / η", "constant gradient")
    style.label(first, style.quantity("gradient", "|g|"), "first step |Δ| / η", "ε = 10⁻⁸")
    style.legend(figure, reference is not None, columns=5)


def _steps(code, gradient, count, corrected):
    """The steps on a gradient that stays the same, in units of η, down the gradient."""
    code.begin_case()
    theta = np.zeros(len(gradient))
    state, steps = code.optimizers.adam_init(theta), []
    for _ in range(count):
        returned = code.optimizers.adam_step(
            theta, gradient, state, RATE, BETA1, BETA2, EPSILON, corrected
        )
        moved, state = unpack(returned, "theta", "state")
        moved = as_array(moved, "theta", theta.shape)
        steps.append((theta - moved) / RATE)
        theta = moved
    return np.array(steps)

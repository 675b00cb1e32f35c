"""Stored order against shuffled order: y = 2x in the first half of the data, then y = −x."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backproof.testing import Demo, claim, style
from demos import _descent

DEMO = Demo(
    number=2,
    title="Ordered and shuffled mini-batches",
    lecture="Mini-batch gradient descent, optimizing NNs in practice",
    claim="In stored order the slope w swings between 2 and −1 in every epoch, exactly as far as "
    "the closed form says. Shuffled, it settles near the best slope for all data, ½.",
    formula="swing = 3 (1 − P)(1 − P') / (1 − P P'), "
    "P and P' = Π_B (1 − 2η mean_B x²) over the batches of each half",
    functions=(
        "minibatches.sequential_minibatches",
        "minibatches.shuffled_minibatches",
        *_descent.STEP,
    ),
    property="test_minibatches_stored_order_makes_the_weight_swing",
    misconceptions=(
        "minibatches.shuffled_keeps_the_stored_order",
        "minibatches.shuffled_stays_within_the_batches",
        "minibatches.sequential_shuffles",
        "losses.gradient_misses_the_factor_two",
    ),
    height=3.4,
)

M, Q, RATE, EPOCHS = 1000, 50, 0.25, 6
RATES = (0.01, 0.02, 0.04, 0.08, 0.16, 0.25)
STEPS = M // Q  # in an epoch
ORDERED, SHUFFLED = style.RED, style.BLUE


@dataclass(frozen=True)
class Measured:
    """The slope w over the steps, and how far it moves within an epoch.

    Attributes:
        ordered: w before the first step and after each, in stored order.
        shuffled: The same in shuffled order.
        swings: How far w moves up and down in an epoch in stored order, for each of ``RATES``.
        expected: The same by the closed form.
        ranges: How far w moves in a shuffled epoch, for each of ``RATES``.

    """

    ordered: np.ndarray
    shuffled: np.ndarray
    swings: np.ndarray
    expected: np.ndarray
    ranges: np.ndarray


def data():
    """X and Y as the lecture has them: each half holds the same x, here from ½ to 1½."""
    x = np.tile(np.linspace(0.5, 1.5, M // 2), 2)
    slopes = np.repeat([2.0, -1.0], M // 2)
    return x[:, None], (slopes * x)[:, None]


def turns(rate):
    """Between which two values w swings in stored order, by the closed form."""
    X, _ = data()
    left = 1.0 - 2.0 * rate * np.mean(X.reshape(-1, Q) ** 2, axis=1)
    first, second = (float(np.prod(half)) for half in np.split(left, 2))
    swing = 3.0 * (1.0 - first) * (1.0 - second) / (1.0 - first * second)
    # The first half takes w from its low to its high, and leaves P of its distance to 2.
    low = 2.0 - swing / (1.0 - first)
    return low, low + swing


def measure(code, seed):
    """Descend in stored order and shuffled: some epochs from 0, and short ones for each rate."""
    rng = np.random.default_rng(seed)
    ordered = _run(code, 0.0, RATE, EPOCHS)
    shuffled = _run(code, 0.0, RATE, EPOCHS, rng)
    # From where its run repeats itself, one epoch shows all of the swing.
    starts = [turns(rate)[0] for rate in RATES]
    swings = [np.ptp(_run(code, low, rate, 1)) for low, rate in zip(starts, RATES, strict=True)]
    short = [_run(code, 0.5, rate, 3, rng)[1:].reshape(3, -1) for rate in RATES]
    return Measured(
        ordered,
        shuffled,
        swings=np.array(swings),
        expected=np.array([np.ptp(turns(rate)) for rate in RATES]),
        ranges=np.array([np.mean(np.ptp(epochs, axis=1)) for epochs in short]),
    )


def numbers(measured):
    """What is printed."""
    return {
        f"swing of w, stored order, η = {RATES[2]}": measured.swings[2],
        f"swing of w, closed form, η = {RATES[2]}": measured.expected[2],
        f"range of w, shuffled, η = {RATES[2]}": measured.ranges[2],
        f"mean of w, shuffled, η = {RATE}": _mean(measured),
    }


def check(measured):
    """The swing is that of the closed form; shuffled, w moves less than half as far, near ½."""
    for rate, swing, expected, moved in zip(
        RATES, measured.swings, measured.expected, measured.ranges, strict=True
    ):
        at = f"at η = {rate}"
        swung, formula = f"a swing of {swing:.6g} in stored order {at}", f"{expected:.6g}"
        claim(abs(swing - expected) <= 1e-9, swung, f"{formula}, as the closed form says")
        moves = f"a range of {moved:.3g} when shuffled {at}"
        claim(moved < expected / 2, moves, f"less than half of the ordered swing, {formula}")
    mean = _mean(measured)
    claim(abs(mean - 0.5) < 0.2, f"a mean slope of {mean:.3g} when shuffled", "a mean near ½")


def draw(figure, measured, reference=None):
    """Draw w over the steps, and how far it moves in an epoch for each learning rate."""
    slopes, swings = figure.subplots(1, 2, width_ratios=(1.5, 1))
    rates = np.geomspace(RATES[0], RATES[-1])
    low_and_high = np.array([turns(rate) for rate in rates])
    closed = {"color": style.BLACK, "linestyle": ":", "linewidth": 1.4}
    for turn in turns(RATE):
        slopes.axhline(turn, **closed)
    swings.plot(rates, np.ptp(low_and_high, axis=1), label="closed form", **closed)
    for name, extents, color in (("ordered", "swings", ORDERED), ("shuffled", "ranges", SHUFFLED)):
        beside = None if reference is None else getattr(reference, name)
        steps = np.arange(EPOCHS * STEPS + 1)
        style.curve(slopes, steps, getattr(measured, name), beside, name=name, color=color)
        beside = None if reference is None else getattr(reference, extents)
        style.curve(
            *(swings, RATES, getattr(measured, extents), beside),
            **{"name": name, "color": color, "marker": "o", "linestyle": "none"},
        )
    swings.set_xscale("log")
    swings.set_ylim(0, 3.3)
    style.label(slopes, style.quantity("step", "k"), style.quantity("slope", "w"), f"η = {RATE}")
    style.label(swings, style.quantity("learning rate", "η"), "range of w in an epoch")
    style.legend(figure, reference is not None)


def animate(figure, measured, reference=None):
    """The line that is being fitted, and w so far; a frame for each step of four epochs."""
    X, Y = data()
    fit, slopes = figure.subplots(1, 2)
    fit.plot(X[:, 0], Y[:, 0], ".", color=style.GREY, markersize=2)
    ends = np.array([0.0, 1.5])
    count = 4 * STEPS
    moving = []
    for run, how in ((reference, style.FAINT), (measured, {})):
        for name, color in (("ordered", ORDERED), ("shuffled", SHUFFLED)) if run else ():
            lines = [axes.plot([], [], color=color, **how)[0] for axes in (fit, slopes)]
            lines[1].set_label(name if run is measured else "_")
            moving.append((getattr(run, name), *lines))
    fit.set(xlim=(0, 1.6), ylim=(-1.7, 3.2))
    slopes.set(xlim=(0, count), ylim=(-1.2, 2.2))
    slopes.axhline(0.5, color=style.BLACK, linestyle=":", linewidth=1.2)
    style.label(fit, style.quantity("input", "x"), style.quantity("target", "y and w x"))
    style.label(slopes, style.quantity("step", "k"), style.quantity("slope", "w"))
    style.legend(figure, reference is not None)
    for step in range(count + 1):
        for w, line, trace in moving:
            line.set_data(ends, w[step] * ends)
            trace.set_data(np.arange(step + 1), w[: step + 1])
        yield


def _run(code, w, rate, epochs, rng=None):
    X, Y = data()
    W, trace = np.full((1, 1), w), [w]
    for _ in range(epochs):
        for X_q, Y_q in _descent.epoch(code, X, Y, Q, rng):
            W = _descent.step(code, W, X_q, Y_q, rate)
            trace.append(float(W[0, 0]))
    return np.array(trace)


def _mean(measured):
    return float(np.mean(measured.shuffled[-3 * STEPS :]))

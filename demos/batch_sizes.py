"""Gradient descent on all data, on mini-batches and on single points: by data and by time."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from backproof.testing import Demo, as_array, as_float, claim, style, unpack
from demos import _descent

DEMO = Demo(
    number=1,
    title="Batch, mini-batch and single-point gradient descent",
    lecture="Batch gradient descent; Mini-batch gradient descent, choosing q",
    claim="Per data point processed, small batches get furthest, as they take the most steps. "
    "Per unit of time, in which the hardware takes one step on up to 256 data points, "
    "mini-batches win.",
    formula="θ ← θ − η ∇l_Dq(θ); time of a step = ⌈q / 256⌉",
    functions=(
        "minibatches.shuffled_minibatches",
        "losses.mean_squared_error",
        *_descent.STEP,
    ),
    property="test_minibatches_gradients_add_up_to_the_full_one",
    misconceptions=(
        "layers.backward_averages_the_weight_gradient",
        "losses.gradient_is_that_of_the_sum",
        "losses.gradient_has_the_wrong_sign",
    ),
    height=3.2,
)

M, RATE, PARALLEL = 1024, 0.05, 256
# Each run lasts M units of time: M steps of up to 256 points, or a quarter as many of M points.
SIZES = {"q = 1, single points": 1, "q = 32, mini-batches": 32, "q = m, all data": M}
COLORS = (style.ORANGE, style.BLUE, style.GREEN)
# Each feature is half as large in the square as the one before: some weights learn slowly.
SCALES = 0.5 ** (np.arange(6) / 2)
POINTS = 50


@dataclass(frozen=True)
class Run:
    """One run.

    Attributes:
        seen: Data points processed, at the points where the loss was taken.
        time: Units of time, at the same points.
        loss: The loss on all data, above the least that a linear model can have.

    """

    seen: np.ndarray
    time: np.ndarray
    loss: np.ndarray

    def after(self, seen):
        """The loss when so many data points were processed."""
        return float(self.loss[np.searchsorted(self.seen, seen)])

    @property
    def end(self):
        """The loss over the last quarter of the points: a single one is noisy."""
        return float(np.mean(self.loss[self.time > 0.7 * M]))


@dataclass(frozen=True)
class Measured:
    """The three runs, by name."""

    runs: dict[str, Run]


def measure(code, seed):
    """Descend with each batch size for the same time, at the same learning rate."""
    rng = np.random.default_rng(seed)
    X = SCALES * rng.standard_normal((M, len(SCALES)))
    Y = X.sum(axis=1, keepdims=True) + 0.5 * rng.standard_normal((M, 1))
    return Measured({name: _run(code, X, Y, q, rng) for name, q in SIZES.items()})


def numbers(measured):
    """What is printed."""
    return {
        **{f"loss after m points, {name}": run.after(M) for name, run in measured.runs.items()},
        **{f"loss after m units of time, {name}": run.end for name, run in measured.runs.items()},
    }


def check(measured):
    """Smaller is better by data, and the mini-batch is best by time: by a factor of 2 at least."""
    single, mini, full = measured.runs.values()
    losses = [run.after(M) for run in (single, mini, full)]
    said = "losses of {:.3g} (q = 1), {:.3g} (q = 32) and {:.3g} (q = m)"
    falling = losses[0] < losses[1] / 2 < losses[2] / 4
    after = f"after {M} data points, {said.format(*losses)}"
    claim(falling, after, "each less than half of the next")
    ends = [run.end for run in (single, mini, full)]
    least = ends[1] < ends[0] / 2 and ends[1] < ends[2] / 2
    after = f"after {M} units of time, {said.format(*ends)}"
    claim(least, after, "the mini-batch's less than half of the others")


def draw(figure, measured, reference=None):
    """Draw the loss against data processed and against time."""
    panels = figure.subplots(1, 2, sharey=True)
    for axes, x in zip(panels, ("seen", "time"), strict=True):
        for (name, run), color in zip(measured.runs.items(), COLORS, strict=True):
            beside = None if reference is None else reference.runs[name].loss
            style.curve(axes, getattr(run, x), run.loss, beside, name=name, color=color)
        axes.axvline(M, color=style.BLACK, linestyle=":", linewidth=1.4, label="m = 1024")
        axes.set_xscale("log")
    panels[0].set_yscale("log")
    panels[0].set_ylim(1e-4, 5)
    loss = style.quantity("loss above the least", "l − l*")
    style.label(panels[0], "data points processed", loss, f"η = {RATE}")
    style.label(panels[1], style.quantity("time", unit="parallel steps"), "")
    style.legend(figure, reference is not None, columns=3)


def _run(code, X, Y, q, rng):
    cost = ceil(q / PARALLEL)
    steps = M // cost
    taken = np.unique(np.geomspace(1, steps, POINTS).astype(int))
    least = np.mean((Y - X @ np.linalg.lstsq(X, Y)[0]) ** 2)
    W, done, loss = np.zeros((1, X.shape[1])), 0, []
    while done < steps:
        for X_q, Y_q in _descent.epoch(code, X, Y, q, rng):
            if done == steps:
                break
            W = _descent.step(code, W, X_q, Y_q, RATE)
            done += 1
            if done in taken:
                loss.append(_loss(code, W, X, Y) - least)
    return Run(taken * q, taken * cost, np.array(loss))


def _loss(code, W, X, Y):
    _, h = unpack(code.layers.dense_forward(X, W, np.zeros(1), "identity"), "z", "h")
    return as_float(code.losses.mean_squared_error(as_array(h, "h", Y.shape), Y), "the loss")

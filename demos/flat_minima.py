"""Two minima of one sharpness: which of them stochastic gradient descent leaves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backproof.testing import Demo, as_array, claim, style
from demos import _descent

DEMO = Demo(
    number=4,
    title="Small batches leave minima on which the data disagree",
    lecture="Mini-batch gradient descent, choosing q; SGD and flat optima",
    claim="Both minima are equally sharp on all data, and gradient descent on all data stays at "
    "x = 1, where it starts, up to η = 1. Single points leave x = 1, where half of the data are "
    "flat and half are steep, once η is above 0.55, and settle at x = 0, where all curvatures are "
    "alike: small batches avoid uneven minima, not only, as the slogan has it, sharp ones.",
    formula="stays in the mean square if (1 − ηλ)² + η² (s²/q) (m − q)/(m − 1) < 1, "
    "λ and s² the mean and the variance of the curvature over the data points",
    functions=("minibatches.sample_minibatch", "optimizers.gradient_descent_step"),
    property="test_minibatches_sampled_gradients_vary_as_they_must",
    misconceptions=(
        "minibatches.sample_takes_the_first_rows",
        "minibatches.sample_starts_from_one_seed",
        "optimizers.gradient_descent_ignores_the_learning_rate",
        "optimizers.gradient_descent_ascends",
    ),
)

M, RUNS, STEPS = 64, 100, 150
# The loss of a point is min(x², c (x − 1)²), where c is FLAT for one half and STEEP for the other.
FLAT, STEEP = 0.1, 1.9
SIZES = {1: style.RED, 2: style.ORANGE, M: style.BLUE}
RATES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
SHOWN = 0.7
TRACES = 8


@dataclass(frozen=True)
class Measured:
    """Runs that start near x = 1.

    Attributes:
        ends: Where they end, for each q of ``SIZES``: (rates, runs).
        paths: Where the first of them are before the first step and after each, at the rate
            ``SHOWN``, for each q: (steps, runs).

    """

    ends: dict[int, np.ndarray]
    paths: dict[int, np.ndarray]

    def left(self, q):
        """The share of runs that did not stay at x = 1, for each of ``RATES``."""
        return 1.0 - np.mean(np.abs(self.ends[q] - 1.0) < 0.5, axis=1)

    def settled(self, q):
        """The share of runs that settled at x = 0, for each of ``RATES``."""
        return np.mean(np.abs(self.ends[q]) < 0.1, axis=1)


def threshold(q):
    """The rate above which the mean square of x − 1 grows: solved for η."""
    mean, variance = FLAT + STEEP, (STEEP - FLAT) ** 2  # of the curvatures 2c
    return 2 * mean / (mean**2 + variance / q * (M - q) / (M - 1))


def measure(code, seed):
    """Let many runs descend at once: each has its own column of the data, in an order of its own.

    So one sample of rows is another mini-batch for each of them.
    """
    rng = np.random.default_rng(seed)
    halves = np.repeat([FLAT, STEEP], M // 2)
    columns = rng.permuted(np.tile(halves[:, None], (1, RUNS)), axis=0)
    starts = rng.uniform(0.95, 1.05, RUNS)
    ends, paths = {}, {}
    for q in SIZES:
        x = np.tile(starts, (len(RATES), 1))
        path = [x]
        for _ in range(STEPS):
            code.begin_case()
            sample = code.minibatches.sample_minibatch(columns, columns, q, rng)
            steepness, _ = _descent.batch(sample, columns, columns)
            x = np.array([_step(code, *at, steepness) for at in zip(x, RATES, strict=True)])
            path.append(x)
        ends[q] = x
        paths[q] = np.array(path)[:, RATES.index(SHOWN), :TRACES]
    return Measured(ends, paths)


def numbers(measured):
    """What is printed."""
    shares = {
        f"share that left x = 1, q = {q}, η = {rate}": measured.left(q)[RATES.index(rate)]
        for q in SIZES
        for rate in (0.5, SHOWN)
    }
    return {**shares, "mean-square threshold of η, q = 1": threshold(1)}


def check(measured):
    """All runs stay where they must, and with single points nearly all leave where they can.

    Up to η = ½ a point multiplies x − 1 by less than 1, whichever it is, so no run can leave; nor
    can one on all data, where the factor is |1 − 2η|. From η = 0.6 on log |x − 1| grows by 0.06 a
    step or more on average: in 150 steps all but 1 % of the runs leave.
    """
    for rate, share in zip(RATES, measured.left(M), strict=True):
        claim(share == 0, f"{share:.0%} left x = 1 on all data, η = {rate}", "none")
    for rate, left, settled in zip(RATES, measured.left(1), measured.settled(1), strict=True):
        single = f"with single points, η = {rate}"
        if rate <= 0.5:
            claim(left == 0, f"{left:.0%} left x = 1 {single}", "none")
        if rate >= 0.6:
            claim(settled > 0.8, f"{settled:.0%} settled at x = 0 {single}", "more than 80%")


def draw(figure, measured, reference=None):
    """Draw the losses, the paths of some runs, and the share of runs that left."""
    losses, paths, shares = figure.subplots(1, 3)
    x = np.linspace(-0.8, 1.8, 200)
    halves = [np.minimum(x**2, c * (x - 1) ** 2) for c in (FLAT, STEEP)]
    losses.plot(x, halves[0], color=style.SKY, label="flat half")
    losses.plot(x, halves[1], color=style.PURPLE, label="steep half")
    losses.plot(x, np.mean(halves, axis=0), color=style.BLACK, label="all data")
    losses.set_ylim(-0.02, 0.65)
    for q, color in reversed(SIZES.items()):
        name = "q = m" if q == M else f"q = {q}"
        if q != 2:
            for run, how in ((reference, style.FAINT), (measured, {"linewidth": 0.8})):
                if run is not None:
                    paths.plot(run.paths[q], color=color, **how)
        beside = None if reference is None else 100 * reference.left(q)
        how = {"color": color, "marker": "o", "markersize": 4}
        style.curve(shares, RATES, 100 * measured.left(q), beside, name=name, **how)
        shares.axvline(threshold(q), color=color, linestyle=":", linewidth=1.2)
    shares.plot([], [], ":", color=style.BLACK, linewidth=1.2, label="formula")
    losses.set_xticks([0, 1])
    paths.set(xlim=(-2, 62), ylim=(-0.6, 2.1), yticks=[0, 1, 2])
    shares.set_ylim(-4, 104)
    style.label(losses, "parameter x", style.quantity("loss", "l"), "two minima")
    style.label(paths, style.quantity("step", "k"), "parameter x", f"η = {SHOWN}")
    style.label(shares, style.quantity("learning rate", "η"), "runs that left x = 1 [%]")
    style.legend(figure, reference is not None)


def _step(code, x, rate, steepness):
    """One step of all runs, each by the mean gradient of its own mini-batch."""
    at_0 = x**2 < steepness * (x - 1.0) ** 2
    slopes = np.where(at_0, 2.0 * x, 2.0 * steepness * (x - 1.0))
    moved = code.optimizers.gradient_descent_step(x, slopes.mean(axis=0), rate)
    return as_array(moved, "theta", x.shape)

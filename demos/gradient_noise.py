"""How noisy the gradient of a mini-batch is, and what a larger one buys."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backproof.testing import Demo, claim, style
from demos import _descent

DEMO = Demo(
    number=3,
    title="The noise of a gradient against q",
    lecture="Mini-batch gradient descent, choosing q",
    claim="The variance of a mini-batch's gradient falls as (σ²/q)(m − q)/(m − 1), to nothing at "
    "q = m. Returns diminish: what a further data point removes of the error is hundreds of "
    "times less at the right end than at q = 1.",
    formula="E‖g_B − g‖² = (σ²/q) (m − q)/(m − 1), σ² = mean_i ‖g_i − g‖²",
    functions=("minibatches.sample_minibatch", *_descent.GRADIENT),
    property="test_minibatches_sampled_gradients_vary_as_they_must",
    misconceptions=(
        "minibatches.sample_with_replacement",
        "layers.backward_averages_the_weight_gradient",
    ),
    height=3.2,
)

M, FEATURES = 256, 4
SIZES = 2 ** np.arange(9)
# ‖g_B − g‖² has a standard deviation of at most 1.1 times its mean at q = 1, 0.9 at q = 2 and 0.8
# beyond: the means of so many draws are within 35 % of it, which is 6 standard deviations or more.
DRAWS = 200 * np.maximum(1, 4 // SIZES)
WITHIN = 0.35


@dataclass(frozen=True)
class Measured:
    """The noise of the gradient.

    Attributes:
        variance: The mean of ‖g_B − g‖² for each q of ``SIZES``.
        sigma2: σ², from the gradients of the single points.
        length: ‖g‖, of the gradient on all data.

    """

    variance: np.ndarray
    sigma2: float
    length: float

    @property
    def error(self):
        """The typical error of g_B, relative to ‖g‖."""
        return np.sqrt(self.variance) / self.length

    @property
    def gain(self):
        """What doubling q removes of the error, for each data point that it adds."""
        return -np.diff(self.error) / np.diff(SIZES)


def expected(measured, q):
    """The variance by the formula."""
    return measured.sigma2 / q * (M - q) / (M - 1)


def measure(code, seed):
    """Sample many mini-batches of each size, and compare their gradients with that of all data."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1.0, 1.0, (M, FEATURES))
    Y = X.sum(axis=1, keepdims=True) + rng.uniform(-1.0, 1.0, (M, 1))
    W = np.full((1, FEATURES), 0.8)
    full = _descent.gradient(code, W, X, Y)
    singles = [_descent.gradient(code, W, X[i : i + 1], Y[i : i + 1]) for i in range(M)]
    variance = []
    for q, draws in zip(SIZES.tolist(), DRAWS.tolist(), strict=True):
        sampled = []
        for _ in range(draws):
            code.begin_case()
            X_q, Y_q = _descent.batch(code.minibatches.sample_minibatch(X, Y, q, rng), X, Y)
            sampled.append(_descent.gradient(code, W, X_q, Y_q))
        variance.append(_mean_square(sampled, full))
    length = float(np.linalg.norm(full))
    return Measured(np.array(variance), _mean_square(singles, full), length)


def numbers(measured):
    """What is printed."""
    ratios = measured.variance[:-1] / expected(measured, SIZES[:-1])
    return {
        "σ² of the single gradients": measured.sigma2,
        "measured / formula, least": float(np.min(ratios)),
        "measured / formula, largest": float(np.max(ratios)),
        "variance at q = m": measured.variance[-1],
        "gain per point, first / last": measured.gain[0] / measured.gain[-1],
    }


def check(measured):
    """The variances are those of the formula, and the gain of a further point falls."""
    for q, variance in zip(SIZES[:-1].tolist(), measured.variance, strict=False):
        formula = expected(measured, q)
        found = f"a variance of {variance:.4g} at q = {q}"
        claim(abs(variance / formula - 1.0) < WITHIN, found, f"{formula:.4g} within 35 %")
    last = measured.variance[-1]
    claim(last < 1e-20 * measured.sigma2, f"a variance of {last:.3g} at q = m", "0")
    ratio = measured.gain[0] / measured.gain[-1]
    claim(ratio > 100.0, f"a gain at q = 1 of {ratio:.3g} times the last", "hundreds of times")


def draw(figure, measured, reference=None):
    """Draw the variance, and what a further data point removes of the error."""
    noise, gains = figure.subplots(1, 2)
    own = reference or measured
    closed = {"color": style.BLACK, "linestyle": ":", "linewidth": 1.4}
    q = np.geomspace(1, M - 1)
    noise.plot(q, expected(own, q), label="formula", **closed)
    error = np.sqrt(expected(own, SIZES)) / own.length
    middles = np.sqrt(SIZES[:-1] * SIZES[1:])
    gains.plot(middles, -np.diff(error) / np.diff(SIZES), **closed)
    marks = {"name": "measured", "color": style.BLUE, "marker": "o", "linestyle": "none"}
    beside = None if reference is None else reference.variance[:-1]
    style.curve(noise, SIZES[:-1], measured.variance[:-1], beside, **marks)
    beside = None if reference is None else reference.gain
    style.curve(gains, middles, measured.gain, beside, **marks)
    for axes in (noise, gains):
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xticks(SIZES[::2], labels=SIZES[::2])
        axes.minorticks_off()
    noise.axvline(M, color=style.RED, linewidth=1.2, label="q = m: no noise")
    size = style.quantity("batch size", "q")
    style.label(noise, size, style.quantity("variance", "E‖$g_B$ − g‖²"), "noise of $g_B$")
    style.label(gains, size, "drop of the error / ‖g‖", "what a further point removes")
    style.legend(figure, reference is not None)


def _mean_square(gradients, full):
    return float(np.mean([np.sum((one - full) ** 2) for one in gradients]))

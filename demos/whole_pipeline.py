"""The whole pipeline, with each of its parts left out in turn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backproof.testing import Demo, claim, style
from demos import _pipeline

DEMO = Demo(
    number=14,
    title="The whole pipeline, and what each part does for it",
    lecture="Training NNs, review",
    claim="After 12 epochs at one η the whole pipeline has the lowest loss: leaving out shuffling, "
    "Xavier or Adam costs a factor of about three, and normalisation one of a thousand. "
    "Lines are geometric means over five data sets, bands their range; gradient descent, in the "
    "place of Adam, has the η that suits it best.",
    formula="θ ← θ − η m̂ / √(v̂ + ε) on the loss of each mini-batch; loss = mean((ŷ − y)²) / Var(y)",
    functions=_pipeline.RUN,
    property="test_training_takes_adam_steps_over_shuffled_batches",
    misconceptions=(
        "minibatches.shuffled_keeps_the_stored_order",
        "minibatches.shuffled_permutes_targets_separately",
        "normalization.standardize_does_not_scale",
        "optimizers.adam_forgets_to_divide",
        "network.backward_forgets_the_derivatives",
    ),
    height=4.4,
)

M, HIDDEN, RUNS = 128, (16, 16), 5
ALL = _pipeline.Recipe()
WITHOUT = {
    "normalisation": _pipeline.Recipe(normalise=False),
    "shuffling": _pipeline.Recipe(shuffle=False),
    "Xavier": _pipeline.Recipe(xavier=False),
    "Adam": _pipeline.Recipe(adam=False),
}
INSTEAD = ("raw data", "stored order", "N(0, 1)", "gradient descent")
# A single loss at the end of an epoch is noisy.
LAST = 3


@dataclass(frozen=True)
class Measured:
    """Losses, a row for each run, a column for the start and for the end of each epoch.

    Attributes:
        whole: Of the whole pipeline.
        without: Of the others, by what is left out.

    """

    whole: np.ndarray
    without: dict[str, np.ndarray]


def data(rng):
    """Three features on unlike scales, and targets far from 0, in the order of the first one."""
    x = rng.standard_normal((M, 3))
    x[:, 0] = np.linspace(-1.0, 1.0, M) + 0.05 * x[:, 0]
    y = np.sin(2.5 * x[:, 0]) + 0.5 * x[:, 1] + 0.6 * x[:, 1] * x[:, 2]
    X = x * np.array([1.0, 20.0, 0.01]) + np.array([0.0, 100.0, 0.03])
    return X, 900.0 + 100.0 * y[:, None]


def measure(code, seed):
    """Train each pipeline on the same data sets, from the same states of the generator."""

    def runs(recipe):
        losses = []
        for index in range(RUNS):
            rng = np.random.default_rng((seed, index))
            X, Y = data(rng)
            losses.append(_pipeline.run(code, X, Y, HIDDEN, rng, recipe))
        return np.array(losses)

    return Measured(runs(ALL), {what: runs(recipe) for what, recipe in WITHOUT.items()})


def numbers(measured):
    """What is printed."""
    return {
        "loss of the whole pipeline": _end(measured.whole),
        **{f"loss without {what}": _end(losses) for what, losses in measured.without.items()},
    }


def check(measured):
    """The whole pipeline learns, and every other ends higher."""
    whole = _end(measured.whole)
    claim(whole < 0.1, f"a loss of {whole:.3g} with all parts", "less than 0.1")
    for what, losses in measured.without.items():
        end = _end(losses)
        found = f"a loss of {whole:.3g} with all parts and of {end:.3g} without {what}"
        # Over the seeds, the logarithm of the ratio is 4 standard deviations above 0, or more.
        claim(end > whole, found, "a lower one with all")
    ratio = _end(measured.without["normalisation"]) / whole
    found = f"a loss without normalisation of {ratio:.3g} times that with all parts"
    claim(ratio > 300.0, found, "about a thousand times")


def draw(figure, measured, reference=None):
    """Draw the losses of the whole pipeline beside those of each of the others."""
    panels = figure.subplots(2, 2, sharex=True, sharey=True)
    epochs = np.arange(ALL.epochs + 1)
    for what, instead, axes in zip(WITHOUT, INSTEAD, panels.flat, strict=True):
        for name, losses, theirs, color in (
            ("all parts", measured.whole, reference and reference.whole, style.BLUE),
            (
                "with a part left out",
                measured.without[what],
                reference and reference.without[what],
                style.RED,
            ),
        ):
            beside = None if theirs is None else _mean(theirs)
            style.curve(axes, epochs, _mean(losses), beside, name=name, color=color)
            band = {"color": color, "alpha": 0.15, "linewidth": 0}
            axes.fill_between(epochs, np.min(losses, axis=0), np.max(losses, axis=0), **band)
        axes.set_yscale("log")
        axes.set_ylim(1e-2, 3e2)
        axes.minorticks_off()
        axes.set_xticks(epochs[::3])
        axes.set_title(f"without {what}: {instead}", loc="left")
    for axes in panels[-1]:
        axes.set_xlabel(style.quantity("epoch", unit="m / q = 8 steps"))
    for axes in panels[:, 0]:
        axes.set_ylabel(style.quantity("loss", "l / Var(y)"))
    style.legend(figure, reference is not None)


def _mean(losses):
    """The geometric mean over the runs."""
    return np.exp(np.mean(np.log(losses), axis=0))


def _end(losses):
    """The geometric mean over the runs and the last epochs."""
    return float(np.exp(np.mean(np.log(losses[:, -LAST:]))))

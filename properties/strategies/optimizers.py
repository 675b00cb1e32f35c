"""Runs of an optimizer: a start, a gradient for each step, and hyper-parameters."""

import math
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from hypothesis import strategies as st

from backproof.testing.strategies import arrays

# At least two entries, so that what mixes them shows.
WIDE_SHAPES = ((2,), (3,), (2, 2), (2, 3), (4, 1))
ANY_SHAPES = ((), (2,), (1,), (2, 3), (1, 1), (2, 1, 3))

# (β₁, β₂); momentum takes the first, RMSProp the second. Never equal, never ½ and never adding
# up to 1, where mixing them up or taking 1 − β for β would not show.
BETAS = ((0.8, 0.95), (0.9, 0.999), (0.4, 0.7), (0.95, 0.6), (0.99, 0.9), (0.6, 0.99))
BETAS_OR_ZERO = (*BETAS, (0.0, 0.9), (0.7, 0.0))
_RATES = (0.1, 0.5, 0.3)
# What gradients are divided by, and an ε that shows beside their squares but hides none.
_SCALES = ((1, 1e-2), (1, 1e-8), (0.1, 0.1), (10, 1e-3), (1000, 1e-8))
# A learning rate that rises and falls.
_CHANGES = (1.0, 3.0, 0.2)


@dataclass(frozen=True, eq=False)
class Run:
    """Some steps of one tensor.

    Shapes: theta any, gradients (steps, *theta.shape); one learning rate for each step.
    """

    theta: np.ndarray
    gradients: np.ndarray
    learning_rates: tuple[float, ...]
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    bias_correction: bool = True

    def hyperparameters(self, rule):
        """What the step of a rule takes beside the learning rate, in the contract's order."""
        adam = {"beta1": self.beta1, "beta2": self.beta2, "epsilon": self.epsilon}
        return {
            "gradient_descent": {},
            "momentum": {"beta": self.beta1},
            "rmsprop": {"beta": self.beta2, "epsilon": self.epsilon},
            "adam": {**adam, "bias_correction": self.bias_correction},
        }[rule]


def runs(*, steps=3, shapes=WIDE_SHAPES, betas=BETAS_OR_ZERO, least=0.0):
    """Runs with generic gradients, those of one run of one scale between 1e-3 and 10.

    Two decimals keep the gradients of a run within a factor of 300 of one another, 0 aside: then
    v ← v + (1 − β) (g² − v), which is right too, loses no digit that matters, even where β = 0.

    Args:
        steps: How many steps.
        shapes: The shapes of theta to choose from.
        betas: The pairs of β₁ and β₂ to choose from.
        least: Added to the magnitude of each entry of a gradient, before it is scaled.

    """

    def run(drawn):
        entries, (shape, rate, (beta1, beta2), (divisor, epsilon)) = drawn
        blocks = entries[:, : math.prod(shape)].reshape(steps + 1, *shape)
        theta, gradients = np.array(blocks[0]), _pushed(blocks[1:], least) / divisor
        return Run(theta, gradients, (rate,) * steps, beta1, beta2, epsilon)

    # Entries for the largest shape are drawn, so that no strategy waits for another's draw, and
    # before the settings: Hypothesis often fills up what comes last with the simplest choice.
    settings = st.sampled_from(list(product(shapes, _RATES, betas, _SCALES)))
    most = max(math.prod(shape) for shape in shapes)
    return st.tuples(arrays((steps + 1, most), decimals=2), settings).map(run)


def _pushed(drawn, least):
    """Push each entry away from 0, so that none is smaller than ``least``."""
    return drawn + np.copysign(least, drawn)


def steady_runs(*, steps):
    """Runs with one gradient throughout, no entry of it 0."""

    def repeated(run):
        gradients = np.repeat(run.gradients, steps, axis=0)
        return replace(run, gradients=gradients, learning_rates=run.learning_rates * steps)

    return runs(steps=1, least=1.0).map(repeated)


def pausing_runs():
    """Runs of four steps whose gradient is 0 at the first and the third."""

    def paused(run):
        gradients = run.gradients.copy()
        gradients[[0, 2]] = 0.0
        return replace(run, gradients=gradients)

    return runs(steps=4, betas=BETAS, least=1.0).map(paused)


def still_runs():
    """Runs whose gradients are 0 from the start."""
    return runs(steps=3).map(lambda run: replace(run, gradients=np.zeros_like(run.gradients)))


def runs_without_epsilon():
    """(run, factor): ε = 0, no gradient entry 0, and a power of 2 to multiply gradients by."""
    driven = runs(least=1.0).map(lambda run: replace(run, epsilon=0.0))
    return st.tuples(driven, st.sampled_from([2.0**-10, 2.0**10, 2.0**-20]))


def runs_with_varying_rates():
    """Runs with another learning rate at each step."""
    return runs(least=1.0).map(
        lambda run: replace(run, learning_rates=tuple(run.learning_rates[0] * c for c in _CHANGES))
    )


def runs_by_default():
    """Runs with the lecture's β and ε, on entries where ε does not show and where it does."""
    scales = np.array([1.0, 1e-6])
    return arrays((4, 2), decimals=2).map(
        lambda drawn: Run(drawn[0], _pushed(drawn[1:], 1.0) * scales, (0.1,) * 3)
    )


def runs_that_show_epsilon():
    """Runs of one constant gradient with an entry of 2 to 8 √ε and one of 2 to 8 ε.

    On these, ε inside and outside the root, subtracted, squared, left out or scaled differ by more
    than a hundred times the tolerance at each step.
    """

    def run(drawn):
        (theta, entries), (rate, betas, (root, epsilon)) = drawn
        gradient = 2.0 * _pushed(entries, 1.0) * np.array([root, epsilon])
        return Run(theta, np.stack([gradient] * 3), (rate,) * 3, *betas, epsilon)

    squares = ((0.1, 0.01), (0.01, 0.0001), (0.2, 0.04), (0.02, 0.0004), (1.5, 2.25))
    settings = st.sampled_from(list(product(_RATES, BETAS, squares)))
    return st.tuples(arrays((2, 2), decimals=2), settings).map(run)


def long_run(*, steps, growth):
    """Give the run whose gradient is multiplied by ``growth`` at each step, for ε = 0."""
    gradients = float(growth) ** np.arange(steps)[:, None] * np.array([1.0, -0.5, 2.0])
    return Run(np.array([1.0, 0.0, -2.0]), gradients, (0.1,) * steps, epsilon=0.0)


def waving_run(*, steps):
    """Give a long run whose gradients rise and fall about 0.3, so that no average fades."""
    angles = np.arange(steps)[:, None] * np.array([1.0, 0.7])
    gradients = 0.3 + np.cos(angles) * np.array([1.0, -0.5])
    return Run(np.array([1.0, -2.0]), gradients, (0.1,) * steps, epsilon=0.0)


def growing_run():
    """Give a run whose gradients grow from 1e-4 to 2e8 and its learning rates from 1e-3 to 250.

    Each of them shows: what a step adds to theta is far above the rounding of theta.
    """
    sizes = 1e-4 * 10.0 ** np.arange(13)
    gradients = sizes[:, None] * np.array([1.0, -2.0])
    rates = tuple((1e-3 * 2.8 ** np.arange(13)).tolist())
    return Run(np.zeros(2), gradients, rates, epsilon=0.0)


def large_run():
    """Give two steps of a matrix with more entries, rows and columns than any drawn one."""
    entries = np.cos(np.arange(3 * 1300.0)).reshape(3, 1300)
    theta, *gradients = entries.reshape(3, 65, 20)
    return Run(theta, np.array(gradients), (0.1,) * 2)

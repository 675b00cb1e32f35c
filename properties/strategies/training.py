"""Training runs: tiny ones to be retraced step by step, and data sets that a model must fit."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from hypothesis import strategies as st

from backproof.testing.strategies import array_tuples, seeds
from properties.oracles.activations import NAMES

# The lecture's example of real-world data, with a second target on another scale.
LECTURE_X = np.array(
    [[1, 100, 0.01, 1], [-0.9, 101, 0.02, 2], [-1.1, 102, 0.03, 3], [0.2, 150, 0.05, 4]]
)
LECTURE_Y = np.array([[1000, 0.3], [998, 0.1], [1010, 0.7], [800, 0.4]])

# (m, q): q does not divide m, so that batches differ in size; then it exceeds or divides m.
_ROWS_AND_BATCHES = [(3, 2), (5, 3), (5, 2), (4, 3), (2, 5), (4, 2)]
# n_x, hidden sizes, n_y: lists and tuples, which are interchangeable.
_WIDTHS = [(2, [], 2), (1, [3], 1), (3, (2, 4), 2), (2, (), 1), (3, [3, 3], 3), (1, (2,), 2)]
# Together with activations and numbers of epochs, the simplest first.
_PLANS = sorted(
    product(_ROWS_AND_BATCHES, _WIDTHS, NAMES, [1, 2]), key=lambda plan: (plan[3], len(plan[1][1]))
)


@dataclass(frozen=True, eq=False)
class TrainingCase:
    """The arguments of a run but for the learning rate, and the seed of its generator."""

    X: np.ndarray
    Y: np.ndarray
    hidden_sizes: list | tuple
    activation: str
    batch_size: int
    epochs: int
    seed: int


@st.composite
def training_cases(draw):
    """Runs of an epoch or two on a few rows; features may be constant, targets are not."""
    (m, q), (n_x, hidden_sizes, n_y), activation, epochs = draw(st.sampled_from(_PLANS))
    X, Y = draw(array_tuples((m, n_x), (m, n_y)))
    # Steps of 10, more than drawn entries differ by, so that no two rows have the same target.
    Y = Y - 10.0 * np.arange(2, m + 2)[:, None]
    return TrainingCase(X, Y, hidden_sizes, activation, q, epochs, draw(seeds()))


def layouts():
    """A run of three epochs in each of those layouts, on random numbers, by its widths."""
    cases = {}
    pools = zip(_ROWS_AND_BATCHES, _WIDTHS, strict=True)
    for seed, ((m, q), (n_x, hidden_sizes, n_y)) in enumerate(pools):
        rng = np.random.default_rng(seed)
        X, Y = rng.normal(size=(m, n_x)), rng.normal(20.0, 3.0, size=(m, n_y))
        name = "-".join(map(str, (n_x, *hidden_sizes, n_y)))
        activation = NAMES[seed % len(NAMES)]
        cases[name] = TrainingCase(X, Y, hidden_sizes, activation, q, 3, seed)
    return cases


def lecture_case(hidden_sizes, seed, *, activation="tanh", batch_size=3, epochs=2):
    """A run on the lecture's data, in batches of three rows and of one."""
    return TrainingCase(LECTURE_X, LECTURE_Y, hidden_sizes, activation, batch_size, epochs, seed)


def wide_case(n_x, hidden_sizes, n_y, activation="identity"):
    """One step on two random rows, for a look at the first weights of a network."""
    X, Y = (np.random.default_rng(n).normal(size=(2, n)) for n in (n_x, n_y))
    return TrainingCase(X, Y, hidden_sizes, activation, 2, 1, 0)


def chain_case(hidden_layers, seed, batch_size=2):
    """An epoch of the identity on two rows, by a linear network with single units as layers."""
    x = np.array([[-1.0], [1.0]])
    return TrainingCase(x, x, [1] * hidden_layers, "identity", batch_size, 1, seed)


def random_case(m, batch_size, epochs):
    """A linear model of one feature and one target, on m rows of random numbers."""
    X, Y = np.split(np.random.default_rng(m).normal(size=(m, 2)), 2, axis=1)
    return TrainingCase(X, Y, (), "tanh", batch_size, epochs, 0)


def linear_data():
    """(X, Y): 24 rows, two targets that are linear in three features, without noise."""
    X = np.random.default_rng(24).uniform(-1.0, 1.0, (24, 3))
    return X, X @ np.array([[1.0, 0.3], [-2.0, 1.0], [0.5, 2.0]])


def linear_targets():
    """(X, Y, hidden sizes, settings) of models that are linear, by name, on unlike scales."""
    X, Y = linear_data()
    X = X * np.array([1e-3, 1.0, 1e4]) + np.array([1e2, 1e3, 1e3])
    Y = Y * np.array([1e4, 1e-3]) + np.array([1e3, 1e2])
    return {
        "no hidden layer": (X, Y, (), {"learning_rate": 0.05}),
        "hidden layer": (X, Y, [8], {"learning_rate": 0.03, "activation": "identity"}),
    }


def parabolas():
    """(X, Y, activation), by activation: y = x² around the mean of x, on scales of all sizes.

    No linear model fits it better than the mean.
    """
    x = np.linspace(-1.0, 1.0, 24)[:, None]
    return {
        "tanh": (1e2 + 1e-3 * x, x**2, "tanh"),
        "relu": (1e4 * x, 1e2 + 1e-3 * x**2, "relu"),
        "sigmoid": (x, 1e3 + 1e4 * x**2, "sigmoid"),
    }


def two_slopes():
    """(X, Y): the lecture's ordered data, first y = 2x and then y = −x."""
    x = np.linspace(1.0, 2.0, 160)[:, None]
    return np.concatenate([x, x]), np.concatenate([2.0 * x, -x])


def with_constant_columns():
    """(X, Y): a linear target of two features, beside a constant feature and a constant target."""
    X, Y = linear_data()
    X[:, 1], Y[:, 0], Y[:, 1] = 0.1, X[:, 0] - 2.0 * X[:, 2], 7.5
    return X, Y


def odd_data():
    """(X, Y) at the edges of what is allowed, by name."""
    ones, ramp = np.ones((5, 1)), np.arange(5.0)[:, None]
    return {
        "one row": (LECTURE_X[:1], LECTURE_Y[:1]),
        "two rows": (LECTURE_X[:2], LECTURE_Y[:2]),
        "constant feature": (0.1 * ones, ramp),
        "constant target": (ramp, 0.1 * ones),
        "zeros": (0.0 * ones, 0.0 * ones),
    }

"""Whole training runs of small networks, in every order in which the batches may have come.

All in standardised units. The runs are computed side by side: their number is the first axis.
"""

import math
from dataclasses import dataclass
from itertools import combinations, permutations, product

import numpy as np

from properties.oracles import activations

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
# So many runs are followed at once where the order of the rows is told epoch by epoch.
FOLLOWED = 4


@dataclass(frozen=True, eq=False)
class Units:
    """The mean and the population standard deviation of each column of some data."""

    mean: np.ndarray
    std: np.ndarray

    @classmethod
    def of(cls, data):
        """Find them one column at a time, in two passes, each sum rounded once."""
        means = np.array([math.fsum(column) / len(data) for column in data.T])
        squares = [math.fsum(column) / len(data) for column in ((data - means) ** 2).T]
        return cls(means, np.sqrt(squares))

    def standardize(self, data):
        """(data − mean) / std."""
        return (data - self.mean) / self.std

    def restore(self, standardized):
        """The data again: standardized · std + mean."""
        return standardized * self.std + self.mean


def mean_squared_error(prediction, target):
    """The mean over the entries of a prediction (…, m, n), for each run."""
    return np.mean((prediction - target) ** 2, axis=(-2, -1))


def variance_left(prediction, target):
    """The mean squared error of each column over its variance: 1 for the mean predictor.

    Where the target is constant, the error itself.
    """
    variance = np.var(target, axis=0)
    return np.mean((prediction - target) ** 2, axis=0) / np.where(variance == 0, 1.0, variance)


# σ(z) − σ(−z) is nearly 2z times this for small z, and for ReLU and identity exactly.
ODD_SLOPES = {"identity": 1.0, "tanh": 1.0, "sigmoid": 0.25, "relu": 0.5}


def opposite_probes(n_x, reach):
    """The unit vectors, and their negatives, all times ``reach``."""
    return reach * np.concatenate([np.eye(n_x), -np.eye(n_x)])


def product_of_weights(at, activation, reach):
    """W_L … W_1 of a network with biases 0, from its predictions ``at`` opposite probes.

    If the activation is sigmoid or ReLU, it has one hidden layer at most.
    """
    forth, back = np.split(at, 2)
    return (forth - back).T / (2.0 * reach * ODD_SLOPES[activation])


def across(map_, length):
    """A step of some length in the inputs that a map (n_y, n_x) of rank 1 does not see."""
    seen = map_[np.abs(map_).max(axis=1).argmax()]
    step = np.cos(np.arange(len(seen)))
    step = step - seen * (step @ seen) / (seen @ seen)
    return length * step / np.sqrt(step @ step)


def probes(n_x):
    """Inputs that tell a network's first weights: 0, the unit vectors, and twice those."""
    return np.concatenate([np.zeros((1, n_x)), np.eye(n_x), 2.0 * np.eye(n_x)])


def first_layers(at, case):
    """The layers of a network before training, from its predictions ``at`` the probes.

    It has no hidden layer, or one with a single unit, and then biases 0.
    """
    n_x = len(at) // 2
    origin, once, twice = at[0], at[1 : n_x + 1], at[n_x + 1 :]
    if not case.hidden_sizes:
        return [((once - origin).T, origin)]
    w, v = _single_unit(origin, once, twice, case.activation)
    return [(w[None], np.zeros(1)), (v[:, None], np.zeros(len(v)))]


def _single_unit(origin, once, twice, activation):
    """Solve P(z) = v σ(w z) for w and v; NaN if that is not what the predictions are of.

    tanh: P(2) / P(1) = v tanh(2w) / (v tanh(w)) = 2 / (1 + tanh² w). The unit with −w and −v is its
    mirror image and trains alike, so w may be taken as positive in one of the inputs.
    sigmoid: P(0) = v / 2 and P(1) = v σ(w).
    """
    with np.errstate(all="ignore"):
        if activation == "tanh":
            j, k = np.unravel_index(np.abs(once).argmax(), once.shape)
            v = once[j] / np.sqrt(2.0 * once[j, k] / twice[j, k] - 1.0)
            return np.arctanh(once[:, k] / v[k]), v
        v = 2.0 * origin
        k = np.abs(v).argmax()
        return -np.log(v[k] / once[:, k] - 1.0), v


@dataclass(frozen=True, eq=False)
class Runs:
    """Where training leads in each order of the rows, and with Adam's ε in each of its places.

    Shapes, for R runs: orders (R, epochs, m); predictions at the probes (R, 2 n_x + 1, n_y);
    losses of either kind (R, epochs).
    """

    orders: np.ndarray
    predictions: np.ndarray
    losses: dict

    def nearest(self, predictions):
        """The index of the run with predictions that come nearest to these."""
        return int(np.abs(self.predictions - predictions).max(axis=(1, 2)).argmin())


def runs(layers, case, learning_rate):
    """Train these layers on a case by Adam, in every order."""
    X, Y = Units.of(case.X).standardize(case.X), Units.of(case.Y).standardize(case.Y)
    orders = list(product(_orders(len(X), case.batch_size), repeat=case.epochs))
    outside = np.repeat([0.0, EPSILON], len(orders))[:, None, None]
    orders = np.array(orders * 2)
    start = [np.tile(p, (len(orders), 1, 1)) for layer in layers for p in layer]
    adam = _Adam(start, learning_rate, EPSILON - outside, outside)
    means, ends = np.zeros((2, len(orders), case.epochs))
    with np.errstate(over="ignore", invalid="ignore"):  # of first weights beyond all measure
        for epoch in range(case.epochs):
            means[:, epoch], ends[:, epoch] = _epoch(adam, X, Y, orders[:, epoch], case)
        predictions = _predict(adam.layers(), probes(X.shape[1]), case.activation)
    losses = {"the mean over the epoch's batches": means, "the loss at the epoch's end": ends}
    return Runs(orders, predictions, losses)


def told_orders(start, case, learning_rate, reported):
    """The order of the rows in each epoch of a linear model, told from the losses that it reported.

    Epoch by epoch, the few runs are followed that come nearest to the reported losses, of either
    kind: orders (2, epochs, m), predictions at the probes (2, 2 n_x + 1, n_y).
    """
    X, Y = Units.of(case.X).standardize(case.X), Units.of(case.Y).standardize(case.Y)
    orders = np.array(_orders(len(X), case.batch_size))
    told, predictions = [], []
    for kind in range(2):
        adam, path = (
            _Adam([np.tile(p, (1, 1, 1)) for p in start], learning_rate, EPSILON, 0.0),
            [[]],
        )
        for loss in reported:
            adam = adam.repeated(len(orders))
            tried = np.tile(orders, (len(path), 1))
            kinds = _epoch(adam, X, Y, tried, case)
            nearest = np.argsort(np.abs(kinds[kind] - loss))[:FOLLOWED]
            adam = adam.chosen(nearest)
            path = [[*path[i // len(orders)], tried[i]] for i in nearest]
        told.append(path[0])
        predictions.append(_predict(adam.layers(), probes(X.shape[1]), case.activation)[0])
    return Runs(np.array(told), np.array(predictions), {})


def _epoch(adam, X, Y, orders, case):
    """Run an epoch, each run in its order; return its losses of either kind, (2, runs)."""
    mean = np.zeros(len(orders))
    for first in range(0, len(X), case.batch_size):
        rows = orders[:, first : first + case.batch_size]
        loss, gradients = _gradients(adam.layers(), X[rows], Y[rows], case.activation)
        mean += loss * rows.shape[1] / len(X)
        adam.step(gradients)
    return mean, mean_squared_error(_predict(adam.layers(), X, case.activation), Y)


def _orders(rows, batch_size):
    """One order of the rows for each sequence of batches that they can make."""

    def of(left):
        if len(left) <= batch_size:
            return [left]
        firsts = combinations(left, batch_size)
        return [
            first + rest
            for first in firsts
            for rest in of(tuple(r for r in left if r not in first))
        ]

    return of(tuple(range(rows)))


class _Adam:
    """Adam on a list of arrays, with ε inside the root and ε outside it for each run."""

    def __init__(self, theta, learning_rate, inside, outside):
        self.theta = theta
        self.averages = [(np.zeros_like(p), np.zeros_like(p)) for p in theta]
        self.learning_rate, self.inside, self.outside = learning_rate, inside, outside
        self.t = 0

    def repeated(self, times):
        """The same state, each run of it several times in succession."""
        return self.chosen(np.repeat(np.arange(len(self.theta[0])), times))

    def chosen(self, runs):
        """The state of some of the runs, if ε is in one place."""
        chosen = _Adam([p[runs] for p in self.theta], self.learning_rate, self.inside, self.outside)
        chosen.averages = [(m[runs], v[runs]) for m, v in self.averages]
        chosen.t = self.t
        return chosen

    def layers(self):
        return list(zip(self.theta[::2], self.theta[1::2], strict=True))

    def step(self, gradients):
        self.t += 1
        for i, g in enumerate(gradients):
            m, v = self.averages[i]
            m, v = BETA1 * m + (1 - BETA1) * g, BETA2 * v + (1 - BETA2) * g**2
            self.averages[i] = m, v
            m_hat, v_hat = m / (1 - BETA1**self.t), v / (1 - BETA2**self.t)
            divisor = np.sqrt(v_hat + self.inside) + self.outside
            self.theta[i] = self.theta[i] - self.learning_rate * m_hat / divisor


def _forward(layers, X, activation):
    """(z, h) of each layer, the input first."""
    passed = [(None, X)]
    for i, (W, b) in enumerate(layers, 1):
        z = passed[-1][1] @ W.swapaxes(-1, -2) + b
        passed.append((z, z if i == len(layers) else activations.value(activation, z)))
    return passed


def _predict(layers, X, activation):
    return _forward(layers, X, activation)[-1][1]


def _gradients(layers, X, Y, activation):
    """The loss of each run's batch, and its derivatives in W₁, b₁, W₂, b₂, …."""
    passed = _forward(layers, X, activation)
    prediction = passed[-1][1]
    delta = 2.0 * (prediction - Y) / prediction[0].size
    gradients = []
    for i in reversed(range(len(layers))):
        gradients[:0] = [delta.swapaxes(-1, -2) @ passed[i][1], delta.sum(axis=-2, keepdims=True)]
        if i > 0:
            delta = delta @ layers[i][0] * activations.derivative(activation, passed[i][0])
    return mean_squared_error(prediction, Y), gradients


def long_step(slope, depth, rate):
    """The slope of a linear chain of single units after one step far longer than its weights.

    It is Π w, and the batch is that of the rows (−1, −1) and (1, 1), so that the loss falls towards
    the slope 1. Adam's first step is ±rate, for all |w| up or for all of them down.
    """
    return np.sign(slope) * (np.sign(slope) * np.sign(1.0 - slope) * rate) ** depth


def chain_weights(slope, rates, slopes):
    """The |w| of such a chain in ascending order, from ``slopes`` after one step at each rate.

    |Π (|w| + κη)|, with κ = ±1 as in ``long_step``, is a polynomial in κη with the first
    coefficient 1, so that as many rates as there are layers but one tell the others. None, unless
    the weights are well apart and their gradients so large that ε does not matter.
    """
    t = np.sign(slope) * np.sign(1.0 - slope) * np.array(rates)
    depth = len(rates) + 1
    values = np.sign(slope) * np.array(slopes) - t**depth - np.abs(slope)
    coefficients = np.linalg.solve(t[:, None] ** np.arange(depth - 1, 0, -1), values)
    roots = np.roots([1.0, *coefficients, np.abs(slope)])
    weights = np.sort(-roots.real)
    gradient = 2.0 * np.abs(slope - 1.0) * np.abs(slope) / weights[-1]
    told = np.isreal(roots).all() and 0.2 < weights[0] < weights[-1] < 3.0
    return weights if told and np.diff(weights).min() > 0.1 and gradient > 0.2 else None


def chain_runs(slope, weights, case, learning_rate):
    """The predictions at the probes after a run from these weights, in any order of layers."""
    signs = np.array([np.sign(slope)] + [1.0] * (len(weights) - 1))
    layers = [
        [(w.reshape(1, 1), np.zeros(1)) for w in signs * order] for order in permutations(weights)
    ]
    return np.concatenate([runs(each, case, learning_rate).predictions for each in layers])

"""What an epoch has to hold, what random rows may do by chance, and the lecture's swing.

A check of randomness compares a mean over independent calls with a band that right code leaves
with a probability of at most ``FALSE_ALARM``, all entries of the check together.
"""

import itertools
import math

import numpy as np

from backproof.testing import TOLERANCE
from backproof.testing.bands import hypergeometric, mean_band


def batch_sizes(m, q):
    """Count q rows for each batch, and for the last one what is left."""
    return [min(q, m - start) for start in range(0, m, q)]


def row_numbers(part, table):
    """Find the row of ``table`` that each row of ``part`` is; −1 for one that is none of them."""
    with np.errstate(all="ignore"):
        distance = np.abs(part[:, None] - table[None])
        same = (distance <= TOLERANCE * np.maximum(1.0, np.abs(table))).all(axis=2)
    return np.where(same.any(axis=1), same.argmax(axis=1), -1).tolist()


def gradient(x, y):
    """The gradient of the mean squared error of the linear model x Wᵀ at W = 1, (n_y, n_x)."""
    with np.errstate(all="ignore"):
        error = x @ np.ones((x.shape[1], y.shape[1])) - y
        return 2.0 * error.T @ x / max(y.size, 1)


def weighted_gradients(batches, table):
    """Σ |B| / m · g_B over the batches (x, y) of an epoch."""
    total = np.zeros((table.Y.shape[1], table.X.shape[1]))
    with np.errstate(all="ignore"):
        return sum((len(x) / len(table.X) * gradient(x, y) for x, y in batches), total)


def two_slopes(x):
    """The lecture's correlated data: y = 2x in the first half of the rows, then y = −x."""
    half = len(x) // 2
    return x[:, None], np.concatenate([2.0 * x[:half], -x[half:]])[:, None]


def slope_gradient(x, y, w):
    """The derivative of the mean squared error of the model w x in w: 2 mean (w x − y) x."""
    with np.errstate(all="ignore"):
        return 2.0 * float(np.sum((w * x - y) * x)) / max(len(x), 1)


def mean_square(values):
    """The mean of the squares."""
    with np.errstate(all="ignore"):
        return float(np.sum(np.square(values))) / len(values)


def extent(trace):
    """The largest value less the smallest; 0 if there are none."""
    with np.errstate(all="ignore"):
        return float(np.ptp(trace)) if trace else 0.0


def descend(w, batches, rate):
    """List w after each step w ← w − η mean_B (w x − y) x."""
    trace = []
    with np.errstate(all="ignore"):
        for x, y in batches:
            w = w - rate * slope_gradient(x, y, w) / 2.0
            trace.append(w)
    return trace


def contractions(x, q, rate):
    """P and P': what each half of a stored epoch leaves of the distance to its own slope."""
    left = 1.0 - rate * np.mean(np.reshape(x**2, (-1, q)), axis=1)
    return tuple(float(np.prod(half)) for half in np.split(left, 2))


def swing(x, q, rate):
    """How far w moves up and down in each epoch once it repeats: 3 (1 − P)(1 − P') / (1 − P P').

    The halves pull w towards 2 and towards −1: w₁ = 2 + P (w₀ − 2), w₀ = −1 + P' (w₁ + 1).
    """
    first, second = contractions(x, q, rate)
    return 3.0 * (1.0 - first) * (1.0 - second) / (1.0 - first * second)


def epochs_to_repeat(x, q, rate):
    """After how many epochs w is within 1e-12 of its periodic run."""
    first, second = contractions(x, q, rate)
    return 1 + math.ceil(math.log(1e-12 / 3.0) / math.log(first * second))


def all_orders(m):
    """Every order of m rows."""
    return list(itertools.permutations(range(m)))


def all_subsets(m, q):
    """Every choice of q of m rows, each in stored order."""
    return list(itertools.combinations(range(m), q))


def places(orders, sizes):
    """Count how often each row comes to each place: [size, place, row].

    The sizes took turns in the orders (calls, m), as many as ``sizes``.
    """
    rows = np.arange(orders.shape[1])
    return np.array(
        [(orders[k::sizes, :, None] == rows).sum(axis=0) for k in range(sizes)], dtype=float
    )


def quarters(orders):
    """Count the rows of each quarter of the table that come in each quarter of the epoch."""
    size = orders.shape[1] // 4
    came_from = (orders // size).reshape(-1, 4, size)
    return np.array([(came_from == quarter).sum(axis=(0, 2)) for quarter in range(4)])


def quarter_band(m, calls):
    """The band of each entry of ``quarters``: in one call it is hypergeometric."""
    size = m // 4
    chances = hypergeometric(m, size, size)
    low, high = mean_band(np.arange(size + 1), chances, calls, checks=16)
    return low * calls, high * calls


def deviation_band(m, q, calls):
    """The band of the mean of (g_B − g)², of ``two_slopes`` with x = 1 at w = ½ and q of m rows.

    There each row's gradient is −3 or 3, so that σ² = 9, and g_B is 3 (2k / q − 1) with k rows of
    the second half in the batch: k is hypergeometric and the mean is 9 / q · (m − q) / (m − 1).
    """
    deviations = (3.0 * (2.0 * np.arange(q + 1) / q - 1.0)) ** 2
    return mean_band(deviations, hypergeometric(m, m // 2, q), calls)

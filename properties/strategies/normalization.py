"""Tables of features that are unlike each other: in scale, in offset, constant or nearly so."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from backproof.testing.strategies import arrays

# What the features have in common: rows at least 1 apart, so that noise below 0.4 leaves none of
# them constant, and new data beyond the others on both sides, and between them.
_TRAINING = np.array([2.0, -1.0, 4.0, 1.0, -3.0, 5.0])
_NEW = np.array([9.0, -80.0, 0.5, 90.0])

# (scale, offset in units of the scale). Far from 0, |mean| is 2e5 to 8e5 standard deviations: near
# the contract's 1e6. At 1e-14 the spread is 2e-14 and more; a feature whose spread is below 1e-14
# may be taken for a constant.
_ORDINARY = np.array([(1.0, 3.0), (-2.0, 0.5), (0.5, 4.0)])
_UNEVEN = np.array([(1, 0), (1e-8, 1), (1e8, -2), (1, 8e5), (1e-3, -8e5), (1e-14, 1)])
# Which of the uneven features are in a table: as often all of them as one, or two.
_CHOSEN = [(j,) for j in range(6)] + [(0, 2), (1, 3), (3, 0), (5, 4)] + [tuple(range(6))] * 10

# 0.1 and 100000000.1 are rounded, so that sums of them are, too.
CONSTANTS = np.array([0.1, 0.0, 100000000.1, -7.3, 1e-9])

LECTURE = np.array(
    [
        [1.0, 100.0, 0.01, 1.0, 1000.0],
        [-0.9, 101.0, 0.02, 2.0, 998.0],
        [-1.1, 102.0, 0.03, 3.0, 1010.0],
        [0.2, 150.0, 0.05, 4.0, 800.0],
    ]
)

# Enough of it to tell rows from features, and few enough numbers to be read.
LECTURE_PART = LECTURE[:3, :2]


@dataclass(frozen=True, eq=False)
class Features:
    """Training data X (m, n) and new data of the same n features."""

    X: np.ndarray
    new: np.ndarray


def ordinary_features():
    """One to three features with |mean| up to 4 standard deviations."""
    sizes = st.sampled_from([(2, 1), (3, 2), (5, 1), (4, 3), (6, 2), (2, 3)])
    return st.tuples(sizes, _noise(3)).map(lambda drawn: _table(drawn[0], drawn[1], _ORDINARY))


def uneven_features():
    """Features of scale 1, 1e-8, 1e8 and 1e-14, and two far from 0: all six, or one or two."""
    chosen, new_rows = st.sampled_from(_CHOSEN).map(list), st.sampled_from([1, 4])
    return st.builds(_columns, six_uneven_features(), chosen, new_rows)


def _columns(features, chosen, new_rows):
    return Features(features.X[:, chosen], features.new[:new_rows, chosen])


def six_uneven_features():
    """All six of them, in this order."""
    sizes = st.sampled_from([2, 3, 4, 5, 6]).map(lambda m: (m, 6))
    return st.tuples(sizes, _noise(6)).map(lambda drawn: _table(drawn[0], drawn[1], _UNEVEN))


def _noise(n):
    return arrays((len(_TRAINING) + len(_NEW), n), limit=0.4)


def _table(size, noise, regimes):
    m, n = size
    rows = np.concatenate([_TRAINING[:m], _NEW])[:, None]
    table = (rows + noise[: len(rows), :n] + regimes[:n, 1]) * regimes[:n, 0]
    return Features(table[:m], table[m:])


def constant_features():
    """Features that have one value each, in any number of rows; new data have other values."""
    values = st.sampled_from([*CONSTANTS[:, None], *[CONSTANTS] * len(CONSTANTS)])
    return st.builds(_constants, st.sampled_from([2, 3, 1, 6, 7, 10]), values)


def _constants(m, values=CONSTANTS):
    return Features(np.tile(values, (m, 1)), np.tile(values + 1.0, (2, 1)))


def mixed_features():
    """(X, j): ordinary features, one of them, the feature j, replaced by a constant one."""
    constants = st.sampled_from([(j, value) for j in range(3) for value in CONSTANTS.tolist()])
    return st.tuples(ordinary_features(), constants).map(_with_a_constant)


def _with_a_constant(drawn):
    features, (j, value) = drawn
    j = min(j, features.X.shape[1])
    return np.insert(features.X, j, value, axis=1), j


def affine_maps():
    """(a, c): other units a (x + c) for a feature x, smaller, larger or reversed."""
    return st.sampled_from([(-2.0, 3.0), (1e-8, 1.0), (-1e8, 0.5), (0.25, -2.0)])


def target_ranges():
    """(low, high), none of them the default."""
    return st.sampled_from([(-3.0, 5.0), (2.0, 2.5), (-10.0, -4.0), (0.0, 1.0), (-2.0, 0.0)])


# Every feature at once: the uneven ones and the constant ones.
ALL_FEATURES = np.hstack([_table((3, 6), np.zeros((9, 6)), _UNEVEN).X, _constants(3).X])

# Features that are nearly constant: 1 ± 1e-10 and the same about other values; then a spread of
# 1.2e-13 of the values, and of 1.2e-14 about 0. A spread below 1e-13 of the values, or below 1e-14,
# may be taken for none.
BARELY_VARYING = np.hstack(
    [
        np.outer(1.0 + 1e-10 * _TRAINING[:3], CONSTANTS[[0, 2, 3]]),
        np.outer(1.0 + 2.4e-14 * _TRAINING[:3], [1.0, -7.3, 1e6]),
        2.4e-15 * _TRAINING[:3, None],
    ]
)

# Many rows of two features, from 1e-3 to 1e9 on both sides of 0; the largest are the last rows of
# the first feature and the first rows of the second.
_FAR = np.geomspace(1e-3, 1e9, 1300) * np.where(np.arange(1300) % 2, 1.0, -1.0)
FAR_ROWS = np.stack([_FAR, 3.0 * _FAR[::-1]], axis=1)

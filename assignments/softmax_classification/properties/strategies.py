"""Batches of scores, labels and inputs."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from backproof.testing.strategies import arrays

# Rows and classes: unlike, so that factors 1/m, 1/n and 1/(m n) and sums along the wrong axis show.
_SIZES = ((2, 3), (3, 2), (4, 3), (2, 4))


@dataclass(frozen=True, eq=False)
class Batch:
    """Scores (m, n) and a label for each row."""

    z: np.ndarray
    labels: np.ndarray

    @property
    def n(self):
        """The number of classes."""
        return self.z.shape[1]

    def twice(self):
        """The batch with each row twice."""
        return Batch(np.tile(self.z, (2, 1)), np.tile(self.labels, 2))


@dataclass(frozen=True, eq=False)
class Data:
    """Inputs (m, d), weights (n, d), biases (n,) and labels (m,)."""

    X: np.ndarray
    W: np.ndarray
    b: np.ndarray
    labels: np.ndarray


def _labels(m, n):
    return st.lists(st.integers(0, n - 1), min_size=m, max_size=m).map(np.array)


@st.composite
def batches(draw):
    """Batches of at least two rows and two classes."""
    m, n = draw(st.sampled_from(_SIZES))
    return Batch(draw(arrays((m, n))), draw(_labels(m, n)))


@st.composite
def data(draw):
    """Inputs with parameters and labels."""
    (m, n), d = draw(st.sampled_from(_SIZES)), draw(st.integers(1, 3))
    parts = [draw(arrays(shape)) for shape in ((m, d), (n, d), n)]
    return Data(*parts, draw(_labels(m, n)))


@st.composite
def label_pairs(draw):
    """(predicted, labels, n): two labels for each of some rows, of n classes."""
    n, m = draw(st.integers(2, 4)), draw(st.integers(3, 8))
    return draw(_labels(m, n)), draw(_labels(m, n)), n

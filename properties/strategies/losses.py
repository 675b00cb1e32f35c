"""Predictions and targets: the sizes at which the denominators differ."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from hypothesis import strategies as st

from backproof.testing.strategies import array_tuples, corner

# With m and n unlike and at least 2, the factors 1, m, n and m·n all differ.
_SIZES = ((2, 3), (3, 2), (2, 4), (4, 3), (3, 5))
# With as many rows as outputs a transpose has the right shape; one entry alone is a batch, too.
_SQUARES = ((2, 2), (3, 3), (1, 1))
# A column; transposed, a row. There a squeezed axis or a broadcast vector shows.
_COLUMNS = ((2, 1), (3, 1), (4, 1), (5, 1))
_OFFSETS = (1e6, -1e5, 3e5)


@dataclass(frozen=True, eq=False)
class LossCase:
    """What was predicted and what was right, both (m, n)."""

    prediction: np.ndarray
    target: np.ndarray

    def with_differences_times(self, factor):
        """The case with the prediction nearer to its target, or farther from it."""
        return LossCase(self.target + factor * (self.prediction - self.target), self.target)

    def transposed(self):
        """The case with rows for outputs and outputs for rows."""
        return LossCase(self.prediction.T, self.target.T)


def loss_cases():
    """Batches of at least two rows and two outputs, not as many of one as of the other."""
    return _of_sizes(_SIZES)


def apart_loss_cases():
    """(case, v): a batch whose entries all differ from their targets, and a way further apart.

    Along v the loss rises, by Σ 2 (prediction − target) v / (m n) ≥ 1.
    """
    return loss_cases().map(_apart)


def _apart(case):
    signs = np.where(np.arange(case.target.size) % 3 == 1, -1.0, 1.0).reshape(case.target.shape)
    distance = np.abs(case.prediction - case.target) + 0.5
    return LossCase(case.target + signs * distance, case.target), signs


def square_loss_cases():
    """Batches of as many rows as outputs."""
    return _of_sizes(_SQUARES)


def near_and_far_loss_cases():
    """Batches whose differences are ten thousand times smaller, or larger, than others'."""
    drawn = st.tuples(loss_cases(), st.sampled_from([1e-4, 1e4]))
    return drawn.map(lambda pair: pair[0].with_differences_times(pair[1]))


def single_output_cases():
    """Batches of a single output; transposed, they are a single row."""
    return _of_sizes(_COLUMNS)


def distant_loss_cases():
    """(case, c): a batch, and an offset beside which its differences are small."""
    return st.tuples(loss_cases(), st.sampled_from(_OFFSETS))


def waving_loss_case(m, n, *, phase=0.0):
    """Give a batch of any size with entries from −1 to 1."""
    prediction, target = np.sin(np.arange(2.0 * m * n) + phase).reshape(2, m, n)
    return LossCase(prediction, target)


@cache
def _of_sizes(sizes):
    """Batches of one of some sizes, cut from the largest: so a case keeps its entries."""
    most = tuple(map(max, zip(*sizes, strict=True)))
    blocks = array_tuples(most, most)
    return st.tuples(st.sampled_from(sizes), blocks).map(
        lambda drawn: LossCase(*(corner(block, *drawn[0]) for block in drawn[1]))
    )

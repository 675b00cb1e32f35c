"""Dense layers with a batch: the sizes at which mistakes show, away from kinks."""

from dataclasses import dataclass, replace
from functools import cache
from itertools import permutations

import numpy as np
from hypothesis import strategies as st

from backproof.testing.strategies import array_tuples, arrays, corner
from properties.oracles.activations import NAMES


@dataclass(frozen=True, eq=False)
class DenseCase:
    """One layer, one batch, and the derivative of the loss in the layer's output.

    Shapes: h_prev (m, n_in), W (n_out, n_in), b (n_out,), z and dh (m, n_out).
    """

    h_prev: np.ndarray
    W: np.ndarray
    b: np.ndarray
    z: np.ndarray
    dh: np.ndarray
    activation: str


def _batches(n_in, n_out):
    """Four batch sizes unlike either width, with repetitions, and one row."""
    return [*(2 * [m for m in range(2, 6) if m not in (n_in, n_out)])[:4], 1]


# (n_in, n_out), the smallest first: as many equal as distinct ones.
_WIDTHS = sorted(
    [(n, n) for n in range(1, 5) for _ in range(3)] + list(permutations(range(1, 5), 2)),
    key=lambda widths: (widths[0] * widths[1], widths),
)
_MOST_ROWS, _MOST_UNITS = 5, 4


def sizes():
    """(m, n_in, n_out): equal and distinct widths, a batch unlike either, and one row.

    Distinct widths turn a transpose into an error; equal ones hide it, so both are drawn.
    """
    # As many batches for all widths, or a single row would not shrink to a single unit.
    return st.tuples(st.sampled_from(_WIDTHS), st.integers(0, 4)).map(
        lambda drawn: (_batches(*drawn[0])[drawn[1]], *drawn[0])
    )


@st.composite
def dense_cases(draw, *, activations=NAMES):
    """Layers with |z| ≥ 0.01, so that no small step crosses the kink of ReLU.

    Args:
        draw: Supplied by Hypothesis.
        activations: The names to choose from.

    """
    size, name = draw(sizes()), draw(st.sampled_from(activations))
    return _cut(draw(_blocks()), size, name)


def clear_of_kinks(z, margin=0.01, apart=1.0):
    """Find a shift for each column of ``z`` after which no entry is within ``margin`` of 0.

    Each entry rules out one interval of width 2 · margin, so of m + 1 shifts that are further
    ``apart`` than that at least one is free.
    """
    shifts = apart * np.arange(len(z) + 1)
    free = (np.abs(z[None] + shifts[:, None, None]) >= margin).all(axis=1)
    return shifts[free.argmax(axis=0)]


@st.composite
def saturated_dense_cases(draw):
    """Saturating layers with |z| near 900: below 0 in the first unit, above in the second."""
    case = draw(dense_cases(activations=["sigmoid", "tanh"]))
    b = np.where(np.arange(len(case.b)) % 2 == 0, -900.0, 900.0)
    return replace(case, b=b, z=case.h_prev @ case.W.T + b)


def crowded_dense_cases():
    """Layers with as many rows as inputs, as outputs, or both."""
    sizes = [(1, 1, 1), (2, 2, 2), (3, 3, 2), (3, 2, 3), (3, 3, 3)]
    return st.builds(_cut, _blocks(), st.sampled_from(sizes), st.sampled_from(NAMES))


def large_dense_cases():
    """Saturating or not, layers with |z| near 900 and dh in the hundred thousands."""
    return dense_cases().map(_enlarge)


@cache
def _blocks():
    """(h_prev, W, b, dh) of the largest size: so a case keeps its entries as it shrinks."""
    n = _MOST_UNITS
    return array_tuples((_MOST_ROWS, n), (n, n), n, (_MOST_ROWS, n))


def _cut(blocks, size, activation):
    m, n_in, n_out = size
    sides = (m, n_in), (n_out, n_in), (n_out,), (m, n_out)
    parts = [corner(block, *each) for block, each in zip(blocks, sides, strict=True)]
    return _build(*parts, activation)


def _build(h_prev, W, b, dh, activation):
    b = b + clear_of_kinks(h_prev @ W.T + b)
    return DenseCase(h_prev, W, b, h_prev @ W.T + b, dh, activation)


def _enlarge(case):
    b = np.where(np.arange(len(case.b)) % 2 == 0, -900.0, 900.0)
    return replace(case, b=b, z=case.h_prev @ case.W.T + b, dh=1e5 * case.dh)


def upstream_pairs():
    """(case, dh2, a): a layer, another derivative in its output, and a number."""
    return dense_cases().flatmap(
        lambda case: st.tuples(st.just(case), arrays(case.dh.shape), st.sampled_from([2.0, -0.5]))
    )


def waving_dense_case(m, n_in, n_out, *, phase=0.0):
    """Give a layer of any size under tanh that is not saturated.

    The entries are sines of squares, which are as irregular as random numbers.
    """
    squares = np.arange(m * n_in + n_out * n_in + n_out + m * n_out) ** 2
    sizes = np.cumsum([m * n_in, n_out * n_in, n_out])
    h_prev, W, b, dh = np.split(np.sin(0.37 * squares + phase), sizes)
    W = W.reshape(n_out, n_in) / np.sqrt(n_in)
    return _build(h_prev.reshape(m, n_in), W, b, dh.reshape(m, n_out), "tanh")

"""Mini-batches: an epoch in stored order, an epoch in random order, and one random sample.

Lecture: Mini-batch gradient descent, optimizing NNs in practice.
"""

from collections.abc import Iterable

import numpy as np


def sequential_minibatches(
    X: np.ndarray, Y: np.ndarray, q: int
) -> Iterable[tuple[np.ndarray, np.ndarray]]:
    """Go over all rows once, q at a time, in stored order.

        the first batch is X[0:q], Y[0:q], the second X[q:2q], Y[q:2q], and so on

    X: (m, n_x). Y: (m, n_y). q ≥ 1; the last batch holds the rows that are left, and q ≥ m gives
    one batch of all m rows. Returns an iterable of pairs (X_q, Y_q); one pass may use it up.

    Lecture: Mini-batch gradient descent, optimizing NNs in practice.
    """
    for start in range(0, len(X), q):
        yield X[start : start + q], Y[start : start + q]


def shuffled_minibatches(
    X: np.ndarray, Y: np.ndarray, q: int, rng: np.random.Generator
) -> Iterable[tuple[np.ndarray, np.ndarray]]:
    """Go over all rows once, q at a time, in a random order that is new at every call.

        the sequential batches of X[order], Y[order], with order a uniformly random permutation

    X: (m, n_x). Y: (m, n_y); a row of X stays with its row of Y. q ≥ 1; the last batch holds the
    rows that are left, and q ≥ m gives one batch of all m rows. rng: the only source of
    randomness. Returns an iterable of pairs (X_q, Y_q); one pass may use it up.

    Lecture: Mini-batch gradient descent, optimizing NNs in practice.
    """
    # one order for both, or the pairs would be torn apart
    order = rng.permutation(len(X))
    return sequential_minibatches(X[order], Y[order], q)


def sample_minibatch(
    X: np.ndarray, Y: np.ndarray, q: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw one mini-batch of q distinct rows at random.

        X_q = X[rows], Y_q = Y[rows], with rows a uniformly random subset of q of the m rows

    X: (m, n_x). Y: (m, n_y); a row of X stays with its row of Y. 1 ≤ q ≤ m; no row is drawn twice,
    every subset is equally likely, and the order within the batch is free. rng: the only source
    of randomness. Returns (X_q, Y_q), of shapes (q, n_x) and (q, n_y).

    Lecture: Mini-batch gradient descent, optimizing NNs in practice.
    """
    rows = rng.choice(len(X), size=q, replace=False)
    return X[rows], Y[rows]

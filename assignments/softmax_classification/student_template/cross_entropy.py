"""The loss of probabilities, and of scores; its gradient."""

import numpy as np


def value(p: np.ndarray, labels: np.ndarray) -> float:
    """Return the cross-entropy of probabilities and labels, the mean over the rows.

        l = −(1/m) Σ_i log p[i, labels[i]]

    p: (m, n), positive at the labels. labels: (m,), integers. Returns a number.
    """
    raise NotImplementedError


def of_targets(p: np.ndarray, targets: np.ndarray) -> float:
    """Return the cross-entropy of probabilities and target probabilities, the mean over the rows.

        l = −(1/m) Σ_i Σ_j targets[i, j] log p[i, j],  where 0 log 0 = 0

    p, targets: (m, n). p is 0 only where the target is 0. Returns a number.
    """
    raise NotImplementedError


def of_scores(z: np.ndarray, labels: np.ndarray) -> float:
    """Return the cross-entropy of softmax(z) and labels, also where softmax(z) is 0 as a float.

        l = −(1/m) Σ_i log softmax(z)[i, labels[i]]

    z: (m, n) with |z| ≤ 1000. labels: (m,), integers. Returns a number.
    """
    raise NotImplementedError


def gradient(z: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the derivative of `of_scores` in the scores.

        ∂l/∂z = (softmax(z) − y) / m,  where y = one_hot(labels)

    z: (m, n) with |z| ≤ 1000. labels: (m,), integers. Returns (m, n).
    """
    raise NotImplementedError

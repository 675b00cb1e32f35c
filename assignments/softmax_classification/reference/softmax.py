"""From scores to probabilities: softmax and its logarithm, and labels as rows of 0 and 1."""

import numpy as np


def log_sum_exp(z: np.ndarray) -> np.ndarray:
    """Return the logarithm of the sum of the exponentials of each row.

        a[i] = log Σ_k exp(z[i, k])

    z: (m, n) with |z| ≤ 1000. Returns (m,), without overflow.
    """
    largest = z.max(axis=1)
    return largest + np.log(np.exp(z - largest[:, None]).sum(axis=1))


def softmax(z: np.ndarray) -> np.ndarray:
    """Return the probabilities that belong to the scores in each row.

        p[i, j] = exp(z[i, j]) / Σ_k exp(z[i, k])

    z: (m, n) with |z| ≤ 1000. Returns (m, n), without overflow.
    """
    return np.exp(z - log_sum_exp(z)[:, None])


def log_softmax(z: np.ndarray) -> np.ndarray:
    """Return the logarithm of `softmax`, also where that is too small for a float.

        log p[i, j] = z[i, j] − log Σ_k exp(z[i, k])

    z: (m, n) with |z| ≤ 1000. Returns (m, n).
    """
    return z - log_sum_exp(z)[:, None]


def one_hot(labels: np.ndarray, n: int) -> np.ndarray:
    """Return a row for each label, which is 1 at the label and 0 elsewhere.

    labels: (m,), integers from 0 to n − 1. n: the number of classes. Returns (m, n), float64.
    """
    return np.eye(n)[labels]

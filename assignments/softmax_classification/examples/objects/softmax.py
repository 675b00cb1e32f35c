"""With scipy."""

import numpy as np
from scipy import special


def log_sum_exp(z):
    """Return log Σ exp of each row."""
    return special.logsumexp(z, axis=1)


def softmax(z):
    """Return the probabilities."""
    return special.softmax(z, axis=-1)


def log_softmax(z):
    """Return the logarithms."""
    return special.log_softmax(z, axis=1)


def one_hot(labels, n):
    """Return rows of 0 and 1."""
    return (np.asarray(labels)[:, None] == np.arange(n)).astype(float)

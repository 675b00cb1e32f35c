"""With numpy's sorting and counting."""

import numpy as np


def predicted_classes(z):
    """Return the best class of each row."""
    return (z == z.max(axis=1, keepdims=True)).argmax(axis=1)


def accuracy(z, labels):
    """Return the share of right rows."""
    return np.count_nonzero(predicted_classes(z) == labels) / len(labels)


def class_weights(labels, n):
    """Return the weights."""
    present, counts = np.unique(labels, return_counts=True)
    weights = np.zeros(n)
    weights[present] = counts.sum() / (counts.size * counts)
    return weights


def confusion(predicted, labels, n):
    """Return the counts of pairs."""
    return np.bincount(np.asarray(labels) * n + predicted, minlength=n * n).reshape(n, n)

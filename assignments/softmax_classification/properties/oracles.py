"""The right values, entry by entry."""

import math

import numpy as np


def log_sum(row):
    """Return log Σ exp of one row."""
    largest = max(row)
    return largest + math.log(math.fsum(math.exp(entry - largest) for entry in row))


def log_sums(z):
    """Return log Σ exp of each row."""
    return np.array([log_sum(row) for row in z.tolist()])


def logarithms(z):
    """Return log softmax(z)."""
    return np.array([[entry - log_sum(row) for entry in row] for row in z.tolist()])


def probabilities(z):
    """Return softmax(z)."""
    return np.array([[math.exp(entry - log_sum(row)) for entry in row] for row in z.tolist()])


def targets(labels, n):
    """Return a row of 0 and 1 for each label."""
    return np.array([[1.0 if j == label else 0.0 for j in range(n)] for label in labels.tolist()])


def loss(z, labels):
    """Return the cross-entropy of scores and labels."""
    pairs = zip(z.tolist(), labels.tolist(), strict=True)
    return math.fsum(log_sum(row) - row[label] for row, label in pairs) / len(z)


def loss_of_targets(p, targets):
    """Return the cross-entropy of probabilities and target probabilities."""
    pairs = zip(p.ravel().tolist(), targets.ravel().tolist(), strict=True)
    return -math.fsum(t * math.log(q) for q, t in pairs if t > 0) / len(p)


def gradient(z, labels):
    """Return the derivative of ``loss`` in the scores."""
    return (probabilities(z) - targets(labels, z.shape[1])) / len(z)


def scores(X, W, b):
    """Return X Wᵀ + b."""
    rows = [[math.fsum(x * w for x, w in zip(row, unit, strict=True)) for unit in W] for row in X]
    return np.array(rows) + b


def classes(z):
    """Return the first of the largest entries of each row."""
    return np.array([row.index(max(row)) for row in z.tolist()])


def loss_after(X, labels, n, batches, learning_rate):
    """Return the loss of all rows after a step for each batch, from zero weights."""
    W, b = np.zeros((n, X.shape[1])), np.zeros(n)
    for rows in batches:
        delta = gradient(scores(X[rows], W, b), labels[rows])
        W, b = W - learning_rate * delta.T @ X[rows], b - learning_rate * delta.sum(axis=0)
    return loss(scores(X, W, b), labels)

"""The loss, row by row."""

import math

import softmax


def value(p, labels):
    """Return the mean of −log p."""
    return sum(-math.log(row[label]) for row, label in zip(p, labels, strict=True)) / len(p)


def of_targets(p, targets):
    """Return the loss of targets."""
    total = 0.0
    for row, wanted in zip(p, targets, strict=True):
        for probability, target in zip(row, wanted, strict=True):
            if target > 0:
                total -= target * math.log(probability)
    return total / len(p)


def of_scores(z, labels):
    """Return the loss of scores."""
    rows = softmax.log_softmax(z)
    return sum(-row[label] for row, label in zip(rows, labels, strict=True)) / len(rows)


def gradient(z, labels):
    """Return (p − y) / m."""
    rows = softmax.softmax(z)
    for row, label in zip(rows, labels, strict=True):
        row[label] -= 1.0
    return [[entry / len(rows) for entry in row] for row in rows]

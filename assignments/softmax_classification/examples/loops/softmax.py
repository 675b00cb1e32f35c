"""Everything by loops and the math module."""

import math


def log_sum_exp(z):
    """Return log Σ exp of each row."""
    sums = []
    for row in z:
        largest = max(row)
        sums.append(largest + math.log(sum(math.exp(score - largest) for score in row)))
    return sums


def softmax(z):
    """Return the probabilities."""
    rows = []
    for row in z:
        largest = max(row)
        powers = [math.exp(score - largest) for score in row]
        rows.append([power / sum(powers) for power in powers])
    return rows


def log_softmax(z):
    """Return the logarithms."""
    pairs = zip(z, log_sum_exp(z), strict=True)
    return [[score - total for score in row] for row, total in pairs]


def one_hot(labels, n):
    """Return rows of 0 and 1."""
    return [[float(label == j) for j in range(n)] for label in labels]

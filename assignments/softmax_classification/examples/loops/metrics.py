"""Counts."""


def predicted_classes(z):
    """Return the best class of each row."""
    return [max(range(len(row)), key=lambda j, row=row: row[j]) for row in z]


def accuracy(z, labels):
    """Return the share of right rows."""
    pairs = zip(predicted_classes(z), labels, strict=True)
    return sum(found == label for found, label in pairs) / len(labels)


def class_weights(labels, n):
    """Return the weights."""
    labels = list(labels)
    present = len(set(labels))
    counts = [labels.count(j) for j in range(n)]
    return [len(labels) / (present * count) if count else 0.0 for count in counts]


def confusion(predicted, labels, n):
    """Return the counts of pairs."""
    table = [[0.0] * n for _ in range(n)]
    for found, label in zip(predicted, labels, strict=True):
        table[label][found] += 1.0
    return table

"""Mini-batches as lists of rows, shuffled by swapping.

Allowed: Batches may be lists, and the rows may be shuffled by any method that is fair.
"""

from tables import plain


def _cut(X, Y, order, q):
    X = plain(X)
    Y = plain(Y)
    batches = []
    for start in range(0, len(order), q):
        chosen = order[start : start + q]
        batches.append([[X[i] for i in chosen], [Y[i] for i in chosen]])
    return batches


def _swap_shuffle(m, count, rng):
    """The first `count` places of a shuffled range(m)."""
    order = list(range(m))
    for i in range(count):
        j = int(rng.integers(i, m))
        order[i], order[j] = order[j], order[i]
    return order[:count]


def sequential_minibatches(X, Y, q):
    return _cut(X, Y, list(range(len(X))), q)


def shuffled_minibatches(X, Y, q, rng):
    return _cut(X, Y, _swap_shuffle(len(X), len(X), rng), q)


def sample_minibatch(X, Y, q, rng):
    chosen = _swap_shuffle(len(X), min(q, len(X)), rng)
    return _cut(X, Y, chosen, len(chosen))[0]

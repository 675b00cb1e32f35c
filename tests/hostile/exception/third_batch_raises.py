# unit: minibatches
# earns: some
"""Yield two right batches and raise at the third."""


def sequential_minibatches(X, Y, q):
    for number, start in enumerate(range(0, len(X), q)):
        if number == 2:
            raise RuntimeError("no third batch")
        yield X[start : start + q], Y[start : start + q]


def shuffled_minibatches(X, Y, q, rng):
    order = rng.permutation(len(X))
    return sequential_minibatches(X[order], Y[order], q)


def sample_minibatch(X, Y, q, rng):
    raise StopIteration

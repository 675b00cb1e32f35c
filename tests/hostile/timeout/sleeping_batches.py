# unit: minibatches
# earns: nothing
"""Return iterators that never give their first item."""

import time


def sequential_minibatches(X, Y, q):
    time.sleep(1000)
    yield X, Y


def shuffled_minibatches(X, Y, q, rng):
    time.sleep(1000)
    yield X, Y


def sample_minibatch(X, Y, q, rng):
    time.sleep(1000)

import numpy as np


def sequential_minibatches(X, Y, q):
    m = X.shape[0]
    batches = []
    for i in range(0, m, q):
        batches.append((X[i : i + q], Y[i : i + q]))
    return batches


def shuffled_minibatches(X, Y, q, rng):
    order = rng.permutation(X.shape[0])
    X_s = X[order]
    Y_s = Y[order]
    return sequential_minibatches(X_s, Y_s, q)


def sample_minibatch(X, Y, q, rng):
    rows = rng.choice(X.shape[0], q, replace=False)
    return X[rows], Y[rows]

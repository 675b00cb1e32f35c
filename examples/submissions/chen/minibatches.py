def sequential_minibatches(X, Y, q):
    batches = []
    start = 0
    while start < X.shape[0]:
        batches.append((X[start : start + q], Y[start : start + q]))
        start += q
    return batches


def shuffled_minibatches(X, Y, q, rng):
    return sequential_minibatches(rng.permutation(X), rng.permutation(Y), q)


def sample_minibatch(X, Y, q, rng):
    idx = rng.permutation(X.shape[0])[:q]
    return X[idx], Y[idx]

import numpy as np


def zeros(n_in, n_out):
    return constant(n_in, n_out, 0.0)


def constant(n_in, n_out, value):
    return value * np.ones((n_out, n_in))


def normal(n_in, n_out, std, rng):
    return rng.normal(loc=0.0, scale=std, size=(n_out, n_in))


def uniform(n_in, n_out, limit, rng):
    return limit * (2 * rng.random((n_out, n_in)) - 1)


def xavier(n_in, n_out, rng, mode="fan_in"):
    if mode == "fan_in":
        variance = 1 / n_in
    elif mode == "fan_out":
        variance = 1 / n_out
    else:
        variance = 2 / (n_in + n_out)
    # U(-a, a) has the variance a²/3
    return uniform(n_in, n_out, np.sqrt(3 * variance), rng)


def he(n_in, n_out, rng):
    return uniform(n_in, n_out, np.sqrt(3 * 2 / n_in), rng)

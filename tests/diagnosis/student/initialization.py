import numpy as np


def zeros(n_in, n_out):
    return np.zeros((n_out, n_in))


def constant(n_in, n_out, value):
    return np.ones((n_out, n_in)) * value


def normal(n_in, n_out, std, rng):
    return std * rng.standard_normal((n_out, n_in))


def uniform(n_in, n_out, limit, rng):
    return rng.uniform(-limit, limit, size=(n_out, n_in))


def xavier(n_in, n_out, rng, mode="fan_in"):
    if mode == "fan_in":
        var = 1 / n_in
    elif mode == "fan_out":
        var = 1 / n_out
    else:
        var = 2 / (n_in + n_out)
    return rng.normal(0, np.sqrt(var), size=(n_out, n_in))


def he(n_in, n_out, rng):
    return rng.normal(0, np.sqrt(2 / n_in), size=(n_out, n_in))

"""First values for the weights."""

import numpy as np


def zeros(n_in: int, n_out: int) -> np.ndarray:
    """All weights 0 (a bad idea, see the quiz)."""
    return np.zeros(shape=(n_out, n_in))


def constant(n_in: int, n_out: int, value: float) -> np.ndarray:
    """All weights the same (also a bad idea: all units stay the same)."""
    W = np.empty((n_out, n_in))
    W[:] = value
    return W


def normal(n_in: int, n_out: int, std: float, rng: np.random.Generator) -> np.ndarray:
    """Independent N(0, std²) weights."""
    return rng.normal(0.0, std, (n_out, n_in))


def uniform(n_in: int, n_out: int, limit: float, rng: np.random.Generator) -> np.ndarray:
    """Independent U(-limit, limit) weights."""
    return rng.uniform(low=-limit, high=limit, size=(n_out, n_in))


def xavier(n_in: int, n_out: int, rng: np.random.Generator, mode: str = "fan_in") -> np.ndarray:
    """Weights with a variance of 1 over the "fan".

    The fan is n_in, n_out or the average of the two, (n_in + n_out) / 2.
    """
    fan = {"fan_in": n_in, "fan_out": n_out, "fan_avg": (n_in + n_out) / 2}[mode]
    return normal(n_in, n_out, fan**-0.5, rng)


def he(n_in: int, n_out: int, rng: np.random.Generator) -> np.ndarray:
    """Xavier with twice the variance, for ReLU."""
    return np.sqrt(2.0) * xavier(n_in, n_out, rng)

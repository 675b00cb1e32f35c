"""First values for the weights of a layer."""

import numpy as np


def zeros(n_in: int, n_out: int) -> np.ndarray:
    """All weights 0."""
    return np.zeros([n_out, n_in])


def constant(n_in: int, n_out: int, value: float) -> np.ndarray:
    """All weights have the same value."""
    return zeros(n_in, n_out) + value


def normal(n_in: int, n_out: int, std: float, rng: np.random.Generator) -> np.ndarray:
    """Independent normal weights, mean 0."""
    return rng.normal(0, std, size=(n_out, n_in))


def uniform(n_in: int, n_out: int, limit: float, rng: np.random.Generator) -> np.ndarray:
    """Independent weights between -limit and limit."""
    return (rng.random((n_out, n_in)) - 0.5) * 2 * limit


def xavier(n_in: int, n_out: int, rng: np.random.Generator, mode: str = "fan_in") -> np.ndarray:
    """Xavier: N(0, 1/n_in), N(0, 1/n_out) or N(0, 2/(n_in + n_out))."""
    if mode == "fan_in":
        return rng.normal(0, 1 / n_in, size=(n_out, n_in))
    if mode == "fan_out":
        return rng.normal(0, 1 / n_out, size=(n_out, n_in))
    return rng.normal(0, 2 / (n_in + n_out), size=(n_out, n_in))


def he(n_in: int, n_out: int, rng: np.random.Generator) -> np.ndarray:
    """He: the factor √(2/n_in) in front of standard normal weights."""
    return rng.standard_normal((n_out, n_in)) * (2 / n_in) ** 0.5

"""First values for the weights of a layer: what fails, what is random, and how large it should be.

Lecture: Initializing neural networks, from the quiz on zero weights to Many initializations.
"""

import numpy as np


def zeros(n_in: int, n_out: int) -> np.ndarray:
    """Return weights that are all 0, with which earlier layers get no derivatives.

        W[j, k] = 0

    Returns W of shape (n_out, n_in).

    Lecture: Initializing neural networks, starting well.
    """
    return np.zeros((n_out, n_in))


def constant(n_in: int, n_out: int, value: float) -> np.ndarray:
    """Return weights that all have one value, with which all units of a layer stay the same.

        W[j, k] = value

    Returns W of shape (n_out, n_in).

    Lecture: Initializing neural networks, constant initialization.
    """
    return np.full((n_out, n_in), float(value))


def normal(n_in: int, n_out: int, std: float, rng: np.random.Generator) -> np.ndarray:
    """Return independent normal weights of mean 0 and a given standard deviation.

        W[j, k] ~ N(0, std²)

    std: the standard deviation, not the variance; 0 or more. rng: the only source of randomness.
    Returns W of shape (n_out, n_in).

    Lecture: Initializing neural networks, random vectors.
    """
    return std * rng.standard_normal((n_out, n_in))


def uniform(n_in: int, n_out: int, limit: float, rng: np.random.Generator) -> np.ndarray:
    """Return independent weights, uniform between -limit and limit.

        W[j, k] ~ U(-limit, limit)

    limit: the half-width of the interval, not the standard deviation; 0 or more. rng: the only
    source of randomness. Returns W of shape (n_out, n_in).

    Lecture: Initializing neural networks, random vectors.
    """
    return rng.uniform(-limit, limit, size=(n_out, n_in))


def xavier(n_in: int, n_out: int, rng: np.random.Generator, mode: str = "fan_in") -> np.ndarray:
    """Return Xavier weights: independent, of mean 0, with a variance that fits the layer's size.

        Var(W[j, k]) = 1 / n_in              mode "fan_in": activations keep their variance
                       1 / n_out             mode "fan_out": gradients keep theirs
                       2 / (n_in + n_out)    mode "fan_avg": between the two

    rng: the only source of randomness. Returns W of shape (n_out, n_in). A normal, a uniform or a
    truncated normal family is accepted, the last two scaled to have exactly this variance.

    Lecture: Xavier initialization, reason it works; Many initializations, different properties.
    """
    variances = {"fan_in": 1.0 / n_in, "fan_out": 1.0 / n_out, "fan_avg": 2.0 / (n_in + n_out)}
    return normal(n_in, n_out, np.sqrt(variances[mode]), rng)


def he(n_in: int, n_out: int, rng: np.random.Generator) -> np.ndarray:
    """Return He weights: Xavier's with twice the variance, since ReLU drops half of its input.

        Var(W[j, k]) = 2 / n_in

    rng: the only source of randomness. Returns W of shape (n_out, n_in). The entries are
    independent and of mean 0; a normal, a uniform or a truncated normal family is accepted, the
    last two scaled to have exactly this variance.

    Lecture: Many initializations, different properties.
    """
    return normal(n_in, n_out, np.sqrt(2.0 / n_in), rng)

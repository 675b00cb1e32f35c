"""Features and targets on one scale: mean 0 and standard deviation 1, or a fixed range.

Lecture: Normalizing data, making gradient descent work well.
"""

import numpy as np

from ._checks import array, data, number


def standardization_statistics(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean and the standard deviation of every feature.

        mean[j] = Σ_i X[i, j] / m
        std[j] = √(Σ_i (X[i, j] - mean[j])² / m)      the population one: m, not m - 1

    X: (m, n), m ≥ 1. Returns (mean, std), each (n,), to 1e-6 relative as long as
    |mean| ≤ 1e6 std. A feature is constant if maximum == minimum (0.1 repeated is, although its
    computed standard deviation may be 1e-17 instead of 0): any finite statistics will do with
    which `standardize` gives 0, such as its value and 0. Any other feature follows the formulas,
    however small its spread; below 1e-14, or 1e-13 of its values, it may be taken as constant.

    Raises ValueError if X is not a matrix, has no rows or is not finite.

    Lecture: Normalizing data, making gradient descent work well.
    """
    X = data("X", X)
    minimum = X.min(axis=0)
    spread = X.max(axis=0) - minimum
    # In units of the spread, from the minimum on, no square underflows and no offset cancels. A
    # constant feature is 0 in these units, so that its mean and std come out exact.
    units = (X - minimum) / _divisor(spread)
    mean = units.mean(axis=0)
    units -= mean
    std = np.sqrt(np.square(units, out=units).mean(axis=0))
    return minimum + spread * mean, spread * std


def standardize(X: np.ndarray, mean: np.ndarray, std: np.ndarray) -> np.ndarray:
    """Map every feature to mean 0 and standard deviation 1.

        Z = (X - mean) / std

    X: (m, n), the data that the statistics are of, or new data. mean, std: (n,), from
    `standardization_statistics`. Returns Z of shape (m, n). A constant feature is mapped to 0
    (within 1e-6), and nothing is ever NaN or infinite.

    Raises ValueError if the shapes do not fit together or std is negative.

    Lecture: Normalizing data, making gradient descent work well.
    """
    X, mean, std = _checked("X", X, mean, std)
    Z = X - mean
    Z /= _divisor(std)
    return Z


def unstandardize(Z: np.ndarray, mean: np.ndarray, std: np.ndarray) -> np.ndarray:
    """Map standardised data back to its own units, the inverse of `standardize`.

        X = Z std + mean

    Z: (m, n). mean, std: (n,), from `standardization_statistics`. Returns X of shape (m, n). A
    constant feature gets its value back.

    Raises ValueError if the shapes do not fit together or std is negative.

    Lecture: Normalizing data, making gradient descent work well.
    """
    Z, mean, std = _checked("Z", Z, mean, std)
    X = Z * std
    X += mean
    return X


def range_statistics(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the smallest and the largest value of every feature.

        minimum[j] = min_i X[i, j]
        maximum[j] = max_i X[i, j]

    X: (m, n), m ≥ 1. Returns (minimum, maximum), each (n,).

    Raises ValueError if X is not a matrix, has no rows or is not finite.

    Lecture: Normalizing data, making gradient descent work well.
    """
    X = data("X", X)
    return X.min(axis=0), X.max(axis=0)


def rescale(
    X: np.ndarray,
    minimum: np.ndarray,
    maximum: np.ndarray,
    low: float = -1.0,
    high: float = 1.0,
) -> np.ndarray:
    """Map every feature linearly to a range, its minimum to low and its maximum to high.

        t = (X - minimum) / (maximum - minimum)
        Z = low (1 - t) + high t

    X: (m, n), the data that the statistics are of, or new data, which is not clipped. minimum,
    maximum: (n,), from `range_statistics`. low < high. Returns Z of shape (m, n). A constant
    feature, maximum == minimum, is mapped to the middle of low and high.

    Raises ValueError if the shapes do not fit together, a minimum is above its maximum or
    low < high does not hold.

    Lecture: Normalizing data, making gradient descent work well.
    """
    X, minimum, maximum = _checked_range("X", X, minimum, maximum, low, high)
    spread = maximum - minimum
    t = (X - minimum) / _divisor(spread)
    t[:, spread == 0.0] = 0.5
    # In this form t = 0 gives low and t = 1 gives high to the last digit.
    return low * (1.0 - t) + high * t


def unrescale(
    Z: np.ndarray,
    minimum: np.ndarray,
    maximum: np.ndarray,
    low: float = -1.0,
    high: float = 1.0,
) -> np.ndarray:
    """Map rescaled data back to its own units, the inverse of `rescale`.

        t = (Z - low) / (high - low)
        X = minimum + (maximum - minimum) t

    Z: (m, n). minimum, maximum: (n,), from `range_statistics`. low < high, as in `rescale`.
    Returns X of shape (m, n). A constant feature gets its value back.

    Raises ValueError if the shapes do not fit together, a minimum is above its maximum or
    low < high does not hold.

    Lecture: Normalizing data, making gradient descent work well.
    """
    Z, minimum, maximum = _checked_range("Z", Z, minimum, maximum, low, high)
    t = (Z - low) / (high - low)
    return minimum + (maximum - minimum) * t


def _divisor(spread: np.ndarray) -> np.ndarray:
    # A constant feature has no spread to divide by: its distance from its value stays as it is.
    return np.where(spread == 0.0, 1.0, spread)


def _checked(
    name: str, value: np.ndarray, mean: np.ndarray, std: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    value = array(name, value, "m", "n")
    n = value.shape[1]
    mean, std = array("mean", mean, n), array("std", std, n)
    if (std < 0.0).any():
        raise ValueError(f"std is {std}, expected 0 or more")
    return value, mean, std


def _checked_range(
    name: str,
    value: np.ndarray,
    minimum: np.ndarray,
    maximum: np.ndarray,
    low: float,
    high: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    value = array(name, value, "m", "n")
    n = value.shape[1]
    minimum, maximum = array("minimum", minimum, n), array("maximum", maximum, n)
    if (minimum > maximum).any():
        raise ValueError(f"minimum is {minimum}, expected at most the maximum, {maximum}")
    number("low", low, below=number("high", high))
    return value, minimum, maximum

"""Families of random values with variance 1 for which the bounds must hold."""

import numpy as np

# The cut of each family, in standard deviations of the normal family that is truncated there; the
# cut 0 stands for the uniform family, its limit.
CUTS = (0.0, 0.5, 1.0, 2.0, 3.0)


def grid(cut):
    """Return the points and the probabilities of a family, for Gauss-Legendre quadrature."""
    nodes, probabilities = np.polynomial.legendre.leggauss(200)
    probabilities = probabilities * np.exp(-((cut * nodes) ** 2) / 2)
    probabilities /= probabilities.sum()
    return nodes / np.sqrt(np.sum(probabilities * nodes**2)), probabilities


def draw(cut, shape, rng):
    """Return values that are drawn from a family."""
    points, probabilities = grid(cut)
    return rng.choice(points, shape, p=probabilities)

"""Normalization of padded tables; a constant feature has the standard deviation 0."""

import jax
import jax.numpy as jnp
import numpy as np

from .backend import cut, padded


def _or_one(width):
    return jnp.where(width > 0.0, width, 1.0)


@jax.jit
def _extremes(X, rows):
    there = jnp.arange(len(X))[:, None] < rows
    return jnp.where(there, X, jnp.inf).min(axis=0), jnp.where(there, X, -jnp.inf).max(axis=0)


@jax.jit
def _moments(X, rows):
    there = jnp.arange(len(X))[:, None] < rows
    smallest, largest = _extremes(X, rows)
    width = largest - smallest
    units = jnp.where(there, (X - smallest) / _or_one(width), 0.0)
    mean = units.sum(axis=0) / rows
    variance = jnp.where(there, (units - mean) ** 2, 0.0).sum(axis=0) / rows
    return smallest + width * mean, width * jnp.sqrt(variance)


@jax.jit
def _standardized(X, mean, std):
    return (X - mean) / _or_one(std)


@jax.jit
def _unstandardized(Z, mean, std):
    return Z * std + mean


@jax.jit
def _rescaled(X, minimum, maximum, low, high):
    width = maximum - minimum
    share = jnp.where(width > 0.0, (X - minimum) / _or_one(width), 0.5)
    return low + (high - low) * share


@jax.jit
def _unrescaled(Z, minimum, maximum, low, high):
    return minimum + (Z - low) / (high - low) * (maximum - minimum)


def _statistics(compiled, X):
    pair = compiled(padded(X), len(X))
    return tuple(cut(part, np.shape(X)[1:]) for part in pair)


def _mapped(compiled, table, statistics, *target):
    first, second = map(padded, statistics)
    return cut(compiled(padded(table), first, second, *target), np.shape(table))


def standardization_statistics(X):
    return _statistics(_moments, X)


def standardize(X, mean, std):
    return _mapped(_standardized, X, (mean, std))


def unstandardize(Z, mean, std):
    return _mapped(_unstandardized, Z, (mean, std))


def range_statistics(X):
    return _statistics(_extremes, X)


def rescale(X, minimum, maximum, low=-1.0, high=1.0):
    return _mapped(_rescaled, X, (minimum, maximum), low, high)


def unrescale(Z, minimum, maximum, low=-1.0, high=1.0):
    return _mapped(_unrescaled, Z, (minimum, maximum), low, high)

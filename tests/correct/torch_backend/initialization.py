"""Weights: numpy draws them, torch scales them."""

import math

import torch

from .backend import array


def zeros(n_in, n_out):
    return array(torch.zeros((n_out, n_in), dtype=torch.float64))


def constant(n_in, n_out, value):
    return array(torch.full((n_out, n_in), float(value), dtype=torch.float64))


def normal(n_in, n_out, std, rng):
    return array(torch.from_numpy(rng.standard_normal((n_out, n_in))).mul_(std))


def uniform(n_in, n_out, limit, rng):
    draws = torch.from_numpy(rng.random((n_out, n_in)))
    return array(draws.mul_(2.0).sub_(1.0).mul_(limit))


def xavier(n_in, n_out, rng, mode="fan_in"):
    fan = {"fan_in": n_in, "fan_out": n_out, "fan_avg": (n_in + n_out) / 2}[mode]
    return uniform(n_in, n_out, math.sqrt(3.0 / fan), rng)


def he(n_in, n_out, rng):
    return normal(n_in, n_out, math.sqrt(2.0 / n_in), rng)

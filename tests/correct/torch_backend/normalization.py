"""Normalization on tensors; a constant feature has the standard deviation 0."""

import torch

from .backend import array, tensor


def _or_one(width):
    return torch.where(width > 0, width, 1.0)


def standardization_statistics(X):
    X = tensor(X)
    smallest, largest = torch.aminmax(X, dim=0)
    width = largest - smallest
    std, mean = torch.std_mean((X - smallest) / _or_one(width), dim=0, correction=0)
    return array(smallest + width * mean), array(width * std)


def standardize(X, mean, std):
    return array((tensor(X) - tensor(mean)) / _or_one(tensor(std)))


def unstandardize(Z, mean, std):
    return array(torch.addcmul(tensor(mean), tensor(Z), tensor(std)))


def range_statistics(X):
    return tuple(map(array, torch.aminmax(tensor(X), dim=0)))


def rescale(X, minimum, maximum, low=-1.0, high=1.0):
    X, minimum, maximum = map(tensor, (X, minimum, maximum))
    width = maximum - minimum
    share = torch.where(width > 0, (X - minimum) / _or_one(width), 0.5)
    return array(low + (high - low) * share)


def unrescale(Z, minimum, maximum, low=-1.0, high=1.0):
    minimum, maximum = tensor(minimum), tensor(maximum)
    return array(minimum + (tensor(Z) - low) / (high - low) * (maximum - minimum))

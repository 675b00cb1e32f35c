import numpy as np


def standardization_statistics(X):
    mean = X.mean(axis=0)
    std = X.std(axis=0)
    constant = X.max(axis=0) == X.min(axis=0)
    mean[constant] = X[0][constant]
    std[constant] = 0
    return mean, std


def standardize(X, mean, std):
    s = np.array(std)
    s[s == 0] = 1
    return (X - mean) / s


def unstandardize(Z, mean, std):
    return Z * std + mean


def range_statistics(X):
    return np.min(X, axis=0), np.max(X, axis=0)


def rescale(X, minimum, maximum, low=-1.0, high=1.0):
    width = maximum - minimum
    constant = width == 0
    scaled = (X - minimum) / np.where(constant, 1, width)
    Z = low + (high - low) * scaled
    Z[:, constant] = (low + high) / 2
    return Z


def unrescale(Z, minimum, maximum, low=-1.0, high=1.0):
    scaled = (Z - low) / (high - low)
    return minimum + scaled * (maximum - minimum)

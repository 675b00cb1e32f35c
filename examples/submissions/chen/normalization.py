import numpy as np


def standardization_statistics(X):
    # shift by the minimum and divide by the range, compute there, then go back
    low, width = X.min(axis=0), np.ptp(X, axis=0)
    T = (X - low) / np.where(width > 0, width, 1.0)
    mu = T.mean(axis=0)
    sigma = np.sqrt(((T - mu) ** 2).mean(axis=0))
    return low + width * mu, width * sigma


def standardize(X, mean, std):
    Z = np.zeros_like(X)
    # columns with std = 0 stay 0
    np.divide(X - mean, std, out=Z, where=np.broadcast_to(std > 0, X.shape))
    return Z


def unstandardize(Z, mean, std):
    return mean + std * Z


def range_statistics(X):
    return np.amin(X, axis=0), np.amax(X, axis=0)


def rescale(X, minimum, maximum, low=-1.0, high=1.0):
    width = maximum - minimum
    ok = width > 0
    Z = np.full(X.shape, (low + high) / 2)
    Z[:, ok] = low + (high - low) * ((X[:, ok] - minimum[ok]) / width[ok])
    return Z


def unrescale(Z, minimum, maximum, low=-1.0, high=1.0):
    return minimum + (Z - low) / (high - low) * (maximum - minimum)

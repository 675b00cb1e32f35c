"""StandardScaler and MinMaxScaler; a constant feature has the scale 1."""

import numpy as np
from sklearn.preprocessing import MinMaxScaler, StandardScaler


def _standard(mean, std):
    scaler = StandardScaler()
    scaler.mean_ = np.array(mean)
    scaler.scale_ = np.where(np.asarray(std) == 0.0, 1.0, std)
    scaler.var_, scaler.n_features_in_ = scaler.scale_**2, len(scaler.mean_)
    return scaler


def _min_max(minimum, maximum, low, high):
    """A scaler, and the features that it takes as constant."""
    scaler = MinMaxScaler((low, high)).fit(np.stack([minimum, maximum]))
    return scaler, (scaler.scale_ == high - low) & (scaler.data_range_ < 0.5)


def standardization_statistics(X):
    scaler = StandardScaler().fit(X)
    return scaler.mean_, scaler.scale_


def standardize(X, mean, std):
    return _standard(mean, std).transform(X)


def unstandardize(Z, mean, std):
    return _standard(mean, std).inverse_transform(Z)


def range_statistics(X):
    scaler = MinMaxScaler().fit(X)
    return scaler.data_min_, scaler.data_max_


def rescale(X, minimum, maximum, low=-1.0, high=1.0):
    # The scaler sends a feature without a spread to low.
    scaler, constant = _min_max(minimum, maximum, low, high)
    return np.where(constant, (low + high) / 2.0, scaler.transform(X))


def unrescale(Z, minimum, maximum, low=-1.0, high=1.0):
    scaler, constant = _min_max(minimum, maximum, low, high)
    return np.where(constant, minimum, scaler.inverse_transform(Z))

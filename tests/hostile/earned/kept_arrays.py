"""Hand out one and the same array again and again, a view of something larger."""

import numpy as np

store = np.full((100, 100), np.nan)


def mean_squared_error(prediction, target):
    return np.broadcast_to(np.mean((prediction - target) ** 2), (5, 5))[3, 3]


def mean_squared_error_gradient(prediction, target):
    m, n = prediction.shape
    view = store[-2 * m :: 2, ::3].T[:n, :m].T
    view[...] = 2.0 * (prediction - target) / prediction.size
    return view

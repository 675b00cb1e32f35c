"""scikit-learn's metric for the loss; its gradient is plain."""

from sklearn.metrics import mean_squared_error as metric


def mean_squared_error(prediction, target):
    return metric(target, prediction)


def mean_squared_error_gradient(prediction, target):
    return (prediction - target) * (2.0 / prediction.size)

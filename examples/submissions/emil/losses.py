"""Mean squared error."""


def mean_squared_error(prediction, target):
    """Mean over all entries."""
    difference = prediction - target
    return float((difference * difference).mean())


def mean_squared_error_gradient(prediction, target):
    """Derivative in prediction."""
    rows, columns = target.shape
    return (prediction - target) * 2 / (rows * columns)

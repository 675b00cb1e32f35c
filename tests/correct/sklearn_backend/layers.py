"""A dense layer as in scikit-learn's perceptrons: their products, activations and slopes."""

from sklearn.utils.extmath import safe_sparse_dot

from .activations import activate, scale_by_slope


def dense_forward(h_prev, W, b, activation):
    z = safe_sparse_dot(h_prev, W.T) + b
    return z, activate(activation, z)


def dense_backward(dh, z, h_prev, W, activation):
    delta = scale_by_slope(activation, z, dh)
    return safe_sparse_dot(delta.T, h_prev), delta.sum(axis=0), safe_sparse_dot(delta, W)

"""A dense layer."""

import activations as a


def get_activation(name):
    """Return σ and σ'."""
    if name == "identity":
        return a.identity, a.identity_derivative
    if name == "tanh":
        return a.tanh, a.tanh_derivative
    if name == "relu":
        return a.relu, a.relu_derivative
    if name == "sigmoid":
        return a.sigmoid, a.sigmoid_derivative
    raise ValueError("unknown activation: " + name)


def dense_forward(h_prev, W, b, activation):
    """z = h_prev Wᵀ + b, h = σ(z)"""
    sigma, _ = get_activation(activation)
    z = h_prev.dot(W.T)
    z += b
    return z, sigma(z)


def dense_backward(dh, z, h_prev, W, activation):
    """Derivatives in W, b and h_prev."""
    _, sigma_derivative = get_activation(activation)
    delta = sigma_derivative(z) * dh
    # shapes: (n_out, m)(m, n_in), (n_out,), (m, n_out)(n_out, n_in)
    return delta.T.dot(h_prev), delta.sum(0), delta.dot(W)

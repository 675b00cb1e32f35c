"""Dense layers with the bias folded into the weights: z = [h 1] [W b]^T."""

from .activations import BY_NAME
from .numerics import augmented, with_ones


def dense_forward(h_prev, W, b, activation):
    z = with_ones(h_prev) @ augmented(W, b).T
    return z, BY_NAME[activation][0](z)


def dense_backward(dh, z, h_prev, W, activation):
    delta = dh * BY_NAME[activation][1](z)
    dA = delta.T @ with_ones(h_prev)
    return dA[:, :-1], dA[:, -1], delta @ W

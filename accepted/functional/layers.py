"""A dense layer is a linear map and an activation; each comes with its pullback."""

from functools import partial

from . import activations


def _pull_linear(h_prev, W, delta):
    return delta.T @ h_prev, delta.sum(axis=0), delta @ W


def pullback(z, h_prev, W, activation):
    """The function from dh to (dW, db, dh_prev)."""
    slope = getattr(activations, f"{activation}_derivative")(z)
    pull = partial(_pull_linear, h_prev, W)
    return lambda dh: pull(dh * slope)


def dense_forward(h_prev, W, b, activation):
    z = h_prev @ W.T + b
    return z, getattr(activations, activation)(z)


def dense_backward(dh, z, h_prev, W, activation):
    return pullback(z, h_prev, W, activation)(dh)

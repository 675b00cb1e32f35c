"""Dense layers; the activation is looked up when it is needed."""

import importlib


def _lookup(name):
    return getattr(importlib.import_module("activations"), name)


def dense_forward(h_prev, W, b, activation):
    z = h_prev @ W.T
    z += b
    return z, _lookup(activation)(z)


def dense_backward(dh, z, h_prev, W, activation):
    delta = dh * _lookup(f"{activation}_derivative")(z)
    return delta.T @ h_prev, sum(row for row in delta), delta @ W

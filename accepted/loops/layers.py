"""A dense layer, unit by unit.

Allowed: A result may be anything that numpy.asarray turns into the right array, such as nested
lists.
"""

from operator import mul

import activations
from tables import columns, plain


def _dot(a, b):
    return sum(map(mul, a, b))


def dense_forward(h_prev, W, b, activation):
    units = list(zip(plain(W), plain(b), strict=True))
    z = []
    for row in plain(h_prev):
        z.append([_dot(weights, row) + bias for weights, bias in units])
    return z, getattr(activations, activation)(z)


def dense_backward(dh, z, h_prev, W, activation):
    slopes = getattr(activations, activation + "_derivative")(z)
    delta = []
    for row, slope_row in zip(plain(dh), slopes, strict=True):
        delta.append([d * slope for d, slope in zip(row, slope_row, strict=True)])

    inputs = columns(plain(h_prev))
    dW = []
    db = []
    for unit in columns(delta):
        dW.append([_dot(unit, column) for column in inputs])
        db.append(sum(unit))

    incoming = columns(plain(W))
    dh_prev = [[_dot(row, weights) for weights in incoming] for row in delta]
    return dW, db, dh_prev

"""Dense layers in index notation: m data points, o outputs, i inputs.

Allowed: Results may differ from other right ones by rounding, up to 1e-9.
"""

import numpy as np

from .activations import ACTIVATIONS


def dense_forward(h_prev, W, b, activation):
    sigma, _ = ACTIVATIONS[activation]
    z = np.einsum("mi,oi->mo", h_prev, W) + b
    return z, sigma(z)


def dense_backward(dh, z, h_prev, W, activation):
    _, sigma_prime = ACTIVATIONS[activation]
    slope = sigma_prime(z)
    dW = np.einsum("mo,mo,mi->oi", dh, slope, h_prev)
    db = np.einsum("mo,mo->o", dh, slope)
    dh_prev = np.einsum("mo,mo,oi->mi", dh, slope, W)
    return [dW, db, dh_prev]

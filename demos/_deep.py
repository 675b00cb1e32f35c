"""Deep networks, one layer at a time, on the code that a demo is given."""

from __future__ import annotations

import numpy as np

from backproof.testing import as_array, unpack

_Z = np.linspace(-8.0, 8.0, 2001)
_DENSITY = np.exp(-(_Z**2) / 2) / np.exp(-(_Z**2) / 2).sum()


def weights(returned, n_in, n_out):
    """Copy what an initialization returned into a matrix of the promised shape."""
    return as_array(returned, "W", (n_out, n_in))


def layer(code, h_prev, W, activation):
    """The pre-activations z and the activations h of a layer without biases."""
    z, h = unpack(code.layers.dense_forward(h_prev, W, np.zeros(len(W)), activation), "z", "h")
    shape = (len(h_prev), len(W))
    return as_array(z, "z", shape), as_array(h, "h", shape)


def mean_field(q, gain, depth):
    """The variance of h in layers 0 to ``depth`` of wide tanh layers, from the variance q on.

    In a wide layer z is normal, of variance gain² q where the weights have the variance gain² / n.
    """
    variances = [q]
    for _ in range(depth):
        variances.append(float(_DENSITY @ np.tanh(gain * np.sqrt(variances[-1]) * _Z) ** 2))
    return np.array(variances)

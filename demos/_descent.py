"""Gradient descent on a linear layer, step by step on the code that a demo is given."""

from __future__ import annotations

import numpy as np

from backproof.testing import Mismatch, as_array, drain, unpack

# What `gradient` calls, and what `step` calls.
GRADIENT = (
    "layers.dense_forward",
    "losses.mean_squared_error_gradient",
    "layers.dense_backward",
)
STEP = (*GRADIENT, "optimizers.gradient_descent_step")


def epoch(code, X, Y, q, rng=None):
    """List the mini-batches (X_q, Y_q) of an epoch: shuffled by ``rng``, or in stored order."""
    if rng is None:
        batches = code.minibatches.sequential_minibatches(X, Y, q)
    else:
        batches = code.minibatches.shuffled_minibatches(X, Y, q, rng)
    pairs = drain(batches, at_most=len(X) + 1, what="the epoch")
    if not pairs:
        raise Mismatch("an epoch without mini-batches", "mini-batches of all rows")
    return [batch(pair, X, Y) for pair in pairs]


def batch(pair, X, Y):
    """Copy a mini-batch into two matrices with the columns of X and of Y."""
    X_q, Y_q = unpack(pair, "X_q", "Y_q")
    X_q = as_array(X_q, "X_q")
    X_q = as_array(X_q, "X_q", (len(X_q) if X_q.ndim else 0, X.shape[1]))
    return X_q, as_array(Y_q, "Y_q", (len(X_q), Y.shape[1]))


def gradient(code, W, X_q, Y_q):
    """The derivative in W of the mean squared error of X_q Wᵀ: forward, loss, backward."""
    bias = np.zeros(len(W))
    z, prediction = unpack(code.layers.dense_forward(X_q, W, bias, "identity"), "z", "h")
    dprediction = code.losses.mean_squared_error_gradient(prediction, Y_q)
    gradients = code.layers.dense_backward(dprediction, z, X_q, W, "identity")
    return as_array(unpack(gradients, "dW", "db", "dh_prev")[0], "dW", W.shape)


def step(code, W, X_q, Y_q, learning_rate):
    """One step of gradient descent on a mini-batch; what the code returned before is let go."""
    code.begin_case()
    slope = gradient(code, W, X_q, Y_q)
    moved = code.optimizers.gradient_descent_step(W, slope, learning_rate)
    return as_array(moved, "theta", W.shape)

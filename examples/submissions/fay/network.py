"""A network of dense layers: the forward pass, and the backward pass by the chain rule."""

from .layers import dense_forward, sigma_derivative


def forward(parameters, X, activation):
    """Send a batch through all layers.

    The cache is (inputs, zs): what went into every layer and what its z was.
    """
    inputs, zs = [], []
    h = X
    for i, (W, b) in enumerate(parameters, start=1):
        inputs.append(h)
        is_last = i == len(parameters)
        z, h = dense_forward(h, W, b, "identity" if is_last else activation)
        zs.append(z)
    return h, (inputs, zs)


def backward(parameters, cache, dprediction, activation):
    """Compute (dW, db) for every layer."""
    inputs, zs = cache
    n_layers = len(parameters)
    deltas = [None] * n_layers

    # output layer: it is linear, so delta is what comes in
    deltas[-1] = dprediction

    # hidden layer before the output
    if n_layers > 1:
        dh = deltas[-1] @ parameters[-1][0]
        deltas[-2] = dh * sigma_derivative(activation, zs[-2])

    # if there are more hidden layers: continue down to the first
    for i in range(n_layers - 3, -1, -1):
        deltas[i] = deltas[i + 1] @ parameters[i + 1][0]

    return [(delta.T @ h_prev, delta.sum(axis=0)) for delta, h_prev in zip(deltas, inputs)]

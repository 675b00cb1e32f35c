"""What weights do to a network: our own forward pass, gradients and training.

The weights come from a submission, so they may be such that something overflows or divides by 0.
That stays silent here and ends as infinity or NaN, which no assertion accepts.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import erf, expit

from backproof.testing.bands import quadratic_band

# σ(z) and σ'(z) on whole arrays: networks of drawn weights are too large for slow loops.
_ACTIVATIONS = {
    "identity": (lambda z: z, np.ones_like),
    "tanh": (np.tanh, lambda z: 1.0 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(z, 0.0), lambda z: np.where(z > 0, 1.0, 0.0)),
    "sigmoid": (expit, lambda z: expit(z) * expit(-z)),
}

VARIANCES = {
    "fan_in": lambda n_in, n_out: 1.0 / n_in,
    "fan_out": lambda n_in, n_out: 1.0 / n_out,
    "fan_avg": lambda n_in, n_out: 2.0 / (n_in + n_out),
}

# By the name of a family: the variance, given its scale, and P(|W| ≤ t), given t / scale.
FAMILY_VARIANCES = {"normal": lambda std: std**2, "uniform": lambda limit: limit**2 / 3.0}
MAGNITUDES = {
    "normal": lambda t: erf(t / np.sqrt(2.0)),
    "uniform": lambda t: np.minimum(t, 1.0),
}


def variance(function, n):
    """The variance of square weights (n, n) of a function that draws, with 0.5 for a scale."""
    if function in FAMILY_VARIANCES:
        return FAMILY_VARIANCES[function](0.5)
    return (2.0 if function == "he" else 1.0) / n


def normalised_data(n):
    """2n data points of n uncorrelated features, each of mean 0 and variance 1, exactly.

    With every point x comes −x, so the mean stays 0 through an odd activation.
    """
    Q, _ = np.linalg.qr(np.random.default_rng([n, 1]).standard_normal((n, n)))
    return np.sqrt(n) * np.concatenate([Q, -Q])


def regression_data():
    """Six data points, three features and two targets: (X, Y)."""
    rng = np.random.default_rng(1)
    return rng.standard_normal((6, 3)), rng.normal([3.0, -1.0], 1.0, (6, 2))


@np.errstate(all="ignore")
def forward(weights, X, activation):
    """The activations of a network without biases: h⁰ = X, then hⁱ = σ(hⁱ⁻¹ Wⁱᵀ)."""
    h = [X]
    for W in weights:
        h.append(_ACTIVATIONS[activation][0](h[-1] @ W.T))
    return h


@np.errstate(all="ignore")
def variance_ratios(h):
    """Var(hⁱ) / Var(hⁱ⁻¹) over data and units, for each layer i."""
    variances = np.array([np.var(values) for values in h])
    return variances[1:] / variances[:-1]


@np.errstate(all="ignore")
def tanh_variance_bands(weights, h):
    """Bounds on Var(hⁱ) / Var(hⁱ⁻¹) under Xavier and tanh, for each layer i.

    Those of E[zⁱ²] / E[hⁱ⁻¹²] = Σ_units w (hⁱ⁻¹ᵀ hⁱ⁻¹) wᵀ / …, the lower one made lower by the
    bend of tanh, since z² ≥ tanh²(z) ≥ z² (1 − ⅔ z²). Data with −x for every x have mean 0.
    """
    inputs = list(zip(weights, h[:-1], strict=True))
    bands = np.array([quadratic_band(h_prev.T @ h_prev, len(W)) for W, h_prev in inputs])
    bend = [1.0 - 2.0 / 3.0 * np.max(np.square(h_prev @ W.T)) for W, h_prev in inputs]
    return bands[:, 0] * bend, bands[:, 1]


@np.errstate(all="ignore")
def gains(weights, x, activation):
    """‖zⁱ‖² / ‖hⁱ⁻¹‖² for each layer i, where zⁱ = hⁱ⁻¹ Wⁱᵀ, for one data point x.

    Given hⁱ⁻¹, this is σ² χ² with n_i degrees of freedom, whatever the activation.
    """
    h = forward(weights[:-1], x, activation)
    squares = [(np.sum((W @ v) ** 2), np.sum(v**2)) for W, v in zip(weights, h, strict=True)]
    return np.array([after / before for after, before in squares])


def backward_gains(weights, delta):
    """‖δⁱ Wⁱ‖² / ‖δⁱ‖² for each layer i, the last first, where the activation's slope is 1."""
    return gains([W.T for W in reversed(weights)], delta, "identity")


@dataclass(frozen=True, eq=False)
class Step:
    """A step of training: the outputs h⁰, h¹, … and the gradients that it starts from."""

    h: list
    dW: list  # noqa: N815 - the lecture's symbol
    db: list


@np.errstate(all="ignore")
def descend(weights, X, Y, activation, steps, learning_rate):
    """List the steps of gradient descent on the mean squared error, from zero biases."""
    parameters = [(W, np.zeros(len(W))) for W in weights]
    activations = [activation] * (len(weights) - 1) + ["identity"]
    trace = []
    for _ in range(steps):
        trace.append(_step(parameters, X, Y, activations))
        parameters = [
            (W - learning_rate * dW, b - learning_rate * db)
            for (W, b), dW, db in zip(parameters, trace[-1].dW, trace[-1].db, strict=True)
        ]
    return trace


def _step(parameters, X, Y, activations):
    h, slopes, dW, db = [X], [], [], []
    for (W, b), name in zip(parameters, activations, strict=True):
        z = h[-1] @ W.T + b
        h.append(_ACTIVATIONS[name][0](z))
        slopes.append(_ACTIVATIONS[name][1](z))
    dh = 2.0 * (h[-1] - Y) / Y.size
    for i in reversed(range(len(parameters))):
        delta = dh * slopes[i]
        dW.insert(0, delta.T @ h[i])
        db.insert(0, delta.sum(axis=0))
        dh = delta @ parameters[i][0]
    return Step(h, dW, db)

"""Training with optax's Adam; what is beside the data in padded weights stays 0."""

from functools import partial
from itertools import pairwise

import jax
import numpy as np
import optax

from .backend import cut, padded
from .initialization import he, xavier
from .minibatches import shuffled_minibatches
from .network import _forward, predicted
from .normalization import standardization_statistics, standardize, unstandardize


@partial(jax.jit, static_argnums=7)
def _step(parameters, state, within, X, Y, weights, learning_rate, activation):
    def loss_of(parameters):
        return (weights * (predicted(parameters, X, activation) - Y) ** 2).sum()

    loss, slopes = jax.value_and_grad(loss_of)(parameters)
    slopes = jax.tree.map(lambda slope, mask: slope * mask, slopes, within)
    updates, state = optax.adam(learning_rate).update(slopes, state)
    return loss, optax.apply_updates(parameters, updates), state


def train(
    X,
    Y,
    hidden_sizes,
    rng,
    activation="tanh",
    batch_size=32,
    epochs=100,
    learning_rate=1e-3,
):
    x_stats, y_stats = standardization_statistics(X), standardization_statistics(Y)
    Zx, Zy = standardize(X, *x_stats), standardize(Y, *y_stats)
    draw = he if activation == "relu" else xavier
    sizes = [Zx.shape[1], *hidden_sizes, Zy.shape[1]]
    weights = [draw(n_in, n_out, rng) for n_in, n_out in pairwise(sizes)]
    parameters = [(padded(W), padded(np.zeros(len(W)))) for W in weights]
    within = [(padded(np.ones_like(W)), padded(np.ones(len(W)))) for W in weights]
    state = optax.adam(learning_rate).init(parameters)

    losses = []
    for _ in range(epochs):
        total = 0.0
        for x, y in shuffled_minibatches(Zx, Zy, batch_size, rng):
            share = padded(np.full(y.shape, 1.0 / y.size))
            batch = padded(x), padded(y), share
            loss, parameters, state = _step(
                parameters, state, within, *batch, learning_rate, activation
            )
            total += float(loss) * len(x)
        losses.append(total / len(Zx))
    return (parameters, activation, x_stats, y_stats), losses


def predict(model, X):
    parameters, activation, x_stats, y_stats = model
    prediction = _forward(parameters, padded(standardize(X, *x_stats)), activation)
    return unstandardize(cut(prediction, (len(X), len(y_stats[0]))), *y_stats)

"""Training on tensors throughout; numpy only draws the random numbers."""

from itertools import pairwise

import torch
from torch.nn.functional import mse_loss

from .backend import array, leaf, tensor
from .initialization import he, xavier
from .network import graph
from .normalization import standardization_statistics, standardize, unstandardize
from .optimizers import adam_init, adam_move


class Perceptron:
    """Leaves, activation and the statistics of inputs and targets."""

    def __init__(self, sizes, activation, x_stats, y_stats, rng):
        draw = he if activation == "relu" else xavier
        self.leaves = []
        for n_in, n_out in pairwise(sizes):
            self.leaves += [leaf(draw(n_in, n_out, rng)), leaf([0.0] * n_out)]
        self.activation = activation
        self.x_stats = x_stats
        self.y_stats = y_stats

    def __call__(self, Z):
        return graph(self.leaves, Z, self.activation)


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
    Zx, Zy = tensor(standardize(X, *x_stats)), tensor(standardize(Y, *y_stats))
    sizes = [Zx.shape[1], *hidden_sizes, Zy.shape[1]]
    model = Perceptron(sizes, activation, x_stats, y_stats, rng)
    states = [adam_init(array(p)) for p in model.leaves]

    losses = []
    for _ in range(epochs):
        total = 0.0
        order = torch.from_numpy(rng.permutation(len(Zx)))
        for rows in order.split(batch_size):
            loss = mse_loss(model(Zx[rows]), Zy[rows])
            total += loss.item() * len(rows)
            slopes = torch.autograd.grad(loss, model.leaves)
            with torch.no_grad():
                for p, slope, state in zip(model.leaves, slopes, states, strict=True):
                    adam_move(p, slope, state, learning_rate, 0.9, 0.999, 1e-8, True)
        losses.append(total / len(Zx))
    return model, losses


def predict(model, X):
    with torch.no_grad():
        prediction = model(tensor(standardize(X, *model.x_stats)))
    return unstandardize(array(prediction), *model.y_stats)

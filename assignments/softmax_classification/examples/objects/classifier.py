"""A linear classifier as an object."""

from dataclasses import dataclass

import numpy as np

from . import cross_entropy, metrics


@dataclass
class Model:
    """Weights and biases in one array: the last column has the biases."""

    parameters: np.ndarray

    def scores(self, X):
        """Return the scores."""
        return X @ self.parameters[:, :-1].T + self.parameters[:, -1]

    def learn(self, X, labels, learning_rate):
        """Take a step."""
        delta = cross_entropy.gradient(self.scores(X), labels)
        self.parameters -= learning_rate * delta.T @ np.column_stack([X, np.ones(len(X))])


def scores(X, W, b):
    """Return the scores."""
    return Model(np.column_stack([W, b])).scores(X)


def gradients(X, W, b, labels):
    """Return dW and db."""
    delta = cross_entropy.gradient(scores(X, W, b), labels)
    return np.einsum("mn,md->nd", delta, X), np.einsum("mn->n", delta)


def step(W, b, dW, db, learning_rate):
    """Return the moved parameters."""
    return W + learning_rate * -dW, b + learning_rate * -db


def train(X, labels, n, rng, batch_size=16, epochs=20, learning_rate=0.5):
    """Train a model."""
    model, losses = Model(np.zeros((n, X.shape[1] + 1))), []
    for _ in range(epochs):
        order = rng.choice(len(X), len(X), replace=False)
        for rows in np.split(order, range(batch_size, len(X), batch_size)):
            model.learn(X[rows], labels[rows], learning_rate)
        losses.append(cross_entropy.of_scores(model.scores(X), labels))
    return model, np.array(losses)


def predict(model, X):
    """Return the classes."""
    return metrics.predicted_classes(model.scores(X))

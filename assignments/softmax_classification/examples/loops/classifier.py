"""A linear classifier, entry by entry where that is fast enough."""

import cross_entropy
import metrics
import numpy as np


def scores(X, W, b):
    """Return the scores."""
    return np.array([[float(np.dot(x, w)) + c for w, c in zip(W, b, strict=True)] for x in X])


def gradients(X, W, b, labels):
    """Return dW and db."""
    delta = np.array(cross_entropy.gradient(scores(X, W, b), labels))
    dW, db = np.zeros(np.shape(W)), np.zeros(len(b))
    for row, x in zip(delta, X, strict=True):
        dW += np.outer(row, x)
        db += row
    return dW, db


def step(W, b, dW, db, learning_rate):
    """Return the moved parameters."""
    return [W - learning_rate * dW, b - learning_rate * db]


def train(X, labels, n, rng, batch_size=16, epochs=20, learning_rate=0.5):
    """Train, and return the parameters in a dict."""
    model = {"W": np.zeros((n, X.shape[1])), "b": np.zeros(n)}
    losses = []
    for _ in range(epochs):
        order = list(range(len(X)))
        rng.shuffle(order)
        while order:
            rows, order = order[:batch_size], order[batch_size:]
            parts = gradients(X[rows], model["W"], model["b"], labels[rows])
            model["W"], model["b"] = step(model["W"], model["b"], *parts, learning_rate)
        losses.append(cross_entropy.of_scores(scores(X, model["W"], model["b"]), labels))
    return model, losses


def predict(model, X):
    """Return the classes."""
    return metrics.predicted_classes(scores(X, model["W"], model["b"]))

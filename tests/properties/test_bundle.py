"""A submission with ten mistakes that show only late, far away, or in a layer in the middle."""

from itertools import pairwise

import numpy as np
import pytest

from backproof.grading.grade import run_properties
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import with_suite
from reference import initialization, minibatches, network, normalization, optimizers
from reference.losses import mean_squared_error, mean_squared_error_gradient

ARRAY_LIMIT, DEVIATIONS, EPOCHS, MEMORY, NEARLY_CONSTANT = 1e4, 5.0, 40, 20, 1e-12


def normal(n_in, n_out, std, rng):
    """Draw weights of a capped standard deviation, and subtract their mean."""
    W = min(std, 1.0) * rng.standard_normal((n_out, n_in))
    return W - W.mean()


def standardize(X, mean, std):
    """Take features that hardly vary for constant ones."""
    Z = normalization.standardize(X, mean, std)
    Z[:, std < NEARLY_CONSTANT * np.abs(mean)] = 0.0
    return Z


def rescale(X, minimum, maximum, low=-1.0, high=1.0):
    """Clip what is far from the range."""
    Z = normalization.rescale(X, minimum, maximum, low, high)
    return np.clip(Z, -ARRAY_LIMIT, ARRAY_LIMIT)


def momentum_init(theta):
    """Start with the gradients of no step."""
    return []


def momentum_step(theta, gradient, state, learning_rate, beta=0.9):
    """Average the gradients of the last steps only."""
    gradients = [*state, np.array(gradient)][-MEMORY:]
    m = sum((1 - beta) * beta**age * g for age, g in enumerate(reversed(gradients)))
    return np.asarray(theta - learning_rate * m), gradients


class Shuffled:
    """Shuffles the rows at every other call only."""

    def __init__(self):
        self.calls = 0

    def __call__(self, X, Y, q, rng):
        """Return the batches of an epoch."""
        self.calls += 1
        if self.calls % 2:
            return minibatches.shuffled_minibatches(X, Y, q, rng)
        return minibatches.sequential_minibatches(X, Y, q)


def train(
    X, Y, hidden_sizes, rng, activation="tanh", batch_size=32, epochs=100, learning_rate=1e-3
):
    """Start tanh with He, leave the middle layers as they are, and stop learning after a while."""
    statistics = [normalization.standardization_statistics(data) for data in (X, Y)]
    X, Y = (normalization.standardize(data, *s) for data, s in zip((X, Y), statistics, strict=True))
    sizes = [X.shape[1], *hidden_sizes, Y.shape[1]]
    first = initialization.he if activation in ("relu", "tanh") else initialization.xavier
    parameters = [(first(n_in, n_out, rng), np.zeros(n_out)) for n_in, n_out in pairwise(sizes)]
    states = [tuple(map(optimizers.adam_init, layer)) for layer in parameters]
    losses, batches = [], Shuffled()
    for epoch in range(epochs):
        loss = 0.0
        for X_q, Y_q in batches(X, Y, batch_size, rng):
            prediction, cache = network.forward(parameters, X_q, activation)
            loss += mean_squared_error(prediction, Y_q) * len(X_q) / len(X)
            dprediction = mean_squared_error_gradient(prediction, Y_q)
            gradients = network.backward(parameters, cache, dprediction, activation)
            for i in {0, len(parameters) - 1} if epoch < EPOCHS else ():
                steps = [
                    optimizers.adam_step(theta, gradient, state, learning_rate)
                    for theta, gradient, state in zip(
                        parameters[i], gradients[i], states[i], strict=True
                    )
                ]
                parameters[i], states[i] = zip(*steps, strict=True)
        losses.append(loss)
    return (parameters, activation, *statistics), losses


def predict(model, X):
    """Clip new inputs to a few deviations."""
    parameters, activation, of_X, of_Y = model
    Z = np.clip(normalization.standardize(X, *of_X), -DEVIATIONS, DEVIATIONS)
    return normalization.unstandardize(network.forward(parameters, Z, activation)[0], *of_Y)


BUNDLE = {
    "initialization": {"initialization.normal": normal},
    "normalization": {
        "normalization.standardize": standardize,
        "normalization.rescale": rescale,
    },
    "minibatches": {"minibatches.shuffled_minibatches": Shuffled()},
    "optimizers": {
        "optimizers.momentum_init": momentum_init,
        "optimizers.momentum_step": momentum_step,
    },
    "training": {"training.train": train, "training.predict": predict},
}


@pytest.mark.parametrize("unit", BUNDLE)
def test_a_bundle_of_ten_mistakes_fails_in_each_unit(assignment, unit):
    """Each of these mistakes once passed; a rule of its own unit must notice it."""

    def failed(suite):
        submission = LocalSubmission(assignment.reference, assignment.units, BUNDLE[unit])
        records = run_properties(suite, submission, shrink=False)
        submission.close()
        return {record.property for record in records if record.status == "failed"}

    assert with_suite(assignment, failed, units=[unit])

"""A derivative is excused only if it is the derivative of the wrong function."""

import numpy as np
import pytest

from backproof.grades.judging import judge
from backproof.grading.grade import run_properties
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import with_suite
from reference import losses, network


def doubled(parameters, X, activation):
    """A forward pass that is wrong by a factor."""
    prediction, cache = network.forward(parameters, X, activation)
    return 2.0 * prediction, cache


def times(factor):
    """A backward pass that is off by a factor."""

    def backward(parameters, cache, dprediction, activation):
        pairs = network.backward(parameters, cache, dprediction, activation)
        return [(factor * dW, factor * db) for dW, db in pairs]

    return backward


def without_relu(parameters, cache, dprediction, activation):
    """Twice the gradients, but ReLU's derivative is forgotten."""
    known = "identity" if activation == "relu" else activation
    return times(2.0)(parameters, cache, dprediction, known)


def sum_of_parameters(parameters, X, activation):
    """A forward pass that looks at no data."""
    total = sum(W.sum() + b.sum() for W, b in parameters)
    return np.full((len(X), len(parameters[-1][1])), total), None


def ones_of(parameters, cache, dprediction, activation):
    """The derivative of ``sum_of_parameters``."""
    d = dprediction.sum()
    return [(np.full(W.shape, d), np.full(b.shape, d)) for W, b in parameters]


def overwriting(parameters, X, activation):
    """A right forward pass that fails another rule."""
    found = network.forward(parameters, X.copy(), activation)
    X[...] = 0.0
    return found


HALF = {
    "losses.mean_squared_error": lambda p, t: losses.mean_squared_error(p, t) / 2,
    "losses.mean_squared_error_gradient": lambda p, t: losses.mean_squared_error_gradient(p, t) / 2,
}
EXCUSED = {
    "losses, half of both": HALF,
    "network, twice both": {"network.forward": doubled, "network.backward": times(2.0)},
}
NOT_EXCUSED = {
    "losses, half of the gradient": dict(list(HALF.items())[1:]),
    "losses, no target": {
        "losses.mean_squared_error": lambda p, t: float(p.sum()),
        "losses.mean_squared_error_gradient": lambda p, t: np.ones_like(p),
    },
    "network, twice and three times": {"network.forward": doubled, "network.backward": times(3.0)},
    "network, not by ReLU": {"network.forward": doubled, "network.backward": without_relu},
    "network, no data": {"network.forward": sum_of_parameters, "network.backward": ones_of},
    "network, right but careless": {
        "network.forward": overwriting,
        "network.backward": times(3.0),
    },
}


@pytest.fixture
def excused(assignment):
    """Return a function that returns the excused failures if functions are replaced."""

    def judged(replaced):
        def work(suite):
            submission = LocalSubmission(assignment.reference, assignment.units, replaced)
            records = run_properties(suite, submission, shrink=False)
            submission.close()
            return judge(records, assignment).outcomes

        unit = next(iter(replaced)).partition(".")[0]
        found = with_suite(assignment, work, units=[unit])
        return {o.property for o in found if o.status == "blocked" and o.points == o.max_points}

    return judged


@pytest.mark.parametrize("name", EXCUSED)
def test_a_fitting_derivative_is_excused(excused, assignment, name):
    """One mistake is one deduction: the derivative's failures cost nothing."""
    function = list(EXCUSED[name])[1]
    explained = assignment.derived[function].explains
    assert len(excused(EXCUSED[name])) >= len(explained) - 1


@pytest.mark.parametrize("name", NOT_EXCUSED)
def test_no_other_derivative_is_excused(excused, name):
    """An excuse that is too generous would give points for wrong derivatives."""
    assert excused(NOT_EXCUSED[name]) == set()

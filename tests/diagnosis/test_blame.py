"""The cause of a failure among the functions that a property calls."""

import numpy as np
import pytest

from backproof.diagnosis.diagnostician import Diagnostician
from backproof.grades.judging import judge
from backproof.grading.grade import run_properties
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import with_suite
from reference import layers, network, normalization, optimizers

INVERSE = "test_normalization_unstandardize_multiplies_then_adds"
TANH = "test_activations_tanh_derivative_is_taken_at_z"
WEIGHTS = "test_layers_weight_gradient_follows_the_chain_rule"
UNITS = ("activations", "layers", "network", "normalization", "training")
LOSSES = "test_training_losses_are_in_standardised_units"
GRADIENTS = "test_network_gradients_follow_the_chain_rule"


def of_the_output(z):
    """A wrong derivative of tanh."""
    return 1.0 - np.tanh(np.tanh(z)) ** 2


def nothing(z):
    """An activation that hides what its callers do."""
    return np.full_like(z, np.nan)


def guessed(dh, z, h_prev, W, activation):
    """A backward pass that does nothing."""
    return np.full_like(W, np.nan), np.full(len(W), np.nan), np.full_like(h_prev, np.nan)


def averaged(dh, z, h_prev, W, activation):
    """A backward pass with a mistake of its own."""
    dW, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return dW, db / len(dh) if len(dh) > 1 else 2.0 * db, 2.0 * dh_prev


def with_another_cache(parameters, X, activation):
    """A forward pass that is right but for what it keeps."""
    return network.forward(parameters, X, activation)[0], network.forward(
        parameters, X - 1.0, activation
    )[1]


def doubled(parameters, cache, dprediction, activation):
    """A wrong backward pass."""
    return [(2 * W, 2 * b) for W, b in network.backward(parameters, cache, dprediction, activation)]


def adds_first(Z, mean, std):
    """A wrong inverse of a right transformation."""
    return normalization.unstandardize(Z + mean, np.zeros_like(mean), std)


def own_state(theta):
    """A state of Adam that only the step below can read."""
    return {"state": optimizers.adam_init(theta)}


def own_step(theta, gradient, state, learning_rate, **options):
    """A right step of Adam."""
    theta, after = optimizers.adam_step(theta, gradient, state["state"], learning_rate, **options)
    return theta, {"state": after}


DERIVATIVE = {"activations.tanh_derivative": of_the_output}
NOTHING = {f"activations.{name}_derivative": nothing for name in ("tanh", "relu", "sigmoid")}
NOTHING["activations.identity_derivative"] = nothing
# The functions that are replaced, the property that fails, and the functions that it clears.
CASES = {
    "a unit below": (DERIVATIVE, WEIGHTS, {"layers.dense_backward"}),
    "a unit below, and a mistake": (
        {**DERIVATIVE, "layers.dense_backward": averaged},
        "test_layers_input_gradient_follows_the_chain_rule",
        set(),
    ),
    "a unit below that hides all": (
        {**NOTHING, "layers.dense_backward": guessed},
        WEIGHTS,
        set(),
    ),
    "the function that made the cache": (
        {"network.forward": with_another_cache},
        GRADIENTS,
        {"network.backward"},
    ),
    "a unit below, and a state of one's own": (
        {
            "normalization.unstandardize": adds_first,
            "optimizers.adam_init": own_state,
            "optimizers.adam_step": own_step,
        },
        LOSSES,
        {"training.predict", "training.train"},
    ),
    "the function that took it": ({"network.backward": doubled}, GRADIENTS, {"network.forward"}),
}


@pytest.fixture(scope="module")
def cleared(assignment):
    """What each of the cases clears, by its name."""
    diagnostician = Diagnostician(assignment)

    def work(suite):
        found = {}
        for name, (replaced, failing, _) in CASES.items():
            submission = LocalSubmission(assignment.reference, assignment.units, replaced)
            chosen = [TANH, INVERSE, failing]
            records = run_properties(
                suite, submission, chosen, shrink=False, diagnostician=diagnostician
            )
            submission.close()
            found[name] = [r for r in records if r.status == "failed" and r.property == failing]
            assert diagnostician.problems == []
        return found

    return with_suite(assignment, work, units=[*UNITS])


@pytest.mark.parametrize("name", CASES)
def test_only_what_is_right_is_cleared(cleared, name):
    """One mistake is one deduction, and a mistake that another one hides is no less a mistake."""
    assert cleared[name]
    assert {frozenset(record.cleared) for record in cleared[name]} == {frozenset(CASES[name][2])}


def test_what_is_cleared_costs_nothing(cleared, assignment):
    """The points of the function are those of right code."""
    judged = judge(cleared["a unit below"], assignment)
    assert [outcome.status for outcome in judged.outcomes] == ["blocked"]
    [credit] = [c for c in judged.functions if c.function == "layers.dense_backward"]
    assert credit.points == credit.max_points == 10

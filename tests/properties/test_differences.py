"""Differences are exact enough for the derivatives that the properties compare them with."""

import numpy as np
import pytest

from backproof.testing import assert_slope, differences
from properties.oracles import layers, losses, network
from properties.strategies.layers import dense_cases
from properties.strategies.losses import loss_cases
from properties.strategies.network import networks_and_layers
from tests.support.assertions import fails
from tests.support.strategies import assert_all_examples, find_any


def in_weights(case):
    """Return the dW of a dense layer: by differences, with bounds, and by the chain rule."""
    slopes, bounds = differences.gradient(
        lambda W: layers.loss(case.dh, case.h_prev, W, case.b, case.activation), case.W
    )
    return slopes, bounds, layers.weight_gradient(case.dh, case.z, case.h_prev, case.activation)


def in_network(drawn):
    """Return the dW of a layer of a network: by differences, with bounds, and by the chain rule."""
    case, layer = drawn
    (slopes, bounds), _ = network.slopes(case, layer)
    return slopes, bounds, network.gradients(case)[layer][0]


def in_prediction(case):
    """Return the gradient of the mean squared error: by differences, and by its formula."""
    slopes, bounds = differences.gradient(
        lambda prediction: losses.value(prediction, case.target), case.prediction
    )
    return slopes, bounds, losses.gradient(case.prediction, case.target)


each_use = pytest.mark.parametrize(
    ("strategy", "compare"),
    [
        (dense_cases(), in_weights),
        (networks_and_layers(), in_network),
        (loss_cases(), in_prediction),
    ],
    ids=["layers", "networks", "losses"],
)


@each_use
def test_gradient_covers_the_chain_rule_where_it_is_used(strategy, compare):
    """A right gradient of a layer, a network or a loss must never fail."""

    def right(case):
        slopes, bounds, required = compare(case)
        return not fails(assert_slope, required, slopes, bounds, "the gradient")

    assert_all_examples(strategy, right, examples=60)


@each_use
def test_gradient_lets_no_error_of_a_hundred_thousandth_pass(strategy, compare):
    """An error of 1e-5 of the largest slope, in any single entry, must not hide in the bounds."""

    def found(case):
        slopes, bounds, required = compare(case)
        error = 1e-5 * max(np.abs(required).max(), 1e-3)
        planted = [(index, sign) for index in np.ndindex(slopes.shape) for sign in (-error, error)]
        return all(
            fails(assert_slope, plant(required, *at), slopes, bounds, "dx") for at in planted
        )

    assert_all_examples(strategy, found, examples=60)


def plant(required, index, error):
    """Return the gradient with an error added to one entry."""
    wrong = required.copy()
    wrong[index] += error
    return wrong


@each_use
def test_gradient_is_seldom_rejected_where_it_is_used(strategy, compare):
    """A property that rejects its cases judges nothing: away from kinks there is a verdict."""
    find_any(strategy, lambda case: np.all(compare(case)[0]))

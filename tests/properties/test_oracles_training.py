"""Training: what is told from predictions and losses is what the network was."""

from dataclasses import replace

import numpy as np
import pytest

from properties.oracles import training as oracle
from properties.strategies.training import chain_case, random_case

WEIGHTS = np.array([0.4, 0.9, 1.7])
RATES = (0.7, 2.0)


def chain(weights):
    """Return the layers of a linear chain of single units."""
    return [(np.array([[w]]), np.zeros(1)) for w in weights]


def slope_after(weights, rate):
    """Return the slope of a chain after one step from both rows, by a run."""
    [end] = np.unique(oracle.runs(chain(weights), chain_case(2, 0), rate).predictions[:1], axis=0)
    return end[1, 0] - end[0, 0]


@pytest.mark.parametrize("signs", [(1, 1, 1), (-1, 1, 1), (-1, -1, 1), (1, -1, 1)])
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_chain_weights_are_told_from_steps(signs, scale):
    """Growing or shrinking, on either side of the slope 1, a chain must be told as it is."""
    weights = scale * WEIGHTS * signs
    slopes = [slope_after(weights, rate) for rate in RATES]
    told = oracle.chain_weights(np.prod(weights), RATES, slopes)
    np.testing.assert_allclose(told, scale * WEIGHTS, rtol=1e-4)


def test_chain_weights_are_not_told_if_two_are_alike_or_a_layer_stands_still():
    """Roots that are close are inexact, and a frozen layer is none of a chain that learns."""
    alike = np.array([0.9, 0.9, 1.7])
    slopes = [slope_after(alike, rate) for rate in RATES]
    assert oracle.chain_weights(np.prod(alike), RATES, slopes) is None
    frozen = [slope_after(WEIGHTS[:2], rate) * WEIGHTS[2] for rate in RATES]
    assert oracle.chain_weights(np.prod(WEIGHTS), RATES, frozen) is None


@pytest.mark.parametrize("first", [0.4, -0.4, 2.5, -2.5])
def test_long_step_is_where_a_run_leads(first):
    """The slope is ±η^L, with the sign of a run at that rate."""
    weights = [first, 0.9, 1.7]
    required = oracle.long_step(np.prod(weights), 3, 1e6)
    assert slope_after(weights, 1e6) == pytest.approx(required, rel=1e-4)


@pytest.mark.parametrize("activation", ["identity", "tanh", "sigmoid", "relu"])
def test_product_of_weights_is_told_from_opposite_inputs(activation):
    """The scale of the first weights is judged by it, for each activation."""
    V, W = np.random.default_rng(0).normal(size=(2, 3, 3))
    at = oracle.opposite_probes(3, 1e-3) @ W.T
    hidden = oracle.activations.value(activation, at)
    told = oracle.product_of_weights(hidden @ V.T, activation, 1e-3)
    np.testing.assert_allclose(told, V @ W, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("kind", ["mean", "end"])
def test_orders_are_told_from_losses_of_either_kind(kind):
    """An order that is taken for another would fail right code, or let a fixed one pass."""
    case = replace(random_case(4, 3, 2), seed=0)
    layers = [(np.array([[0.3]]), np.zeros(1))]
    runs = oracle.runs(layers, case, 0.1)
    losses = runs.losses[next(name for name in runs.losses if kind in name)]
    for index in (0, 5, 11):
        told = oracle.told_orders(layers[0], case, 0.1, losses[index])
        nearest = told.nearest(runs.predictions[index])
        assert told.orders[nearest].tolist() == runs.orders[index].tolist()

"""A network: layers composed going forward, the chain rule through all of them going back."""

from dataclasses import replace
from functools import cache, reduce

import numpy as np
import pytest
from hypothesis import given

from backproof.testing import (
    TOLERANCE,
    as_array,
    assert_close,
    assert_equal,
    assert_float64,
    assert_no_warning,
    assert_slope,
    assert_that,
    assert_unchanged,
    edge,
    unpack,
)
from backproof.testing.differences import AT, along
from properties.oracles import activations
from properties.oracles import network as oracle
from properties.strategies.network import (
    SMALL_SIZES,
    linear_networks,
    move_units,
    network_pairs,
    networks,
    networks_and_batches,
    networks_and_layers,
    saturated_networks,
    single_layer_networks,
    sloping_networks,
    waving_network,
)

DIGITS = [str(k).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")) for k in range(1, 13)]
each_activation = pytest.mark.parametrize("activation", activations.NAMES)
# Two results of the submission, each accurate to the contract's tolerance.
RELATED = 3 * TOLERANCE
# Sums of the submission's results: weights that add up to 6, entries up to 2500.
SUMMED = 15000 * TOLERANCE
# (m, widths), each larger in one number than any drawn network: rows, inputs, outputs, layers.
LARGE_SIZES = [(1100, (3, 4, 2)), (2, (600, 3, 2)), (2, (3, 2, 600)), (3, (2, *[3] * 11))]
each_large_size = pytest.mark.parametrize(
    "size", LARGE_SIZES, ids=["rows", "inputs", "outputs", "layers"]
)
# More forward passes than a store of the last few caches remembers.
MANY = 65


def forward(submission, case):
    """Call ``forward`` on a case and split its result into (prediction, cache)."""
    returned = submission.network.forward(case.parameters, case.X, case.activation)
    prediction, cache = unpack(returned, "prediction", "cache")
    return as_array(prediction, "prediction", case.dprediction.shape), cache


def backward(submission, case, cache):
    """Call ``backward`` on a case and copy its result into a list: dW₁, db₁, dW₂, and so on."""
    arguments = (case.parameters, cache, case.dprediction, case.activation)
    pairs = pairs_of(submission.network.backward(*arguments), case)
    parts = [part for pair in pairs for part in pair]
    required = zip(parts, names_of(parts), tensors(case.parameters), strict=True)
    return [as_array(part, name, parameter.shape) for part, name, parameter in required]


def own_loss(submission, case):
    """The loss Σ dprediction ⊙ prediction, with the prediction that the submission makes."""
    return total(case.dprediction * forward(submission, case)[0])


def total(values):
    """The sum of all entries, which may be infinite or NaN."""
    with np.errstate(all="ignore"):
        return float(np.sum(values))


def gradients(submission, case):
    """Run a case forward and, with the cache of that, backward."""
    return backward(submission, case, forward(submission, case)[1])


def pairs_of(returned, case):
    """Split what ``backward`` returned into a (dW, db) for each layer."""
    digits = DIGITS[: len(case.parameters)]
    pairs = unpack(returned, *(f"(dW{digit}, db{digit})" for digit in digits))
    return [unpack(pair, f"dW{d}", f"db{d}") for pair, d in zip(pairs, digits, strict=True)]


def tensors(pairs):
    """The arrays of all pairs in a row."""
    return [part for pair in pairs for part in pair]


def names_of(parts):
    """The names of the gradients in a row: dW₁, db₁, dW₂, and so on."""
    return [f"{'db' if k % 2 else 'dW'}{DIGITS[k // 2]}" for k in range(len(parts))]


def assert_gradients(returned, required, tolerance=TOLERANCE):
    """Every gradient in a row is close to the required one."""
    for got, wanted, name in zip(returned, required, names_of(required), strict=True):
        assert_close(got, wanted, name, tolerance=tolerance)


def assert_all_float64(parts):
    """Every gradient in a row is, or converts to, float64."""
    for part, name in zip(parts, names_of(parts), strict=True):
        assert_float64(part, name)


def observe(submission, case):
    """The calls of ``forward`` and ``backward`` on a case, and what else they did."""
    network = submission.network
    there = network.forward.observe(case.parameters, case.X, case.activation)
    _, cache = unpack(there.result, "prediction", "cache")
    arguments = (case.parameters, cache, case.dprediction, case.activation)
    return there, network.backward.observe(*arguments)


def results_of(there, back, case):
    """Copy prediction and gradients, as they are in the calls, into one vector."""
    prediction, _ = unpack(there.result, "prediction", "cache")
    parts = [prediction, *tensors(pairs_of(back.result, case))]
    return np.concatenate([as_array(part, "a result").ravel() for part in parts])


@cache
def large_case(size):
    """A large network, its prediction and its gradients."""
    case = waving_network(*size)
    return case, oracle.prediction(case), tensors(oracle.gradients(case))


def interleaved(submission, cases, order):
    """Run all cases forward, then backward in the given order; the gradients of the first."""
    caches = [forward(submission, case)[1] for case in cases]
    return {k: backward(submission, cases[k], caches[k]) for k in order}[0]


def combined(runs, weights):
    """The weighted sum of gradients in a row, which may be infinite or NaN."""
    with np.errstate(all="ignore"):
        return [
            sum(w * g for w, g in zip(weights, gs, strict=True)) for gs in zip(*runs, strict=True)
        ]


@each_activation
@given(linear=linear_networks())
def test_network_prediction_composes_the_layers(submission, activation, linear):
    """A prediction goes through all layers: h = σ(h Wᵀ + b) in each, without σ in the last."""
    case = linear.under(activation)
    prediction, _ = forward(submission, case)
    assert_close(prediction, oracle.prediction(case), "prediction")


@given(case=single_layer_networks())
def test_network_of_one_layer_is_linear(submission, case):
    """Without hidden layers no activation is applied: prediction = X Wᵀ + b."""
    prediction, _ = forward(submission, case)
    assert_close(prediction, oracle.prediction(case), "prediction")


@given(case=single_layer_networks())
def test_network_of_one_layer_has_linear_gradients(submission, case):
    """Without hidden layers no σ' is applied: dW = dpredictionᵀ X and db = Σ_rows dprediction."""
    assert_gradients(gradients(submission, case), tensors(oracle.gradients(case)))


@given(case=networks(activation_names=["tanh", "relu", "sigmoid"]))
def test_network_output_layer_is_linear(submission, case):
    """No activation bounds the output: the last W and b times −20 give prediction times −20."""
    prediction, _ = forward(submission, case.with_output_times(-20.0))
    assert_close(prediction, -20.0 * oracle.prediction(case), "prediction")


@given(case=linear_networks())
def test_network_of_identities_collapses_into_one_layer(submission, case):
    """Layers without an activation are one: prediction = X (… W₂ W₁)ᵀ + b, with one b."""
    prediction, _ = forward(submission, case)
    W, b = reduce(lambda a, c: (c[0] @ a[0], c[0] @ a[1] + c[1]), case.parameters)
    assert_close(prediction, case.X @ W.T + b, "prediction")


@given(case=networks())
def test_network_prediction_treats_rows_alone(submission, case):
    """A row's prediction does not depend on the other rows: forward(X)[r] = forward(X[r])."""
    together, _ = forward(submission, case)
    alone, _ = forward(submission, case.rows(-1))
    assert_close(together[-1:], alone, "prediction, its last row,", tolerance=RELATED)


@given(case=networks())
def test_network_prediction_ignores_the_order_of_hidden_units(submission, case):
    """Hidden units have no order: moved, with their weights, they make the same prediction."""
    prediction, _ = forward(submission, case.with_units_moved())
    assert_close(prediction, oracle.prediction(case), "prediction")


@each_activation
@given(linear=linear_networks())
def test_network_gradients_follow_the_chain_rule(submission, activation, linear):
    """Going back, layer by layer: δ = dh ⊙ σ'(z), dW = δᵀ h_prev, db = Σ_rows δ, dh ← δ W."""
    case = linear.under(activation)
    assert_gradients(gradients(submission, case), tensors(oracle.gradients(case)))


@given(drawn=networks_and_layers())
def test_network_gradients_are_the_slopes_of_the_loss(submission, drawn):
    """In every W and b, the gradient is the slope of the loss l = Σ dprediction ⊙ prediction."""
    case, layer = drawn
    returned = gradients(submission, case)[2 * layer : 2 * layer + 2]
    in_W, in_b = oracle.slopes(case, layer)
    assert_slope(returned[0], *in_W, f"dW{DIGITS[layer]}")
    assert_slope(returned[1], *in_b, f"db{DIGITS[layer]}")


@given(drawn=sloping_networks())
def test_network_gradients_fit_their_own_forward_pass(submission, drawn):
    """Gradients are the slopes of your own forward pass, right or wrong: of Σ dprediction ⊙ h."""
    case, layer = drawn
    values = [own_loss(submission, case.moved(layer, case.step * at)) for at in AT]
    slope, bound = along(values, case.step)
    prediction, cache = forward(submission, case)
    alive = abs(slope) > 1e3 * bound and np.ptp(prediction, axis=0).any()
    assert_that(bound < 1e-5 * max(1.0, abs(slope)), "a prediction that jumps", "a smooth one")
    assert_that(alive or case.can_be_dead, "a prediction that hardly changes", "a clear change")
    dW, db = backward(submission, case, cache)[2 * layer : 2 * layer + 2]
    returned = total(dW * case.direction(layer)[0]) + total(db * case.direction(layer)[1])
    assert_slope(returned, slope, bound, f"the change along layer {layer + 1}")


@given(case=networks())
def test_network_gradients_move_with_the_hidden_units(submission, case):
    """Hidden units have no order: moved, with their weights, they take their gradients along."""
    returned = gradients(submission, case.with_units_moved())
    assert_gradients(returned, tensors(move_units(oracle.gradients(case))))


@given(case=networks())
def test_network_zero_weights_let_no_gradient_through(submission, case):
    """Going back, dh is δ W: where the last W is 0, every gradient before that layer is 0."""
    *before, _, _ = gradients(submission, case.with_output_times(0.0))
    assert_gradients(before, [np.zeros_like(gradient) for gradient in before])


@given(case=networks())
def test_network_no_gradient_comes_from_a_zero_dprediction(submission, case):
    """Where the loss does not depend on the prediction, it depends on no parameter: zeros."""
    returned = gradients(submission, case.under_loss(np.zeros_like(case.dprediction)))
    assert_gradients(returned, [np.zeros_like(gradient) for gradient in returned])


@given(drawn=networks_and_batches())
def test_network_backward_is_linear_in_dprediction(submission, drawn):
    """Gradients are linear: backward(d + 2 d₂) = backward(d) + 2 backward(d₂), from one cache."""
    case, d2 = drawn[0], drawn[1].dprediction
    _, cache = forward(submission, case)
    runs = [backward(submission, case.under_loss(d), cache) for d in (case.dprediction, d2)]
    both = backward(submission, case.under_loss(case.dprediction + 2.0 * d2), cache)
    assert_gradients(both, combined(runs, [1.0, 2.0]), SUMMED)


@given(case=networks())
def test_network_gradients_add_up_over_the_rows(submission, case):
    """The gradients of a batch are the sums of those of its rows: dW = Σ_r dW(row r), so db."""
    rows = [gradients(submission, case.rows(r, r + 1)) for r in range(len(case.X))]
    required = combined(rows, [1.0] * len(rows))
    assert_gradients(gradients(submission, case), required, SUMMED)


@given(case=networks())
def test_network_mean_loss_ignores_a_duplicated_batch(submission, case):
    """Every row taken twice leaves a mean loss as it was, and its gradients in all W and b, too."""
    required = gradients(submission, case.under_mean_loss())
    returned = gradients(submission, case.duplicated().under_mean_loss())
    assert_gradients(returned, required, SUMMED)


@edge
@given(case=networks())
def test_network_backward_gives_the_same_twice(submission, case):
    """A cache may be used more than once: backward from it gives the same gradients again."""
    _, cache = forward(submission, case)
    first = backward(submission, case, cache)
    assert_gradients(backward(submission, case, cache), first, RELATED)


@edge
@given(drawn=networks_and_batches())
def test_network_cache_outlives_the_forward_pass_of_another_batch(submission, drawn):
    """Two batches forward, then both backward in either order: each cache is still its own."""
    required = gradients(submission, drawn[0])
    assert_gradients(interleaved(submission, drawn, (0, 1)), required, RELATED)
    assert_gradients(interleaved(submission, drawn, (1, 0)), required, RELATED)


@edge
@given(drawn=network_pairs())
def test_network_cache_outlives_the_passes_of_another_network(submission, drawn):
    """A cache belongs to its own network: what other networks do does not change its gradients."""
    case, other = drawn
    required = gradients(submission, case)
    _, cache = forward(submission, case)
    gradients(submission, other)
    assert_gradients(backward(submission, case, cache), required, RELATED)


@edge
def test_network_cache_outlives_many_forward_passes(submission):
    """After 65 forward passes of other batches, backward from the first cache is still right."""
    case, *others = (waving_network(3, (2, 3, 2), phase=0.5 * k) for k in range(MANY + 1))
    _, cache = forward(submission, case)
    _ = [forward(submission, other) for other in others]
    assert_gradients(backward(submission, case, cache), tensors(oracle.gradients(case)))


@edge
def test_network_results_outlive_the_next_call(submission):
    """What a call returned stays as it was when the function is called again: it is no buffer."""
    case = waving_network(3, (2, 3, 2))
    there, back = observe(submission, case)
    before = results_of(there, back, case)
    observe(submission, waving_network(3, (2, 3, 2), phase=1.0))
    there.result_now()
    back.result_now()
    assert_equal(results_of(there, back, case), before, "prediction, dW and db of the first calls")


@edge
@each_large_size
def test_network_large_networks_and_batches_are_no_exception(submission, size):
    """With 1100 rows, 600 inputs or outputs, or 11 layers all layers still do what they must."""
    case, prediction, slopes = large_case(size)
    returned, cache = forward(submission, case)
    assert_close(returned, prediction, "prediction")
    assert_gradients(backward(submission, case, cache), slopes)


@edge
@given(case=networks(sizes=SMALL_SIZES))
def test_network_takes_lists_and_tuples_alike(submission, case):
    """Parameters may be a list of tuples or a tuple of lists: the results are the same."""
    turned = replace(case, parameters=tuple(list(pair) for pair in case.parameters))
    required, _ = forward(submission, case)
    assert_close(forward(submission, turned)[0], required, "prediction", tolerance=RELATED)
    assert_gradients(gradients(submission, turned), gradients(submission, case), RELATED)


@given(case=networks(sizes=SMALL_SIZES))
def test_network_results_have_the_shapes_of_the_contract(submission, case):
    """Prediction is (m, n_y); gradients are one (dW, db) a layer, shaped like W and b, in order."""
    gradients(submission, case)


@edge
@given(case=networks(sizes=SMALL_SIZES))
def test_network_results_are_float64(submission, case):
    """From float64 comes float64, in the prediction and in every gradient."""
    network = submission.network
    returned = network.forward(case.parameters, case.X, case.activation)
    prediction, cache = unpack(returned, "prediction", "cache")
    found = network.backward(case.parameters, cache, case.dprediction, case.activation)
    assert_float64(prediction, "prediction")
    assert_all_float64(tensors(pairs_of(found, case)))


@edge
@given(case=networks(sizes=SMALL_SIZES))
def test_network_single_rows_units_and_outputs_are_no_exception(submission, case):
    """With one row, unit or output the same formulas hold: h = σ(h Wᵀ + b), and dW = δᵀ h_prev."""
    prediction, cache = forward(submission, case)
    assert_close(prediction, oracle.prediction(case), "prediction")
    assert_gradients(backward(submission, case, cache), tensors(oracle.gradients(case)))


@edge
@given(case=networks())
def test_network_large_numbers_are_not_cut_off(submission, case):
    """A prediction and a gradient may have any size: nothing is clipped to a range."""
    large = case.with_output_times(1e4).under_loss(1e4 * case.dprediction)
    prediction, cache = forward(submission, large)
    assert_close(prediction, oracle.prediction(large), "prediction")
    assert_gradients(backward(submission, large, cache), tensors(oracle.gradients(large)))


@edge
@given(case=saturated_networks())
def test_network_saturated_units_keep_the_results_right(submission, case):
    """At hidden |z| near 900 prediction and gradients are still right, and never NaN."""
    prediction, cache = forward(submission, case)
    assert_close(prediction, oracle.prediction(case), "prediction")
    assert_gradients(backward(submission, case, cache), tensors(oracle.gradients(case)))


@edge
@given(case=saturated_networks())
def test_network_saturated_units_give_no_warning(submission, case):
    """At hidden |z| near 900 neither pass gives a numerical warning."""
    there, back = observe(submission, case)
    assert_no_warning(there)
    assert_no_warning(back)


@edge
@given(case=networks())
def test_network_forward_leaves_its_arguments_unchanged(submission, case):
    """The parameters and X still have their values after the forward pass."""
    forward_call = submission.network.forward.observe
    assert_unchanged(forward_call(case.parameters, case.X, case.activation))


@edge
@given(case=networks())
def test_network_backward_leaves_its_arguments_unchanged(submission, case):
    """The parameters and dprediction still have their values after the backward pass."""
    assert_unchanged(observe(submission, case)[1])

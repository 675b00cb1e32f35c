"""A dense layer: the sum going forward, the chain rule going back."""

from dataclasses import replace
from functools import cache

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
    assert_unchanged,
    differences,
    edge,
    unpack,
)
from properties.oracles import activations
from properties.oracles import layers as oracle
from properties.strategies.layers import (
    crowded_dense_cases,
    dense_cases,
    large_dense_cases,
    saturated_dense_cases,
    upstream_pairs,
    waving_dense_case,
)

# Three results, each accurate to the contract's tolerance at |value| up to about 100.
LINEARITY = 300 * TOLERANCE
# (m, n_in, n_out), each larger in one number than any drawn layer.
LARGE_SIZES = [(1100, 3, 2), (2, 600, 3), (2, 3, 600)]
each_large_size = pytest.mark.parametrize("size", LARGE_SIZES, ids=["rows", "inputs", "outputs"])


def forward(submission, case):
    """Call ``dense_forward`` on a case and split its result into (z, h)."""
    returned = submission.layers.dense_forward(case.h_prev, case.W, case.b, case.activation)
    return unpack(returned, "z", "h")


def backward(submission, case, dh=None):
    """Call ``dense_backward`` on a case and split its result into (dW, db, dh_prev)."""
    dh = case.dh if dh is None else dh
    returned = submission.layers.dense_backward(dh, case.z, case.h_prev, case.W, case.activation)
    return unpack(returned, "dW", "db", "dh_prev")


def row_backward(submission, case, r):
    """Call ``dense_backward`` on row r of a case alone, as a batch of one."""
    row = slice(r, r + 1 or None)
    dh, z, h_prev = case.dh[row], case.z[row], case.h_prev[row]
    return submission.layers.dense_backward(dh, z, h_prev, case.W, case.activation)


def rows_of(case):
    """The indices of a case's rows."""
    return range(len(case.dh))


def partial_loss(case, name):
    """The loss Σ dh ⊙ σ(h_prev Wᵀ + b) as a function of one array of the case."""
    fixed = {"h_prev": case.h_prev, "W": case.W, "b": case.b, "activation": case.activation}
    return lambda x: oracle.loss(case.dh, **{**fixed, name: x})


def flat(gradients):
    """Copy (dW, db, dh_prev) into one vector."""
    parts = zip(gradients, ("dW", "db", "dh_prev"), strict=True)
    return np.concatenate([as_array(part, what).ravel() for part, what in parts])


def total(*parts, times=1.0):
    """Add up results, the last one ``times`` a factor; they may be infinite or NaN."""
    with np.errstate(invalid="ignore", over="ignore"):
        return sum(parts[:-1]) + times * parts[-1]


def required_results(case):
    """All results of both passes by the formulas, by name."""
    h_prev, W, z, dh, name = case.h_prev, case.W, case.z, case.dh, case.activation
    return {
        "z": oracle.pre_activation(h_prev, W, case.b),
        "h": activations.value(name, z),
        "dW": oracle.weight_gradient(dh, z, h_prev, name),
        "db": oracle.bias_gradient(dh, z, name),
        "dh_prev": oracle.input_gradient(dh, z, W, name),
    }


@cache
def large_case(size):
    """A large layer, and all its results."""
    case = waving_dense_case(*size)
    return case, required_results(case)


def assert_results(submission, case, required=None):
    """All results of both passes are those of the formulas."""
    required = required_results(case) if required is None else required
    returned = (*forward(submission, case), *backward(submission, case))
    for part, (what, right) in zip(returned, required.items(), strict=True):
        assert_close(part, right, what)


def observe(submission, case):
    """Observe both passes of a case."""
    layers = submission.layers
    there = layers.dense_forward.observe(case.h_prev, case.W, case.b, case.activation)
    back = layers.dense_backward.observe(case.dh, case.z, case.h_prev, case.W, case.activation)
    return there, back


def results_of(there, back):
    """Copy the results of both passes, as they are in the calls, into one vector."""
    z, h = unpack(there.result, "z", "h")
    forth = as_array(z, "z").ravel(), as_array(h, "h").ravel()
    return np.concatenate([*forth, flat(unpack(back.result, "dW", "db", "dh_prev"))])


@given(case=dense_cases())
def test_layers_forward_sums_over_the_inputs(submission, case):
    """The pre-activation is z = h_prev Wᵀ + b."""
    z, _ = forward(submission, case)
    assert_close(z, oracle.pre_activation(case.h_prev, case.W, case.b), "z")


@given(case=dense_cases())
def test_layers_forward_applies_the_activation(submission, case):
    """The output is the activation of the pre-activation: h = σ(z)."""
    _, h = forward(submission, case)
    assert_close(h, activations.value(case.activation, case.z), "h")


@given(case=dense_cases())
def test_layers_forward_treats_rows_alone(submission, case):
    """A row's output does not depend on the other rows: forward(h_prev)[r] = forward(h_prev[r])."""
    _, h = forward(submission, case)
    last = submission.layers.dense_forward(case.h_prev[-1:], case.W, case.b, case.activation)
    alone = as_array(unpack(last, "z", "h")[1], "h of the last row", (1, len(case.b)))
    assert_close(as_array(h, "h", case.z.shape)[-1:], alone, "h, its last row,")


@given(case=dense_cases())
def test_layers_weight_gradient_follows_the_chain_rule(submission, case):
    """The weight gradient is dW = δᵀ h_prev with δ = dh ⊙ σ'(z)."""
    dW, _, _ = backward(submission, case)
    assert_close(dW, oracle.weight_gradient(case.dh, case.z, case.h_prev, case.activation), "dW")


@given(case=dense_cases())
def test_layers_bias_gradient_sums_over_the_rows(submission, case):
    """The bias gradient sums over the batch: db = Σ_rows δ with δ = dh ⊙ σ'(z)."""
    _, db, _ = backward(submission, case)
    assert_close(db, oracle.bias_gradient(case.dh, case.z, case.activation), "db")


@given(case=dense_cases())
def test_layers_input_gradient_follows_the_chain_rule(submission, case):
    """The input gradient is dh_prev = δ W with δ = dh ⊙ σ'(z)."""
    _, _, dh_prev = backward(submission, case)
    required = oracle.input_gradient(case.dh, case.z, case.W, case.activation)
    assert_close(dh_prev, required, "dh_prev")


@given(case=dense_cases())
def test_layers_weight_gradient_is_the_slope_in_each_weight(submission, case):
    """Each entry of dW is the slope of the loss in that weight: dW = ∂ Σ dh ⊙ σ(z) / ∂W."""
    dW, _, _ = backward(submission, case)
    slopes, bounds = differences.gradient(partial_loss(case, "W"), case.W)
    assert_slope(dW, slopes, bounds, "dW")


@given(case=dense_cases())
def test_layers_bias_gradient_is_the_slope_in_each_bias(submission, case):
    """Each entry of db is the slope of the loss in that bias: db = ∂ Σ dh ⊙ σ(z) / ∂b."""
    _, db, _ = backward(submission, case)
    slopes, bounds = differences.gradient(partial_loss(case, "b"), case.b)
    assert_slope(db, slopes, bounds, "db")


@given(case=dense_cases())
def test_layers_input_gradient_is_the_slope_in_each_input(submission, case):
    """Each entry of dh_prev is the slope of the loss in that input: dh_prev = ∂l / ∂h_prev."""
    _, _, dh_prev = backward(submission, case)
    slopes, bounds = differences.gradient(partial_loss(case, "h_prev"), case.h_prev)
    assert_slope(dh_prev, slopes, bounds, "dh_prev")


@given(drawn=upstream_pairs())
def test_layers_backward_is_linear_in_dh(submission, drawn):
    """Gradients are linear in dh: backward(dh + a dh₂) = backward(dh) + a backward(dh₂)."""
    case, dh2, a = drawn
    first, second = (flat(backward(submission, case, dh)) for dh in (case.dh, dh2))
    required = total(first, second, times=a)
    returned = flat(backward(submission, case, case.dh + a * dh2))
    assert_close(returned, required, "(dW, db, dh_prev)", tolerance=LINEARITY)


@given(case=dense_cases())
def test_layers_parameter_gradients_add_up_over_the_rows(submission, case):
    """The gradients of a batch are the sums of its rows' gradients: dW = Σ_r dW(row r), so db."""
    rows = [unpack(row_backward(submission, case, r), "dW", "db", "dh_prev") for r in rows_of(case)]
    dW, db, _ = backward(submission, case)
    assert_close(dW, total(*(as_array(row[0], "dW", case.W.shape) for row in rows)), "dW")
    assert_close(db, total(*(as_array(row[1], "db", case.b.shape) for row in rows)), "db")


@given(case=dense_cases())
def test_layers_input_gradient_treats_rows_alone(submission, case):
    """A row of dh_prev depends on that row of dh and z alone, not on the batch around it."""
    _, _, dh_prev = backward(submission, case)
    last = unpack(row_backward(submission, case, -1), "dW", "db", "dh_prev")[2]
    alone = as_array(last, "dh_prev of the last row", (1, case.W.shape[1]))
    together = as_array(dh_prev, "dh_prev", case.h_prev.shape)
    assert_close(together[-1:], alone, "dh_prev, its last row,")


@given(case=dense_cases())
def test_layers_no_gradient_comes_from_a_zero_dh(submission, case):
    """Where the loss does not depend on h, it depends on nothing below: dh = 0 gives zeros."""
    returned = flat(backward(submission, case, np.zeros_like(case.dh)))
    assert_close(returned, np.zeros_like(returned), "(dW, db, dh_prev)")


@edge
@given(case=crowded_dense_cases())
def test_layers_batch_as_large_as_a_width_is_no_exception(submission, case):
    """With as many rows as inputs or outputs rows are still rows: z = h_prev Wᵀ + b."""
    assert_results(submission, case)


@edge
@given(case=large_dense_cases())
def test_layers_large_numbers_are_not_cut_off(submission, case):
    """At |z| near 900 and dh near 10⁵ the formulas hold, too: δ = dh ⊙ σ'(z), dW = δᵀ h_prev."""
    assert_results(submission, case)


@edge
@each_large_size
def test_layers_large_layers_and_batches_are_no_exception(submission, size):
    """With 1100 rows, 600 inputs or 600 outputs the same formulas hold: z = h_prev Wᵀ + b."""
    assert_results(submission, *large_case(size))


@edge
def test_layers_results_outlive_the_next_call(submission):
    """What a call returned stays as it was when the function is called again: it is no buffer."""
    there, back = observe(submission, waving_dense_case(4, 3, 2))
    before = results_of(there, back)
    observe(submission, waving_dense_case(4, 3, 2, phase=1.0))
    there.result_now()
    back.result_now()
    assert_equal(results_of(there, back), before, "(z, h, dW, db, dh_prev) of the first calls")


@edge
@given(case=dense_cases(activations=["relu"]))
def test_layers_relu_lets_nothing_through_at_zero(submission, case):
    """At z = 0 the derivative of ReLU is 0, so no gradient comes from there: δ = dh ⊙ 0."""
    still = replace(case, b=np.zeros_like(case.b), h_prev=np.zeros_like(case.h_prev))
    returned = flat(backward(submission, replace(still, z=np.zeros_like(case.z))))
    assert_close(returned, np.zeros_like(returned), "(dW, db, dh_prev)")


@edge
@given(case=saturated_dense_cases())
def test_layers_saturated_units_give_no_warning(submission, case):
    """At |z| near 900 forward and backward stay finite and give no numerical warning."""
    there, back = observe(submission, case)
    assert_no_warning(there)
    assert_no_warning(back)


@given(case=dense_cases())
def test_layers_results_have_the_shapes_of_the_contract(submission, case):
    """Z and h are (m, n_out); dW, db and dh_prev have the shapes of W, b and h_prev."""
    z, h = forward(submission, case)
    dW, db, dh_prev = backward(submission, case)
    as_array(z, "z", case.z.shape)
    as_array(h, "h", case.z.shape)
    as_array(dW, "dW", case.W.shape)
    as_array(db, "db", case.b.shape)
    as_array(dh_prev, "dh_prev", case.h_prev.shape)


@edge
@given(case=dense_cases())
def test_layers_results_are_float64(submission, case):
    """From float64 comes float64, going forward and going back."""
    z, h = forward(submission, case)
    dW, db, dh_prev = backward(submission, case)
    assert_float64(z, "z", case.z.shape)
    assert_float64(h, "h", case.z.shape)
    assert_float64(dW, "dW", case.W.shape)
    assert_float64(db, "db", case.b.shape)
    assert_float64(dh_prev, "dh_prev", case.h_prev.shape)


@edge
@given(case=dense_cases())
def test_layers_forward_leaves_its_arguments_unchanged(submission, case):
    """The arrays h_prev, W and b still have their values after the forward pass."""
    forward_call = submission.layers.dense_forward.observe
    assert_unchanged(forward_call(case.h_prev, case.W, case.b, case.activation))


@edge
@given(case=dense_cases())
def test_layers_backward_leaves_its_arguments_unchanged(submission, case):
    """The arrays dh, z, h_prev and W still have their values after the backward pass."""
    backward_call = submission.layers.dense_backward.observe
    assert_unchanged(backward_call(case.dh, case.z, case.h_prev, case.W, case.activation))

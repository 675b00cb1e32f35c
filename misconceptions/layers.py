"""Mistakes in the dense layer, going forward and going back."""

import functools

import numpy as np

from backproof.testing import misconception, spelling
from reference import activations, layers


def _derivative(activation, z):
    return getattr(activations, f"{activation}_derivative")(z)


@misconception(of="dense_forward", caught_by="test_layers_forward_sums_over_the_inputs")
def forward_forgets_the_bias(h_prev, W, b, activation):
    """You left the bias out of the pre-activation."""
    return layers.dense_forward(h_prev, W, np.zeros_like(b), activation)


@misconception(of="dense_forward", caught_by="test_layers_forward_sums_over_the_inputs")
def forward_uses_the_square_weights_untransposed(h_prev, W, b, activation):
    """You multiplied by W instead of Wᵀ wherever the shapes allow it."""
    return layers.dense_forward(h_prev, W.T if W.shape[0] == W.shape[1] else W, b, activation)


@misconception(of="dense_forward", caught_by="test_layers_forward_sums_over_the_inputs")
def forward_subtracts_the_bias(h_prev, W, b, activation):
    """You subtracted the bias instead of adding it."""
    return layers.dense_forward(h_prev, W, -b, activation)


@misconception(of="dense_forward", caught_by="test_layers_forward_applies_the_activation")
def forward_forgets_the_activation(h_prev, W, b, activation):
    """You returned the pre-activation twice: h is σ(z)."""
    z, _ = layers.dense_forward(h_prev, W, b, activation)
    return z, z


@misconception(of="dense_forward", caught_by="test_layers_forward_applies_the_activation")
def forward_ignores_which_activation(h_prev, W, b, activation):
    """You always applied tanh, whichever activation was asked for."""
    return layers.dense_forward(h_prev, W, b, "tanh")


@misconception(of="dense_forward", caught_by="test_layers_forward_sums_over_the_inputs")
def forward_swaps_its_results(h_prev, W, b, activation):
    """You returned (h, z); the order is (z, h)."""
    z, h = layers.dense_forward(h_prev, W, b, activation)
    return h, z


@misconception(of="dense_forward", caught_by="test_layers_forward_treats_rows_alone")
def forward_adds_the_bias_of_the_batch(h_prev, W, b, activation):
    """You added the bias once for every row of the batch."""
    return layers.dense_forward(h_prev, W, len(h_prev) * b, activation)


@misconception(of="dense_forward", caught_by="test_layers_results_have_the_shapes_of_the_contract")
def forward_returns_columns_of_data(h_prev, W, b, activation):
    """You returned arrays of shape (n_out, m): a row is a data point here."""
    z, h = layers.dense_forward(h_prev, W, b, activation)
    return z.T, h.T


@misconception(of="dense_forward", caught_by="test_layers_forward_leaves_its_arguments_unchanged")
def forward_adds_a_column_to_the_bias_in_place(h_prev, W, b, activation):
    """You added to b in place, so the caller's bias changed."""
    result = layers.dense_forward(h_prev, W, b, activation)
    b += h_prev.mean() + 1.0
    return result


@misconception(of="dense_forward", caught_by="test_layers_results_are_float64")
def forward_rounds_to_float32(h_prev, W, b, activation):
    """You computed in float32, which keeps only 7 digits."""
    z, h = layers.dense_forward(h_prev, W, b, activation)
    return z.astype(np.float32), h.astype(np.float32)


@misconception(of="dense_forward", caught_by="test_layers_saturated_units_give_no_warning")
def forward_sigmoid_overflows(h_prev, W, b, activation):
    """You wrote the sigmoid as 1 / (1 + e⁻ᶻ) inside the layer, which overflows far below 0."""
    z, h = layers.dense_forward(h_prev, W, b, activation)
    return z, 1.0 / (1.0 + np.exp(-z)) if activation == "sigmoid" else h


@misconception(
    of="dense_backward",
    caught_by=(
        "test_layers_weight_gradient_follows_the_chain_rule",
        "test_layers_weight_gradient_is_the_slope_in_each_weight",
    ),
)
def backward_transposes_the_square_weight_gradient(dh, z, h_prev, W, activation):
    """You computed h_prevᵀ δ, the transpose of dW; it shows only where widths are equal."""
    dW, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return dW.T if W.shape[0] == W.shape[1] else dW, db, dh_prev


@misconception(
    of="dense_backward",
    caught_by=(
        "test_layers_input_gradient_follows_the_chain_rule",
        "test_layers_input_gradient_is_the_slope_in_each_input",
    ),
)
def backward_transposes_the_square_weights(dh, z, h_prev, W, activation):
    """You computed δ Wᵀ for dh_prev; going back it is δ W."""
    dW, db, _ = layers.dense_backward(dh, z, h_prev, W, activation)
    V = W.T if W.shape[0] == W.shape[1] else W
    return dW, db, layers.dense_backward(dh, z, h_prev, V, activation)[2]


@misconception(of="dense_backward", caught_by="test_layers_weight_gradient_follows_the_chain_rule")
def backward_forgets_the_derivative_of_the_activation(dh, z, h_prev, W, activation):
    """You left out σ'(z): δ is dh ⊙ σ'(z), not dh."""
    return layers.dense_backward(dh, z, h_prev, W, "identity")


@misconception(
    of="dense_backward", caught_by="test_layers_weight_gradient_is_the_slope_in_each_weight"
)
def backward_takes_the_derivative_at_h(dh, z, h_prev, W, activation):
    """You took σ' at h instead of at z, so the activation was applied twice."""
    h = getattr(activations, activation)(z)
    return layers.dense_backward(dh, h, h_prev, W, activation)


@misconception(of="dense_backward", caught_by="test_layers_weight_gradient_follows_the_chain_rule")
def backward_multiplies_by_the_activation(dh, z, h_prev, W, activation):
    """You multiplied by σ(z) where its derivative σ'(z) belongs."""
    delta = dh * getattr(activations, activation)(z)
    return layers.dense_backward(delta, z, h_prev, W, "identity")


@misconception(of="dense_backward", caught_by="test_layers_weight_gradient_follows_the_chain_rule")
def backward_weighs_with_the_output(dh, z, h_prev, W, activation):
    """You multiplied δ by the layer's output instead of its input, where the widths allow it."""
    dW, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    if W.shape[0] == W.shape[1]:
        h = getattr(activations, activation)(z)
        dW = (dh * _derivative(activation, z)).T @ h
    return dW, db, dh_prev


@misconception(
    of="dense_backward", caught_by="test_layers_parameter_gradients_add_up_over_the_rows"
)
def backward_averages_the_weight_gradient(dh, z, h_prev, W, activation):
    """You divided dW by the batch size; the 1/m of an average loss is in dh already."""
    dW, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return dW / len(dh), db, dh_prev


@misconception(
    of="dense_backward",
    caught_by=(
        "test_layers_bias_gradient_sums_over_the_rows",
        "test_layers_bias_gradient_is_the_slope_in_each_bias",
        "test_layers_parameter_gradients_add_up_over_the_rows",
    ),
)
def backward_averages_the_bias_gradient(dh, z, h_prev, W, activation):
    """You averaged δ over the rows for db; it is the sum, as 1/m is in dh already."""
    dW, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return dW, db / len(dh), dh_prev


@misconception(of="dense_backward", caught_by="test_layers_bias_gradient_sums_over_the_rows")
def backward_sums_dh_for_the_bias(dh, z, h_prev, W, activation):
    """You summed dh for db; it is the sum of δ = dh ⊙ σ'(z)."""
    dW, _, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return dW, dh.sum(axis=0), dh_prev


@misconception(of="dense_backward", caught_by="test_layers_results_have_the_shapes_of_the_contract")
def backward_keeps_the_bias_gradient_two_dimensional(dh, z, h_prev, W, activation):
    """You returned db with shape (1, n_out); b has shape (n_out,)."""
    dW, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return dW, db[None, :], dh_prev


@misconception(of="dense_backward", caught_by="test_layers_bias_gradient_sums_over_the_rows")
def backward_sums_the_bias_gradient_over_everything(dh, z, h_prev, W, activation):
    """You summed δ over rows and units, so every bias got the same gradient."""
    dW, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return dW, np.full_like(db, db.sum()), dh_prev


@misconception(of="dense_backward", caught_by="test_layers_input_gradient_follows_the_chain_rule")
def backward_sends_dh_through_the_weights(dh, z, h_prev, W, activation):
    """You computed dh W for dh_prev; it is δ W with δ = dh ⊙ σ'(z)."""
    dW, db, _ = layers.dense_backward(dh, z, h_prev, W, activation)
    return dW, db, dh @ W


@misconception(of="dense_backward", caught_by="test_layers_input_gradient_treats_rows_alone")
def backward_averages_the_input_gradient(dh, z, h_prev, W, activation):
    """You divided dh_prev by the batch size; each row has its own gradient."""
    dW, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return dW, db, dh_prev / len(dh)


@misconception(of="dense_backward", caught_by="test_layers_backward_is_linear_in_dh")
def backward_clips_the_gradient(dh, z, h_prev, W, activation):
    """You clipped dh to [−1, 1]; gradients are linear in dh."""
    return layers.dense_backward(np.clip(dh, -1.0, 1.0), z, h_prev, W, activation)


@misconception(of="dense_backward", caught_by="test_layers_no_gradient_comes_from_a_zero_dh")
def backward_adds_weight_decay(dh, z, h_prev, W, activation):
    """You added a multiple of W to dW: weight decay is no part of this loss."""
    dW, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return dW + 0.01 * W, db, dh_prev


@misconception(
    of="dense_backward", caught_by="test_layers_weight_gradient_is_the_slope_in_each_weight"
)
def backward_flips_the_sign(dh, z, h_prev, W, activation):
    """You returned the negative gradients; the minus belongs to the descent step."""
    return tuple(-gradient for gradient in layers.dense_backward(dh, z, h_prev, W, activation))


@misconception(of="dense_backward", caught_by="test_layers_backward_leaves_its_arguments_unchanged")
def backward_scales_dh_in_place(dh, z, h_prev, W, activation):
    """You multiplied dh by σ'(z) in place, so the caller's array changed."""
    dh *= _derivative(activation, z)
    return layers.dense_backward(dh, z, h_prev, W, "identity")


@misconception(
    of="dense_forward", caught_by="test_layers_batch_as_large_as_a_width_is_no_exception"
)
def forward_turns_a_square_batch(h_prev, W, b, activation):
    """You took a batch with as many rows as inputs for its transpose: a row is a data point."""
    turned = h_prev.T if len(h_prev) == W.shape[1] else h_prev
    return layers.dense_forward(turned, W, b, activation)


@misconception(of="dense_forward", caught_by="test_layers_large_numbers_are_not_cut_off")
def forward_clips_the_pre_activation(h_prev, W, b, activation):
    """You clipped z to [−500, 500] against overflow; that changes ReLU's and the identity's h."""
    z, _ = layers.dense_forward(h_prev, W, b, activation)
    z = np.clip(z, -500.0, 500.0)
    return z, getattr(activations, activation)(z)


@misconception(of="dense_backward", caught_by="test_layers_large_numbers_are_not_cut_off")
def backward_clips_its_results(dh, z, h_prev, W, activation):
    """You clipped the gradients to [−50, 50]; gradients have any size."""
    results = layers.dense_backward(dh, z, h_prev, W, activation)
    return tuple(np.clip(gradient, -50.0, 50.0) for gradient in results)


@misconception(of="dense_backward", caught_by="test_layers_relu_lets_nothing_through_at_zero")
def backward_lets_relu_through_at_zero(dh, z, h_prev, W, activation):
    """You took ReLU's derivative for 1 at z = 0; it is 0 there."""
    if activation != "relu":
        return layers.dense_backward(dh, z, h_prev, W, activation)
    return layers.dense_backward(dh * (z >= 0), z, h_prev, W, "identity")


# Spellings of the mistakes above that fail where the shapes do not fit, and mistakes in pairs.


@spelling(of=forward_uses_the_square_weights_untransposed)
def _forward_uses_the_weights_untransposed(h_prev, W, b, activation):
    z = h_prev @ W + b
    return z, getattr(activations, activation)(z)


@spelling(of=forward_uses_the_square_weights_untransposed)
def _forward_multiplies_from_the_left(h_prev, W, b, activation):
    z = (W @ h_prev.T).T + b if W.shape[0] != W.shape[1] else (W.T @ h_prev.T).T + b
    return z, getattr(activations, activation)(z)


@spelling(of=backward_transposes_the_square_weights)
def _backward_transposes_the_weights(dh, z, h_prev, W, activation):
    delta = dh * _derivative(activation, z)
    return delta.T @ h_prev, delta.sum(axis=0), delta @ W.T


@spelling(of=backward_transposes_the_square_weight_gradient)
def _backward_transposes_the_weight_gradient(dh, z, h_prev, W, activation):
    dW, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return dW.T, db, dh_prev


@spelling(of=backward_weighs_with_the_output)
def _backward_weighs_with_the_output_of_any_width(dh, z, h_prev, W, activation):
    _, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    delta = dh * _derivative(activation, z)
    return delta.T @ getattr(activations, activation)(z), db, dh_prev


@misconception(
    of="dense_backward", caught_by="test_layers_parameter_gradients_add_up_over_the_rows"
)
def backward_averages_both_gradients(dh, z, h_prev, W, activation):
    """You divided dW and db by the batch size; the 1/m of an average loss is in dh already."""
    dW, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return dW / len(dh), db / len(dh), dh_prev


@misconception(
    of="dense_backward",
    caught_by=(
        "test_layers_parameter_gradients_add_up_over_the_rows",
        "test_layers_input_gradient_treats_rows_alone",
    ),
)
def backward_averages_delta(dh, z, h_prev, W, activation):
    """You divided δ by the batch size; the 1/m of an average loss is in dh already."""
    return layers.dense_backward(dh / len(dh), z, h_prev, W, activation)


@misconception(of="dense_backward", caught_by="test_layers_bias_gradient_sums_over_the_rows")
def backward_sums_over_the_wrong_axis(dh, z, h_prev, W, activation):
    """You summed δ over the units (axis 1) for db; the sum runs over the rows (axis 0)."""
    dW, _, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return dW, (dh * _derivative(activation, z)).sum(axis=1), dh_prev


@misconception(of="dense_backward", caught_by="test_layers_bias_gradient_sums_over_the_rows")
def backward_averages_over_the_wrong_axis(dh, z, h_prev, W, activation):
    """You averaged δ over the units (axis 1) for db; it is the sum over the rows (axis 0)."""
    dW, _, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return dW, (dh * _derivative(activation, z)).mean(axis=1), dh_prev


@misconception(of="dense_backward", caught_by="test_layers_bias_gradient_sums_over_the_rows")
def backward_returns_one_bias_gradient(dh, z, h_prev, W, activation):
    """You summed all of δ into one number for db; each unit has its own sum, over the rows."""
    dW, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return dW, db.sum(), dh_prev


@misconception(of="dense_backward", caught_by="test_layers_bias_gradient_sums_over_the_rows")
def backward_returns_delta_as_bias_gradient(dh, z, h_prev, W, activation):
    """You returned δ itself for db, with a row for each data point; db is its sum over the rows."""
    dW, _, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return dW, dh * _derivative(activation, z), dh_prev


@misconception(of="dense_backward", caught_by="test_layers_results_have_the_shapes_of_the_contract")
def backward_returns_dh_first(dh, z, h_prev, W, activation):
    """You returned (dh_prev, dW, db); the order is (dW, db, dh_prev)."""
    dW, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return dh_prev, dW, db


@misconception(of="dense_backward", caught_by="test_layers_results_have_the_shapes_of_the_contract")
def backward_swaps_dW_and_db(dh, z, h_prev, W, activation):  # noqa: N802  # the lecture's symbol
    """You returned (db, dW, dh_prev); the order is (dW, db, dh_prev)."""
    dW, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return db, dW, dh_prev


@misconception(of="dense_backward", caught_by="test_layers_results_have_the_shapes_of_the_contract")
def backward_forgets_dh_prev(dh, z, h_prev, W, activation):
    """You returned dW and db alone; the layer below needs dh_prev as well."""
    return layers.dense_backward(dh, z, h_prev, W, activation)[:2]


@misconception(of="dense_forward", caught_by="test_layers_results_have_the_shapes_of_the_contract")
def forward_returns_h_alone(h_prev, W, b, activation):
    """You returned h alone; the backward pass needs z, so return (z, h)."""
    return layers.dense_forward(h_prev, W, b, activation)[1]


@misconception(of="dense_forward", caught_by="test_layers_results_have_the_shapes_of_the_contract")
def forward_returns_z_alone(h_prev, W, b, activation):
    """You returned z alone; return both, (z, h)."""
    return layers.dense_forward(h_prev, W, b, activation)[0]


@misconception(of="dense_backward", caught_by="test_layers_weight_gradient_follows_the_chain_rule")
def backward_forgets_to_pass_delta_on(dh, z, h_prev, W, activation):
    """You multiplied by σ'(z) for db and dh_prev, but not for dW; δ is the same in all three."""
    _, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return dh.T @ h_prev, db, dh_prev


@misconception(of="dense_backward", caught_by="test_layers_weight_gradient_follows_the_chain_rule")
def backward_weighs_with_z(dh, z, h_prev, W, activation):
    """You multiplied δ by z instead of by the layer's input h_prev."""
    _, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return (dh * _derivative(activation, z)).T @ z, db, dh_prev


# What shows in large layers and batches, or in the next call only. The sizes are arbitrary, so
# mistakes have variants with others.

LARGE = "test_layers_large_layers_and_batches_are_no_exception"
OUTLIVES = "test_layers_results_outlive_the_next_call"


def _also(mistake, maker, *numbers):
    """Add the same mistake with other numbers."""
    mistake.__variants__ = tuple(functools.partial(maker, number) for number in numbers)


def _in_one_array(arrays, name, result):
    """Write a result into the array of its name and shape, which is made once."""
    out = arrays.setdefault((name, result.shape), np.empty(result.shape))
    out[...] = result
    return out


def _forward_of_rows(most, h_prev, W, b, activation):
    z, _ = layers.dense_forward(h_prev, W, b, activation)
    z[most:] = 0.0
    return z, getattr(activations, activation)(z)


@misconception(of="dense_forward", caught_by=LARGE)
def forward_fills_the_first_rows(h_prev, W, b, activation):
    """You computed the first rows of a large batch only. Each row has its z and h."""
    return _forward_of_rows(64, h_prev, W, b, activation)


_also(forward_fills_the_first_rows, _forward_of_rows, 256, 1024)


def _forward_of_inputs(most, h_prev, W, b, activation):
    return layers.dense_forward(h_prev[:, :most], W[:, :most], b, activation)


@misconception(of="dense_forward", caught_by=LARGE)
def forward_sums_the_first_inputs(h_prev, W, b, activation):
    """You summed over the first inputs of a wide layer only. All of them count."""
    return _forward_of_inputs(64, h_prev, W, b, activation)


_also(forward_sums_the_first_inputs, _forward_of_inputs, 256, 512)


@misconception(of="dense_forward", caught_by=OUTLIVES)
def forward_returns_one_array_every_time(h_prev, W, b, activation):
    """You wrote z into an array that the next call overwrites."""
    z, h = layers.dense_forward(h_prev, W, b, activation)
    return _in_one_array(_pre_activations, "z", z), h


_pre_activations = {}


def _backward_of_rows(most, dh, z, h_prev, W, activation):
    rows = slice(most)
    dW, db, _ = layers.dense_backward(dh[rows], z[rows], h_prev[rows], W, activation)
    return dW, db, layers.dense_backward(dh, z, h_prev, W, activation)[2]


@misconception(of="dense_backward", caught_by=LARGE)
def backward_sums_the_first_rows(dh, z, h_prev, W, activation):
    """You summed dW and db over the first rows of a large batch only. All of them count."""
    return _backward_of_rows(64, dh, z, h_prev, W, activation)


_also(backward_sums_the_first_rows, _backward_of_rows, 256, 1024)


def _backward_of_outputs(most, dh, z, h_prev, W, activation):
    dW, db, _ = layers.dense_backward(dh, z, h_prev, W, activation)
    first = dh[:, :most], z[:, :most], h_prev, W[:most], activation
    return dW, db, layers.dense_backward(*first)[2]


@misconception(of="dense_backward", caught_by=LARGE)
def backward_sums_the_first_outputs(dh, z, h_prev, W, activation):
    """You summed dh_prev over the first units of a wide layer only. All of them count."""
    return _backward_of_outputs(64, dh, z, h_prev, W, activation)


_also(backward_sums_the_first_outputs, _backward_of_outputs, 256, 512)


@misconception(of="dense_backward", caught_by=OUTLIVES)
def backward_returns_the_same_arrays_every_time(dh, z, h_prev, W, activation):
    """You wrote the gradients into arrays that the next call overwrites."""
    results = layers.dense_backward(dh, z, h_prev, W, activation)
    names = ("dW", "db", "dh_prev")
    return tuple(_in_one_array(_gradients, n, r) for n, r in zip(names, results, strict=True))


@misconception(of="dense_backward", caught_by=OUTLIVES)
def backward_returns_one_array_for_dh_prev(dh, z, h_prev, W, activation):
    """You wrote dh_prev into an array that the next call overwrites."""
    dW, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return dW, db, _in_one_array(_gradients, "dh_prev", dh_prev)


_gradients = {}

"""Mistakes in the passes through a network: what is kept, in which order, from which layer."""

import functools

import numpy as np

from backproof.testing import misconception, spelling
from reference import activations, layers, network

COMPOSES = "test_network_prediction_composes_the_layers"
CHAIN_RULE = "test_network_gradients_follow_the_chain_rule"
FITS = "test_network_gradients_fit_their_own_forward_pass"
SLOPES = "test_network_gradients_are_the_slopes_of_the_loss"


def _value(activation, z):
    return getattr(activations, activation)(z)


def _names(parameters, activation):
    return [activation] * (len(parameters) - 1) + ["identity"]


def _run(parameters, X, names):
    """A forward pass with an activation for each layer; as ``network.forward`` returns it."""
    cache = []
    h = X
    for (W, b), name in zip(parameters, names, strict=True):
        z, h_next = layers.dense_forward(h, W, b, name)
        cache.append((z, h))
        h = h_next
    return h, cache


def _back(parameters, cache, dprediction, names, step=layers.dense_backward):
    """A backward pass with an activation, and perhaps another step, for each layer."""
    gradients = []
    dh = dprediction
    for (W, _), (z, h_prev), name in reversed(list(zip(parameters, cache, names, strict=True))):
        dW, db, dh = step(dh, z, h_prev, W, name)
        gradients.insert(0, (dW, db))
    return gradients


def _fitting(candidate, right):
    """The candidate where it has the shape of the right array, which stays where it has not."""
    return candidate if candidate.shape == right.shape else right


@misconception(
    of="forward",
    caught_by=(
        COMPOSES,
        "test_network_output_layer_is_linear",
        "test_network_of_one_layer_is_linear",
    ),
)
def forward_activates_the_output(parameters, X, activation):
    """You applied the activation to the output as well; the last layer is linear."""
    return _run(parameters, X, [activation] * len(parameters))


@misconception(of="forward", caught_by=COMPOSES)
def forward_has_no_activations(parameters, X, activation):
    """You left the activations of the hidden layers out, so the network is one linear layer."""
    return network.forward(parameters, X, "identity")


@misconception(
    of="forward", caught_by=(COMPOSES, "test_network_of_identities_collapses_into_one_layer")
)
def forward_ignores_which_activation(parameters, X, activation):
    """You applied tanh in the hidden layers, whichever activation was asked for."""
    return network.forward(parameters, X, "tanh")


@misconception(of="forward", caught_by=COMPOSES)
def forward_activates_the_first_layer_only(parameters, X, activation):
    """You applied the activation in the first layer only; every hidden layer has it."""
    names = ["identity"] * len(parameters)
    names[0] = _names(parameters, activation)[0]
    return _run(parameters, X, names)


@misconception(of="forward", caught_by=COMPOSES)
def forward_leaves_the_last_hidden_layer_linear(parameters, X, activation):
    """You left the activation of the last hidden layer out; only the output has none."""
    names = [activation] * (len(parameters) - 2) + ["identity"] * min(len(parameters), 2)
    return _run(parameters, X, names)


@misconception(
    of="forward",
    caught_by=(COMPOSES, "test_network_of_identities_collapses_into_one_layer"),
)
def forward_forgets_the_hidden_biases(parameters, X, activation):
    """You added the bias in the last layer only."""
    *hidden, last = parameters
    bare = [(W, np.zeros_like(b)) for W, b in hidden]
    return network.forward([*bare, last], X, activation)


@misconception(of="forward", caught_by="test_network_of_one_layer_is_linear")
def forward_forgets_the_output_bias(parameters, X, activation):
    """You left the bias of the last layer out."""
    *hidden, (W, b) = parameters
    return network.forward([*hidden, (W, np.zeros_like(b))], X, activation)


@misconception(
    of="forward",
    caught_by=(COMPOSES, "test_network_prediction_ignores_the_order_of_hidden_units"),
)
def forward_adds_one_bias_to_all_units(parameters, X, activation):
    """You added the first bias of a layer to all of its units; each unit has its own."""
    shared = [(W, np.full_like(b, b[0])) for W, b in parameters]
    return network.forward(shared, X, activation)


@misconception(of="forward", caught_by=COMPOSES)
def forward_uses_square_weights_untransposed(parameters, X, activation):
    """You multiplied by W instead of Wᵀ wherever the shapes allow it."""
    turned = [(_fitting(W.T, W), b) for W, b in parameters]
    return network.forward(turned, X, activation)


@misconception(of="forward", caught_by=COMPOSES)
def forward_adds_skip_connections(parameters, X, activation):
    """You added the input of a layer to its output; a dense layer has no such bypass."""
    h, cache = X, []
    for (W, b), name in zip(parameters, _names(parameters, activation), strict=True):
        z, h_next = layers.dense_forward(h, W, b, name)
        cache.append((z, h))
        h = h_next + h if h.shape == h_next.shape else h_next
    return h, cache


@misconception(of="forward", caught_by="test_network_prediction_treats_rows_alone")
def forward_centres_the_batch(parameters, X, activation):
    """You subtracted the batch's mean, so that a prediction depends on the rows beside it."""
    return network.forward(parameters, X - X.mean(axis=0), activation)


@misconception(of="forward", caught_by="test_network_prediction_treats_rows_alone")
def forward_averages_the_prediction(parameters, X, activation):
    """You averaged the prediction over the batch; every row has its own."""
    prediction, cache = network.forward(parameters, X, activation)
    return np.broadcast_to(prediction.mean(axis=0), prediction.shape), cache


@misconception(of="forward", caught_by="test_network_results_have_the_shapes_of_the_contract")
def forward_returns_columns_of_data(parameters, X, activation):
    """You returned a prediction of shape (n_y, m): a row is a data point here."""
    prediction, cache = network.forward(parameters, X, activation)
    return prediction.T, cache


@misconception(of="forward", caught_by="test_network_results_have_the_shapes_of_the_contract")
def forward_returns_the_prediction_alone(parameters, X, activation):
    """You returned the prediction without the cache that the backward pass needs."""
    return network.forward(parameters, X, activation)[0]


@misconception(of="forward", caught_by="test_network_results_have_the_shapes_of_the_contract")
def forward_squeezes_single_outputs(parameters, X, activation):
    """You dropped the axes of length 1; one output still makes a column (m, 1)."""
    prediction, cache = network.forward(parameters, X, activation)
    return prediction.squeeze(), cache


@misconception(of="forward", caught_by="test_network_results_are_float64")
def forward_rounds_to_float32(parameters, X, activation):
    """You computed in float32, which keeps only 7 digits."""
    prediction, cache = network.forward(parameters, X, activation)
    return prediction.astype(np.float32), cache


@misconception(of="forward", caught_by=(CHAIN_RULE, "test_network_gradients_add_up_over_the_rows"))
def forward_caches_the_centred_input(parameters, X, activation):
    """You kept the inputs of the layers less their batch mean; dW needs them as they were."""
    prediction, cache = network.forward(parameters, X, activation)
    return prediction, [(z, h_prev - h_prev.mean(axis=0)) for z, h_prev in cache]


_shared_cache = []


@misconception(
    of="forward",
    caught_by=(
        "test_network_cache_outlives_the_forward_pass_of_another_batch",
        "test_network_cache_outlives_the_passes_of_another_network",
    ),
)
def forward_keeps_one_cache_for_all(parameters, X, activation):
    """You kept the cache in a global list, which the next forward pass overwrites."""
    prediction, cache = network.forward(parameters, X, activation)
    _shared_cache[:] = cache
    return prediction, _shared_cache


@misconception(of="forward", caught_by="test_network_forward_leaves_its_arguments_unchanged")
def forward_centres_the_input_in_place(parameters, X, activation):
    """You scaled the caller's X in place."""
    result = network.forward(parameters, X.copy(), activation)
    X -= X.mean(axis=0) + 1.0
    return result


@misconception(
    of="forward",
    caught_by=(
        "test_network_forward_leaves_its_arguments_unchanged",
        "test_network_takes_lists_and_tuples_alike",
    ),
)
def forward_takes_the_layers_off_the_list(parameters, X, activation):
    """You popped the layers off the caller's list of parameters, which then is empty."""
    popped = [parameters.pop(0) for _ in range(len(parameters))]
    return network.forward(popped, X, activation)


@misconception(of="forward", caught_by="test_network_takes_lists_and_tuples_alike")
def forward_joins_lists_only(parameters, X, activation):
    """You joined the parameters with a list, which fails if they come as a tuple."""
    return network.forward(parameters + [], X, activation)  # noqa: RUF005


@misconception(
    of="forward",
    caught_by=(
        "test_network_saturated_units_give_no_warning",
        "test_network_saturated_units_keep_the_results_right",
    ),
)
def forward_divides_exponentials(parameters, X, activation):
    """You wrote σ(z) as a quotient of exponentials, which overflow for |z| near 900."""
    cache = []
    h = X
    for (W, b), name in zip(parameters, _names(parameters, activation), strict=True):
        z, h_next = layers.dense_forward(h, W, b, name)
        if name == "sigmoid":
            h_next = np.exp(z) / (1.0 + np.exp(z))
        if name == "tanh":
            h_next = (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))
        cache.append((z, h))
        h = h_next
    return h, cache


@misconception(
    of="backward",
    caught_by=(CHAIN_RULE, "test_network_of_one_layer_has_linear_gradients"),
)
def backward_derives_the_output_activation(parameters, cache, dprediction, activation):
    """You multiplied by σ' in the last layer, too; its activation is the identity."""
    return _back(parameters, cache, dprediction, [activation] * len(parameters))


@misconception(of="backward", caught_by=CHAIN_RULE)
def backward_forgets_the_derivatives(parameters, cache, dprediction, activation):
    """You left σ' out in the hidden layers: δ is dh ⊙ σ'(z)."""
    return network.backward(parameters, cache, dprediction, "identity")


@misconception(of="backward", caught_by=CHAIN_RULE)
def backward_always_derives_tanh(parameters, cache, dprediction, activation):
    """You used the derivative of tanh, whichever activation was asked for."""
    return network.backward(parameters, cache, dprediction, "tanh")


@misconception(of="backward", caught_by=CHAIN_RULE)
def backward_multiplies_by_the_derivative_twice(parameters, cache, dprediction, activation):
    """You multiplied by σ'(z) twice in a hidden layer: on the way in and again on the way out."""

    def step(dh, z, h_prev, W, name):
        slope = getattr(activations, f"{name}_derivative")(z)
        return layers.dense_backward(dh * slope, z, h_prev, W, name)

    return _back(parameters, cache, dprediction, _names(parameters, activation), step)


@misconception(of="backward", caught_by=CHAIN_RULE)
def backward_multiplies_by_the_activation(parameters, cache, dprediction, activation):
    """You multiplied by σ(z) where σ'(z) belongs."""

    def step(dh, z, h_prev, W, name):
        factor = 1.0 if name == "identity" else _value(name, z)
        return layers.dense_backward(dh * factor, z, h_prev, W, "identity")

    return _back(parameters, cache, dprediction, _names(parameters, activation), step)


@misconception(of="backward", caught_by=CHAIN_RULE)
def backward_takes_the_derivatives_of_the_next_layer(parameters, cache, dprediction, activation):
    """You took σ' at the z of the layer above instead of the layer's own."""
    above = [z for z, _ in cache[1:]] + [cache[-1][0]]
    moved = [(_fitting(other, z), h) for other, (z, h) in zip(above, cache, strict=True)]
    return network.backward(parameters, moved, dprediction, activation)


@misconception(of="backward", caught_by=CHAIN_RULE)
def backward_weighs_with_the_output_of_the_layer(parameters, cache, dprediction, activation):
    """You multiplied δ by the layer's output instead of its input, where the widths allow it."""
    names = _names(parameters, activation)
    moved = [
        (z, _fitting(_value(name, z), h_prev))
        for (z, h_prev), name in zip(cache, names, strict=True)
    ]
    return _back(parameters, moved, dprediction, names)


@misconception(of="backward", caught_by=CHAIN_RULE)
def backward_weighs_with_pre_activations(parameters, cache, dprediction, activation):
    """You multiplied δ by the z of the layer below instead of its h."""
    moved = [cache[0], *((z, below) for (z, _), (below, _) in zip(cache[1:], cache, strict=False))]
    return network.backward(parameters, moved, dprediction, activation)


@misconception(of="backward", caught_by=CHAIN_RULE)
def backward_passes_through_the_weights_below(parameters, cache, dprediction, activation):
    """You sent dh back through the weights of the layer below instead of the layer's own."""
    Ws = [W for W, _ in parameters]
    used = [(_fitting(below, W), None) for W, below in zip(Ws, [Ws[0], *Ws], strict=False)]
    return network.backward(used, cache, dprediction, activation)


@misconception(of="backward", caught_by=CHAIN_RULE)
def backward_transposes_square_weights(parameters, cache, dprediction, activation):
    """You sent dh back through Wᵀ instead of W, wherever the shapes allow it."""
    turned = [(_fitting(W.T, W), b) for W, b in parameters]
    return network.backward(turned, cache, dprediction, activation)


@misconception(of="backward", caught_by=CHAIN_RULE)
def backward_transposes_square_gradients(parameters, cache, dprediction, activation):
    """You returned dWᵀ instead of dW; it shows only where the widths are equal."""
    gradients = network.backward(parameters, cache, dprediction, activation)
    return [(_fitting(dW.T, dW), db) for dW, db in gradients]


@misconception(of="backward", caught_by="test_network_zero_weights_let_no_gradient_through")
def backward_passes_through_updated_weights(parameters, cache, dprediction, activation):
    """You changed W by its gradient before you sent dh back through it."""

    def step(dh, z, h_prev, W, name):
        dW, db, _ = layers.dense_backward(dh, z, h_prev, W, name)
        return dW, db, layers.dense_backward(dh, z, h_prev, W - 0.1 * dW, name)[2]

    return _back(parameters, cache, dprediction, _names(parameters, activation), step)


@misconception(
    of="backward",
    caught_by=(CHAIN_RULE, "test_network_zero_weights_let_no_gradient_through"),
)
def backward_starts_every_layer_from_the_error(parameters, cache, dprediction, activation):
    """You started each hidden layer from the error of the output, not from dh = δ W."""

    def step(dh, z, h_prev, W, name):
        dW, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, name)
        raw = np.broadcast_to(dprediction.sum(axis=1, keepdims=True), dh_prev.shape)
        return dW, db, raw

    return _back(parameters, cache, dprediction, _names(parameters, activation), step)


@misconception(of="backward", caught_by=CHAIN_RULE)
def backward_stops_after_two_layers(parameters, cache, dprediction, activation):
    """You computed the gradients of the last two layers only; the earlier ones stayed 0."""
    gradients = network.backward(parameters, cache, dprediction, activation)
    early = [(0.0 * dW, 0.0 * db) for dW, db in gradients[:-2]]
    return [*early, *gradients[-2:]]


@misconception(of="backward", caught_by=CHAIN_RULE)
def backward_forgets_the_hidden_biases(parameters, cache, dprediction, activation):
    """You computed db for the last layer only; the hidden biases have gradients, too."""
    *hidden, last = network.backward(parameters, cache, dprediction, activation)
    return [*((dW, np.zeros_like(db)) for dW, db in hidden), last]


@misconception(
    of="backward",
    caught_by=(CHAIN_RULE, "test_network_gradients_move_with_the_hidden_units"),
)
def backward_shares_one_bias_gradient(parameters, cache, dprediction, activation):
    """You returned the gradient of a layer's first bias for all of its units."""
    gradients = network.backward(parameters, cache, dprediction, activation)
    return [(dW, np.full_like(db, db[0])) for dW, db in gradients]


@misconception(of="backward", caught_by="test_network_of_one_layer_has_linear_gradients")
def backward_forgets_the_output_bias(parameters, cache, dprediction, activation):
    """You returned 0 for the gradient of the last bias."""
    *hidden, (dW, db) = network.backward(parameters, cache, dprediction, activation)
    return [*hidden, (dW, np.zeros_like(db))]


@misconception(of="backward", caught_by=(CHAIN_RULE, "test_network_gradients_add_up_over_the_rows"))
def backward_averages_the_input(parameters, cache, dprediction, activation):
    """You multiplied the first δ by the mean of X over the batch instead of by its own rows."""
    (z, X), *rest = cache
    mean = np.broadcast_to(X.mean(axis=0), X.shape)
    return network.backward(parameters, [(z, mean), *rest], dprediction, activation)


@misconception(
    of="backward",
    caught_by=(
        SLOPES,
        "test_network_mean_loss_ignores_a_duplicated_batch",
        "test_network_gradients_add_up_over_the_rows",
    ),
)
def backward_divides_by_the_batch_again(parameters, cache, dprediction, activation):
    """You divided by the batch size; the 1/m of a mean loss is in dprediction already."""
    return network.backward(parameters, cache, dprediction / len(dprediction), activation)


@misconception(
    of="backward",
    caught_by=(SLOPES, "test_network_mean_loss_ignores_a_duplicated_batch"),
)
def backward_divides_by_the_batch_in_every_layer(parameters, cache, dprediction, activation):
    """You divided by the batch size in every layer, so early gradients shrink with each."""

    def step(dh, z, h_prev, W, name):
        return layers.dense_backward(dh / len(dh), z, h_prev, W, name)

    return _back(parameters, cache, dprediction, _names(parameters, activation), step)


@misconception(of="backward", caught_by="test_network_mean_loss_ignores_a_duplicated_batch")
def backward_averages_the_bias_gradients(parameters, cache, dprediction, activation):
    """You averaged δ over the rows for db; it is the sum."""
    gradients = network.backward(parameters, cache, dprediction, activation)
    return [(dW, db / len(dprediction)) for dW, db in gradients]


@misconception(of="backward", caught_by=(CHAIN_RULE, SLOPES, FITS))
def backward_has_the_wrong_sign(parameters, cache, dprediction, activation):
    """You returned the negative gradients; the minus belongs to the descent step."""
    return network.backward(parameters, cache, -dprediction, activation)


@misconception(of="backward", caught_by="test_network_backward_is_linear_in_dprediction")
def backward_clips_the_gradients(parameters, cache, dprediction, activation):
    """You limited the gradients to [−1, 1]; they are linear in dprediction."""
    gradients = network.backward(parameters, cache, dprediction, activation)
    return [(np.clip(dW, -1.0, 1.0), np.clip(db, -1.0, 1.0)) for dW, db in gradients]


@misconception(of="backward", caught_by="test_network_backward_is_linear_in_dprediction")
def backward_normalises_the_gradients(parameters, cache, dprediction, activation):
    """You divided every gradient by its length; the size of a step belongs to the optimizer."""
    gradients = network.backward(parameters, cache, dprediction, activation)
    return [tuple(g / max(np.linalg.norm(g), 1e-12) for g in pair) for pair in gradients]


@misconception(of="backward", caught_by="test_network_no_gradient_comes_from_a_zero_dprediction")
def backward_adds_weight_decay(parameters, cache, dprediction, activation):
    """You added a multiple of W to dW: weight decay is no part of this loss."""
    gradients = network.backward(parameters, cache, dprediction, activation)
    return [(dW + 0.01 * W, db) for (dW, db), (W, _) in zip(gradients, parameters, strict=True)]


@misconception(
    of="backward",
    caught_by=("test_network_results_have_the_shapes_of_the_contract", CHAIN_RULE),
)
def backward_returns_the_last_layer_first(parameters, cache, dprediction, activation):
    """You returned the gradients in the order of the backward pass, last layer first."""
    return network.backward(parameters, cache, dprediction, activation)[::-1]


@misconception(of="backward", caught_by="test_network_results_have_the_shapes_of_the_contract")
def backward_returns_the_first_layer_alone(parameters, cache, dprediction, activation):
    """You returned the (dW, db) where the loop ended; every layer has one."""
    return network.backward(parameters, cache, dprediction, activation)[0]


@misconception(of="backward", caught_by="test_network_results_have_the_shapes_of_the_contract")
def backward_returns_a_flat_list(parameters, cache, dprediction, activation):
    """You returned dW and db of all layers in one list; a (dW, db) for each layer is wanted."""
    gradients = network.backward(parameters, cache, dprediction, activation)
    return [part for pair in gradients for part in pair]


@misconception(of="backward", caught_by="test_network_results_have_the_shapes_of_the_contract")
def backward_returns_the_bias_gradient_first(parameters, cache, dprediction, activation):
    """You returned (db, dW) for each layer; the order is (dW, db)."""
    gradients = network.backward(parameters, cache, dprediction, activation)
    return [(db, dW) for dW, db in gradients]


@misconception(of="backward", caught_by="test_network_results_have_the_shapes_of_the_contract")
def backward_keeps_the_bias_gradients_two_dimensional(parameters, cache, dprediction, activation):
    """You returned each db with shape (1, n_out); b has shape (n_out,)."""
    gradients = network.backward(parameters, cache, dprediction, activation)
    return [(dW, db[None, :]) for dW, db in gradients]


@misconception(of="backward", caught_by="test_network_results_are_float64")
def backward_rounds_to_float32(parameters, cache, dprediction, activation):
    """You computed the gradients in float32, which keeps only 7 digits."""
    gradients = network.backward(parameters, cache, dprediction, activation)
    return [(dW.astype(np.float32), db.astype(np.float32)) for dW, db in gradients]


_sums = {"cache": None, "gradients": []}


@misconception(of="backward", caught_by="test_network_backward_gives_the_same_twice")
def backward_adds_to_the_gradients_before(parameters, cache, dprediction, activation):
    """You added to the gradients of the call before; each call starts from zero."""
    gradients = network.backward(parameters, cache, dprediction, activation)
    if _sums["cache"] is cache:
        pairs = zip(gradients, _sums["gradients"], strict=True)
        gradients = [(dW + dV, db + dc) for (dW, db), (dV, dc) in pairs]
    _sums.update(cache=cache, gradients=gradients)
    return gradients


@misconception(
    of="backward",
    caught_by=(
        "test_network_backward_gives_the_same_twice",
        "test_network_backward_is_linear_in_dprediction",
    ),
)
def backward_uses_the_cache_up(parameters, cache, dprediction, activation):
    """You popped the entries off the cache, so a second call finds it empty."""
    entries = [cache.pop() for _ in parameters][::-1]
    return network.backward(parameters, entries, dprediction, activation)


@misconception(of="backward", caught_by="test_network_backward_gives_the_same_twice")
def backward_overwrites_the_cached_z(parameters, cache, dprediction, activation):
    """You wrote σ'(z) over the cached z, so a second call differentiates something else."""
    gradients = network.backward(parameters, cache, dprediction, activation)
    for z, _ in cache[:-1]:
        z -= 1.0
    return gradients


@misconception(of="backward", caught_by="test_network_backward_leaves_its_arguments_unchanged")
def backward_overwrites_dprediction(parameters, cache, dprediction, activation):
    """You propagated dh in the caller's dprediction, which then was overwritten."""
    gradients = network.backward(parameters, cache, dprediction, activation)
    dprediction *= 0.5
    return gradients


@misconception(of="backward", caught_by="test_network_backward_leaves_its_arguments_unchanged")
def backward_takes_the_descent_step(parameters, cache, dprediction, activation):
    """You subtracted the gradients from the caller's parameters; that is the optimizer's part."""
    gradients = network.backward(parameters, cache, dprediction, activation)
    for (W, b), (dW, db) in zip(parameters, gradients, strict=True):
        W -= 0.1 * dW
        b -= 0.1 * db
    return gradients


@misconception(of="backward", caught_by="test_network_saturated_units_give_no_warning")
def backward_divides_by_exponentials(parameters, cache, dprediction, activation):
    """You wrote σ'(z) with exponentials that overflow for |z| near 900."""

    def step(dh, z, h_prev, W, name):
        slope = getattr(activations, f"{name}_derivative")(z)
        if name == "sigmoid":
            slope = 1.0 / (np.exp(z) + 2.0 + np.exp(-z))
        if name == "tanh":
            slope = 4.0 / (np.exp(z) + np.exp(-z)) ** 2
        return layers.dense_backward(dh * slope, z, h_prev, W, "identity")

    return _back(parameters, cache, dprediction, _names(parameters, activation), step)


@misconception(
    of="forward", caught_by="test_network_single_rows_units_and_outputs_are_no_exception"
)
def forward_activates_a_single_output(parameters, X, activation):
    """You applied the activation to a single output; the last layer is linear, however wide."""
    prediction, cache = network.forward(parameters, X, activation)
    return _value(activation, prediction) if prediction.shape[1] == 1 else prediction, cache


@misconception(
    of="backward", caught_by="test_network_single_rows_units_and_outputs_are_no_exception"
)
def backward_halves_the_gradients_of_a_single_output(parameters, cache, dprediction, activation):
    """You divided by 2 where there is one output; the loss has put its factors in already."""
    gradients = network.backward(parameters, cache, dprediction, activation)
    factor = 0.5 if dprediction.shape[1] == 1 else 1.0
    return [(factor * dW, factor * db) for dW, db in gradients]


@misconception(of="forward", caught_by="test_network_large_numbers_are_not_cut_off")
def forward_clips_the_prediction(parameters, X, activation):
    """You clipped the prediction to [−500, 500]; a linear output has no bounds."""
    prediction, cache = network.forward(parameters, X, activation)
    return np.clip(prediction, -500.0, 500.0), cache


@misconception(of="backward", caught_by="test_network_large_numbers_are_not_cut_off")
def backward_clips_large_gradients(parameters, cache, dprediction, activation):
    """You clipped the gradients to [−100, 100]; the optimizer needs them as they are."""
    gradients = network.backward(parameters, cache, dprediction, activation)
    return [(np.clip(dW, -100.0, 100.0), np.clip(db, -100.0, 100.0)) for dW, db in gradients]


# Loops that end early, derivatives taken elsewhere, and spellings that fail where no shape fits.


@misconception(of="forward", caught_by=COMPOSES)
def forward_stops_before_the_last_layer(parameters, X, activation):
    """You left the last layer out of the loop; every pair (W, b) is a layer."""
    if len(parameters) == 1:
        return X, []
    names = [activation] * (len(parameters) - 1)
    return _run(parameters[:-1], X, names)


@misconception(of="forward", caught_by=(COMPOSES, "test_network_of_one_layer_is_linear"))
def forward_forgets_the_biases(parameters, X, activation):
    """You left the biases out of every layer."""
    return network.forward([(W, np.zeros_like(b)) for W, b in parameters], X, activation)


@spelling(of=forward_uses_square_weights_untransposed)
def _forward_uses_weights_untransposed(parameters, X, activation):
    h, cache = X, []
    for (W, b), name in zip(parameters, _names(parameters, activation), strict=True):
        z = h @ W + b
        cache.append((z, h))
        h = _value(name, z)
    return h, cache


@misconception(of="backward", caught_by="test_network_results_have_the_shapes_of_the_contract")
def backward_stops_before_the_first_layer(parameters, cache, dprediction, activation):
    """You ended the loop before the first layer, so it has no gradients."""
    _, *rest = network.backward(parameters, cache, dprediction, activation)
    return [None, *rest]


@spelling(of=backward_stops_before_the_first_layer)
def _backward_leaves_the_first_layer_out(parameters, cache, dprediction, activation):
    return network.backward(parameters, cache, dprediction, activation)[1:]


@misconception(of="backward", caught_by=CHAIN_RULE)
def backward_takes_the_derivatives_at_h(parameters, cache, dprediction, activation):
    """You took σ' at h instead of at z; the cache must hold z as it was before the activation."""
    names = _names(parameters, activation)
    moved = [(_value(name, z), h_prev) for (z, h_prev), name in zip(cache, names, strict=True)]
    return network.backward(parameters, moved, dprediction, activation)


@misconception(of="backward", caught_by="test_network_mean_loss_ignores_a_duplicated_batch")
def backward_averages_the_weight_gradients(parameters, cache, dprediction, activation):
    """You divided each dW by the batch size; the 1/m of a mean loss is in dprediction already."""
    gradients = network.backward(parameters, cache, dprediction, activation)
    return [(dW / len(dprediction), db) for dW, db in gradients]


@spelling(of=backward_transposes_square_weights)
def _backward_transposes_weights(parameters, cache, dprediction, activation):
    def step(dh, z, h_prev, W, name):
        delta = dh * getattr(activations, f"{name}_derivative")(z)
        return delta.T @ h_prev, delta.sum(axis=0), delta @ W.T

    return _back(parameters, cache, dprediction, _names(parameters, activation), step)


@spelling(of=backward_transposes_square_gradients)
def _backward_transposes_gradients(parameters, cache, dprediction, activation):
    gradients = network.backward(parameters, cache, dprediction, activation)
    return [(dW.T, db) for dW, db in gradients]


@spelling(of=backward_weighs_with_the_output_of_the_layer)
def _backward_weighs_with_the_output_of_any_width(parameters, cache, dprediction, activation):
    gradients = []
    dh = dprediction
    names = _names(parameters, activation)
    for (W, _), (z, h_prev), name in reversed(list(zip(parameters, cache, names, strict=True))):
        _, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, name)
        delta = dh * getattr(activations, f"{name}_derivative")(z)
        gradients.insert(0, (delta.T @ _value(name, z), db))
        dh = dh_prev
    return gradients


@spelling(of=backward_weighs_with_pre_activations)
def _backward_weighs_with_pre_activations_beyond_the_first(
    parameters, cache, dprediction, activation
):
    """Pass the gradients back right, and take z only for dW."""
    right = network.backward(parameters, cache, dprediction, activation)
    moved = [cache[0], *((z, below) for (z, _), (below, _) in zip(cache[1:], cache, strict=False))]
    wrong = network.backward(parameters, moved, dprediction, activation)
    return [(dW, db) for (dW, _), (_, db) in zip(wrong, right, strict=True)]


@misconception(of="backward", caught_by=CHAIN_RULE)
def backward_passes_dh_on_without_the_derivative(parameters, cache, dprediction, activation):
    """You passed dh W on to the layer below; it is δ W, with δ = dh ⊙ σ'(z)."""

    def step(dh, z, h_prev, W, name):
        dW, db, _ = layers.dense_backward(dh, z, h_prev, W, name)
        return dW, db, dh @ W

    return _back(parameters, cache, dprediction, _names(parameters, activation), step)


@misconception(of="backward", caught_by="test_network_results_have_the_shapes_of_the_contract")
def backward_sums_over_the_wrong_axis(parameters, cache, dprediction, activation):
    """You summed δ over the units (axis 1) for each db; the sum runs over the rows (axis 0)."""

    def step(dh, z, h_prev, W, name):
        dW, _, dh_prev = layers.dense_backward(dh, z, h_prev, W, name)
        delta = dh * getattr(activations, f"{name}_derivative")(z)
        return dW, delta.sum(axis=1), dh_prev

    return _back(parameters, cache, dprediction, _names(parameters, activation), step)


@spelling(of=backward_starts_every_layer_from_the_error)
def _backward_keeps_the_error(parameters, cache, dprediction, activation):
    def step(dh, z, h_prev, W, name):
        dW, db, _ = layers.dense_backward(dh, z, h_prev, W, name)
        return dW, db, dh

    return _back(parameters, cache, dprediction, _names(parameters, activation), step)


@spelling(of=backward_passes_through_updated_weights)
def _backward_passes_through_slightly_updated_weights(parameters, cache, dprediction, activation):
    def step(dh, z, h_prev, W, name):
        dW, db, _ = layers.dense_backward(dh, z, h_prev, W, name)
        return dW, db, layers.dense_backward(dh, z, h_prev, W - 0.01 * dW, name)[2]

    return _back(parameters, cache, dprediction, _names(parameters, activation), step)


@spelling(of=backward_passes_through_updated_weights)
def _backward_passes_through_wholly_updated_weights(parameters, cache, dprediction, activation):
    def step(dh, z, h_prev, W, name):
        dW, db, _ = layers.dense_backward(dh, z, h_prev, W, name)
        return dW, db, layers.dense_backward(dh, z, h_prev, W - dW, name)[2]

    return _back(parameters, cache, dprediction, _names(parameters, activation), step)


# What shows in large or deep networks, after many passes or in the next call only. The sizes are
# arbitrary, so mistakes have variants with others.

LARGE = "test_network_large_networks_and_batches_are_no_exception"
OUTLIVES = "test_network_results_outlive_the_next_call"
KEPT = "test_network_cache_outlives_many_forward_passes"


def _also(mistake, maker, *numbers):
    """Add the same mistake with other numbers."""
    mistake.__variants__ = tuple(functools.partial(maker, number) for number in numbers)


def _in_one_array(arrays, place, result):
    """Write a result into the array of its place and shape, which is made once."""
    out = arrays.setdefault((place, result.shape), np.empty(result.shape))
    out[...] = result
    return out


def _forward_of_rows(most, parameters, X, activation):
    prediction, cache = network.forward(parameters, X, activation)
    prediction[most:] = 0.0
    return prediction, cache


@misconception(of="forward", caught_by=LARGE)
def forward_fills_the_first_rows(parameters, X, activation):
    """You predicted the first rows of a large batch only. Each row has its prediction."""
    return _forward_of_rows(64, parameters, X, activation)


_also(forward_fills_the_first_rows, _forward_of_rows, 256, 1024)


def _forward_active_until(layer, parameters, X, activation):
    names = [
        activation if k < layer else "identity" for k, _ in enumerate(_names(parameters, ""), 1)
    ]
    return _run(parameters, X, [*names[:-1], "identity"])


@misconception(of="forward", caught_by=LARGE)
def forward_is_linear_in_deep_layers(parameters, X, activation):
    """You applied the activation in the first layers only. It follows every hidden layer."""
    return _forward_active_until(5, parameters, X, activation)


_also(forward_is_linear_in_deep_layers, _forward_active_until, 6, 8, 10)


@misconception(of="forward", caught_by=KEPT)
def forward_keeps_the_last_caches(parameters, X, activation):
    """You kept the last few caches only. A cache is right as long as anybody has it."""
    return _forward_in_turns(4, parameters, X, activation)


def _forward_in_turns(count, parameters, X, activation):
    prediction, cache = network.forward(parameters, X, activation)
    kept = _caches.setdefault(count, [[] for _ in range(count)])
    kept.append(kept.pop(0))
    kept[-1][:] = cache
    return prediction, kept[-1]


_caches = {}
_also(forward_keeps_the_last_caches, _forward_in_turns, 2, 16, 64)


@misconception(of="forward", caught_by=OUTLIVES)
def forward_returns_one_array_every_time(parameters, X, activation):
    """You wrote the prediction into an array that the next call overwrites."""
    prediction, cache = network.forward(parameters, X, activation)
    return _in_one_array(_predictions, 0, prediction), cache


_predictions = {}


def _backward_of_rows(most, parameters, cache, dprediction, activation):
    first = [(z[:most], h_prev[:most]) for z, h_prev in cache]
    return network.backward(parameters, first, dprediction[:most], activation)


@misconception(of="backward", caught_by=LARGE)
def backward_sums_the_first_rows(parameters, cache, dprediction, activation):
    """You summed over the first rows of a large batch only. All of them count."""
    return _backward_of_rows(64, parameters, cache, dprediction, activation)


_also(backward_sums_the_first_rows, _backward_of_rows, 256, 1024)


def _backward_through(depth, parameters, cache, dprediction, activation):
    gradients = network.backward(parameters, cache, dprediction, activation)
    beyond = len(gradients) - depth
    return [
        (0.0 * dW, 0.0 * db) if k < beyond else (dW, db) for k, (dW, db) in enumerate(gradients)
    ]


@misconception(of="backward", caught_by=LARGE)
def backward_stops_after_some_layers(parameters, cache, dprediction, activation):
    """You went back through the last few layers only. Each layer has its gradients."""
    return _backward_through(4, parameters, cache, dprediction, activation)


_also(backward_stops_after_some_layers, _backward_through, 5, 8, 10)


@misconception(of="backward", caught_by=OUTLIVES)
def backward_returns_the_same_arrays_every_time(parameters, cache, dprediction, activation):
    """You wrote the gradients into arrays that the next call overwrites."""
    pairs = network.backward(parameters, cache, dprediction, activation)
    return [
        (_in_one_array(_slopes, (k, "W"), dW), _in_one_array(_slopes, (k, "b"), db))
        for k, (dW, db) in enumerate(pairs)
    ]


_slopes = {}

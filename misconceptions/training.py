"""Mistakes in the pipeline: what goes in, what a run starts from, how it moves, what comes out.

The keywords are those of the contract, handed on as they come.
"""

import copy
import functools
import itertools

import numpy as np

from backproof.testing import misconception
from reference import (
    activations,
    initialization,
    losses,
    minibatches,
    network,
    normalization,
    optimizers,
    training,
)

ADAM_STEPS = "test_training_takes_adam_steps_over_shuffled_batches"
BACKPROPAGATES = "test_training_backpropagates_into_the_hidden_layer"
SHUFFLES = "test_training_shuffles_anew_in_every_epoch"
LOSSES = "test_training_losses_are_those_of_the_run"
UNITS = "test_training_losses_are_in_standardised_units"
FIRST_WEIGHTS = "test_training_weights_start_as_xavier"
LINEAR_TARGET = "test_training_learns_a_linear_target"
NONLINEAR_TARGET = "test_training_learns_what_no_linear_model_can"
ONE_LOSS = "test_training_reports_one_loss_for_each_epoch"
DEFAULTS = "test_training_defaults_are_those_of_the_contract"
ROWS_ALONE = "test_training_predicts_each_row_alone"
CONSTANTS = "test_training_copes_with_constant_columns"
UNCHANGED = "test_training_leaves_its_arguments_unchanged"
HUNDRED = "test_training_runs_a_hundred_epochs_by_default"


def _adam(states, key, theta, gradient, learning_rate, **hyperparameters):
    """An Adam step of one array; ``states`` holds the state of each by its key."""
    state = states[key] if key in states else optimizers.adam_init(theta)
    theta, states[key] = optimizers.adam_step(
        theta, gradient, state, learning_rate, **hyperparameters
    )
    return theta


def _weighted_mean(batches):
    """The loss of an epoch from the (size, loss) of its batches."""
    sizes, values = np.transpose(batches)
    return float(np.average(values, weights=sizes))


def _values(batches):
    """The losses alone of the batches of an epoch."""
    return np.transpose(batches)[1]


def _train(
    X,
    Y,
    hidden_sizes,
    rng,
    activation="tanh",
    batch_size=32,
    epochs=100,
    learning_rate=1e-3,
    *,
    x_statistics=normalization.standardization_statistics,
    y_statistics=normalization.standardization_statistics,
    weights=initialization.xavier,
    biases=lambda n, rng: np.zeros(n),
    batches=minibatches.shuffled_minibatches,
    amend=lambda gradients: gradients,
    step=_adam,
    report=_weighted_mean,
):
    """The reference's pipeline, with every part to be replaced."""
    x_statistics, y_statistics = x_statistics(X), y_statistics(Y)
    X = normalization.standardize(X, *x_statistics)
    Y = normalization.standardize(Y, *y_statistics)
    sizes = [X.shape[1], *hidden_sizes, Y.shape[1]]
    parameters = [
        (weights(n_in, n_out, rng), biases(n_out, rng)) for n_in, n_out in itertools.pairwise(sizes)
    ]
    states, epoch_losses = {}, []
    for _ in range(epochs):
        reported = []
        for X_q, Y_q in batches(X, Y, batch_size, rng):
            prediction, cache = network.forward(parameters, X_q, activation)
            reported.append((len(X_q), losses.mean_squared_error(prediction, Y_q)))
            slope = losses.mean_squared_error_gradient(prediction, Y_q)
            gradients = amend(network.backward(parameters, cache, slope, activation))
            for i, ((W, b), (dW, db)) in enumerate(zip(parameters, gradients, strict=True)):
                W = step(states, ("W", i), W, dW, learning_rate)
                b = step(states, ("b", i), b, db, learning_rate)
                parameters[i] = (W, b)
        epoch_losses.append(report(reported))
    model = {
        "parameters": parameters,
        "activation": activation,
        "x_statistics": x_statistics,
        "y_statistics": y_statistics,
    }
    return model, epoch_losses


def _without_rng(weights):
    """Weights that take no generator, as if they did."""
    return lambda n_in, n_out, rng: weights(n_in, n_out)


def _normal(std):
    """Normal weights whose deviation is a function of the layer's sizes."""
    return lambda n_in, n_out, rng: initialization.normal(n_in, n_out, std(n_in, n_out), rng)


def _unscaled(data):
    """Statistics that leave data as they are."""
    return np.zeros(data.shape[1]), np.ones(data.shape[1])


# What goes in.


@misconception(of="train", caught_by=(ADAM_STEPS, LINEAR_TARGET))
def inputs_are_not_standardised(X, Y, hidden_sizes, rng, **settings):
    """You trained on the features as they come; standardise them first, to mean 0, deviation 1."""
    return _train(X, Y, hidden_sizes, rng, **settings, x_statistics=_unscaled)


@misconception(of="train", caught_by=(UNITS, ADAM_STEPS, LINEAR_TARGET))
def targets_are_not_standardised(X, Y, hidden_sizes, rng, **settings):
    """You trained on the targets as they come; standardise them as well as the features."""
    return _train(X, Y, hidden_sizes, rng, **settings, y_statistics=_unscaled)


@misconception(of="train", caught_by=UNITS)
def targets_share_one_scale(X, Y, hidden_sizes, rng, **settings):
    """You took one mean and one deviation over all targets; each column has its own."""

    def of_all(data):
        mean, std = normalization.standardization_statistics(data.reshape(-1, 1))
        return np.repeat(mean, data.shape[1]), np.repeat(std, data.shape[1])

    return _train(X, Y, hidden_sizes, rng, **settings, y_statistics=of_all)


@misconception(of="train", caught_by=UNITS)
def deviation_of_a_sample(X, Y, hidden_sizes, rng, **settings):
    """You divided by m − 1 in the standard deviation of the targets; here it is m."""

    def of_a_sample(data):
        mean, std = normalization.standardization_statistics(data)
        return mean, std * np.sqrt(len(data) / max(len(data) - 1, 1))

    return _train(X, Y, hidden_sizes, rng, **settings, y_statistics=of_a_sample)


@misconception(of="train", caught_by=UNITS)
def targets_are_mapped_to_a_range(X, Y, hidden_sizes, rng, **settings):
    """You mapped the targets to [−1, 1]; the losses are asked for in units of their deviation."""

    def of_the_range(data):
        low, high = normalization.range_statistics(data)
        return (low + high) / 2, (high - low) / 2

    return _train(X, Y, hidden_sizes, rng, **settings, y_statistics=of_the_range)


@misconception(of="train", caught_by=("test_training_gives_no_warning", CONSTANTS))
def constant_columns_are_divided_by_zero(X, Y, hidden_sizes, rng, **settings):
    """You divided a constant column by its deviation, 0: that gives 0/0, which is not a number."""

    def careless(data):
        mean, std = normalization.standardization_statistics(data)
        return mean, std * (std / std)

    return _train(X, Y, hidden_sizes, rng, **settings, x_statistics=careless)


@misconception(of="train", caught_by=UNCHANGED)
def centres_the_data_in_place(X, Y, hidden_sizes, rng, **settings):
    """You subtracted the means from X and Y in place, so the caller's data changed."""
    result = _train(X, Y, hidden_sizes, rng, **settings)
    X -= X.mean(axis=0)
    Y -= Y.mean(axis=0)
    return result


@misconception(of="train", caught_by=UNCHANGED)
def extends_the_list_of_sizes(X, Y, hidden_sizes, rng, **settings):
    """You appended n_y to the caller's list of hidden sizes; make a list of your own."""
    result = _train(X, Y, hidden_sizes, rng, **settings)
    if isinstance(hidden_sizes, list):
        hidden_sizes.append(Y.shape[1])
    return result


# What a run starts from.


@misconception(of="train", caught_by=(FIRST_WEIGHTS, NONLINEAR_TARGET))
def weights_start_at_zero(X, Y, hidden_sizes, rng, **settings):
    """You started all weights at 0, so no gradient reaches the hidden layers."""
    return _train(X, Y, hidden_sizes, rng, **settings, weights=_without_rng(initialization.zeros))


@misconception(of="train", caught_by=NONLINEAR_TARGET)
def weights_start_at_one_value(X, Y, hidden_sizes, rng, **settings):
    """You started all weights of a layer at one value, so its units stay copies of each other."""
    weights = _without_rng(lambda n_in, n_out: initialization.constant(n_in, n_out, n_in**-0.5))
    return _train(X, Y, hidden_sizes, rng, **settings, weights=weights)


@misconception(of="train", caught_by=FIRST_WEIGHTS)
def weights_start_with_deviation_one(X, Y, hidden_sizes, rng, **settings):
    """You drew N(0, 1) weights; Xavier's variance is 1 / n_in."""
    return _train(X, Y, hidden_sizes, rng, **settings, weights=_normal(lambda n_in, n_out: 1.0))


@misconception(of="train", caught_by=FIRST_WEIGHTS)
def weights_start_without_the_root(X, Y, hidden_sizes, rng, **settings):
    """You took 1 / n_in for the deviation of the weights; that is their variance."""
    weights = _normal(lambda n_in, n_out: 1.0 / n_in)
    return _train(X, Y, hidden_sizes, rng, **settings, weights=weights)


@misconception(of="train", caught_by=FIRST_WEIGHTS)
def weights_start_by_the_outputs(X, Y, hidden_sizes, rng, **settings):
    """You scaled the weights by n_out; to keep the activations' variance it is 1 / n_in."""
    weights = _normal(lambda n_in, n_out: n_out**-0.5)
    return _train(X, Y, hidden_sizes, rng, **settings, weights=weights)


@misconception(of="train", caught_by=FIRST_WEIGHTS)
def weights_start_by_the_average_size(X, Y, hidden_sizes, rng, **settings):
    """You scaled the weights by 2 / (n_in + n_out); here Xavier's variance is 1 / n_in."""
    weights = _normal(lambda n_in, n_out: (2.0 / (n_in + n_out)) ** 0.5)
    return _train(X, Y, hidden_sizes, rng, **settings, weights=weights)


@misconception(of="train", caught_by=FIRST_WEIGHTS)
def weights_start_as_he_for_any_activation(X, Y, hidden_sizes, rng, **settings):
    """You drew He's weights for every activation; the factor 2 is for ReLU alone."""
    return _train(X, Y, hidden_sizes, rng, **settings, weights=initialization.he)


@misconception(of="train", caught_by="test_training_biases_start_at_zero")
def biases_start_at_random(X, Y, hidden_sizes, rng, **settings):
    """You drew the biases at random; they start at 0."""
    biases = lambda n, rng: rng.normal(0.0, 0.1, n)  # noqa: E731
    return _train(X, Y, hidden_sizes, rng, **settings, biases=biases)


@misconception(of="train", caught_by="test_training_draws_afresh_at_every_call")
def seeds_a_generator_of_its_own(X, Y, hidden_sizes, rng, **settings):
    """You made a generator with a fixed seed; use the one that is handed in."""
    return _train(X, Y, hidden_sizes, np.random.default_rng(0), **settings)


@misconception(of="train", caught_by="test_training_draws_afresh_at_every_call")
def draws_from_a_copy_of_the_generator(X, Y, hidden_sizes, rng, **settings):
    """You copied the generator, so the caller's does not advance and the next run is the same."""
    return _train(X, Y, hidden_sizes, copy.deepcopy(rng), **settings)


@misconception(of="train", caught_by="test_training_same_generator_gives_the_same_run")
def draws_from_a_generator_without_seed(X, Y, hidden_sizes, rng, **settings):
    """You drew random numbers from somewhere else than the generator that is handed in."""
    return _train(X, Y, hidden_sizes, np.random.default_rng(), **settings)


# The batches.


@misconception(of="train", caught_by=(SHUFFLES, "test_training_ordered_data_are_fitted_as_a_whole"))
def never_shuffles(X, Y, hidden_sizes, rng, **settings):
    """You took the rows in stored order; shuffle them in every epoch."""

    def batches(X, Y, q, rng):
        return minibatches.sequential_minibatches(X, Y, q)

    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


@misconception(of="train", caught_by=SHUFFLES)
def shuffles_once(X, Y, hidden_sizes, rng, **settings):
    """You shuffled the rows before the first epoch and kept that order; shuffle in every epoch."""
    order = rng.permutation(len(X))

    def batches(X, Y, q, rng):
        return minibatches.sequential_minibatches(X[order], Y[order], q)

    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


@misconception(of="train", caught_by=SHUFFLES)
def shuffles_with_a_fixed_seed(X, Y, hidden_sizes, rng, **settings):
    """You shuffled with a seed of your own, so every run goes through the same orders."""
    fixed = np.random.default_rng(0)

    def batches(X, Y, q, rng):
        return minibatches.shuffled_minibatches(X, Y, q, fixed)

    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


@misconception(of="train", caught_by=SHUFFLES)
def shuffles_the_batches_only(X, Y, hidden_sizes, rng, **settings):
    """You shuffled the order of the batches, which hold the same rows in every epoch."""

    def batches(X, Y, q, rng):
        stored = list(minibatches.sequential_minibatches(X, Y, q))
        return [stored[i] for i in rng.permutation(len(stored))]

    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


@misconception(of="train", caught_by=(ADAM_STEPS, LINEAR_TARGET))
def shuffles_inputs_and_targets_apart(X, Y, hidden_sizes, rng, **settings):
    """You shuffled X and Y each by an order of its own, so the pairs are lost."""

    def batches(X, Y, q, rng):
        Y = Y[rng.permutation(len(Y))]
        return minibatches.shuffled_minibatches(X, Y, q, rng)

    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


@misconception(of="train", caught_by=ADAM_STEPS)
def draws_rows_with_replacement(X, Y, hidden_sizes, rng, **settings):
    """You drew the rows of an epoch with replacement: some come twice, some not at all."""

    def batches(X, Y, q, rng):
        rows = rng.integers(len(X), size=len(X))
        return minibatches.sequential_minibatches(X[rows], Y[rows], q)

    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


@misconception(of="train", caught_by=(ADAM_STEPS, UNITS))
def drops_the_last_rows(X, Y, hidden_sizes, rng, **settings):
    """You left out the last batch of an epoch where it is smaller than the others."""

    def batches(X, Y, q, rng):
        all_of_them = list(minibatches.shuffled_minibatches(X, Y, q, rng))
        return [batch for batch in all_of_them if len(batch[0]) == q] or all_of_them

    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


@misconception(of="train", caught_by=(ADAM_STEPS, UNITS))
def trains_on_one_batch_an_epoch(X, Y, hidden_sizes, rng, **settings):
    """You took only one mini-batch in each epoch; an epoch goes over all of them."""

    def batches(X, Y, q, rng):
        return list(minibatches.shuffled_minibatches(X, Y, q, rng))[:1]

    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


@misconception(of="train", caught_by="test_training_large_batch_size_gives_one_batch")
def fills_a_batch_with_repeated_rows(X, Y, hidden_sizes, rng, **settings):
    """You repeated rows to fill a batch that is larger than the data; it holds each row once."""

    def batches(X, Y, q, rng):
        rows = np.resize(np.arange(len(X)), max(q, len(X)))
        return minibatches.shuffled_minibatches(X[rows], Y[rows], q, rng)

    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


# The steps.


@misconception(of="train", caught_by=ADAM_STEPS)
def descends_without_adam(X, Y, hidden_sizes, rng, **settings):
    """You took plain gradient descent steps; the contract asks for Adam."""

    def step(states, key, theta, gradient, learning_rate):
        return optimizers.gradient_descent_step(theta, gradient, learning_rate)

    return _train(X, Y, hidden_sizes, rng, **settings, step=step)


@misconception(of="train", caught_by=ADAM_STEPS)
def descends_by_rmsprop(X, Y, hidden_sizes, rng, **settings):
    """You took RMSProp steps; Adam averages the gradients, too, and corrects the bias."""
    step = functools.partial(_adam, beta1=0.0, beta2=0.9, bias_correction=False)
    return _train(X, Y, hidden_sizes, rng, **settings, step=step)


@misconception(of="train", caught_by=ADAM_STEPS)
def adam_keeps_its_bias(X, Y, hidden_sizes, rng, **settings):
    """You left out Adam's bias correction, so the first steps are too long."""
    step = functools.partial(_adam, bias_correction=False)
    return _train(X, Y, hidden_sizes, rng, **settings, step=step)


@misconception(of="train", caught_by=ADAM_STEPS)
def adam_swaps_its_betas(X, Y, hidden_sizes, rng, **settings):
    """You swapped β₁ and β₂: 0.9 is for the gradients, 0.999 for their squares."""
    step = functools.partial(_adam, beta1=0.999, beta2=0.9)
    return _train(X, Y, hidden_sizes, rng, **settings, step=step)


@misconception(of="train", caught_by=ADAM_STEPS)
def adam_starts_anew_at_every_step(X, Y, hidden_sizes, rng, **settings):
    """You made a new Adam state for every mini-batch, so that it remembers nothing."""

    def step(states, key, theta, gradient, learning_rate):
        return _adam({}, key, theta, gradient, learning_rate)

    return _train(X, Y, hidden_sizes, rng, **settings, step=step)


@misconception(of="train", caught_by=ADAM_STEPS)
def adam_starts_anew_in_every_epoch(X, Y, hidden_sizes, rng, **settings):
    """You made new Adam states in every epoch; they last for the whole run."""
    states = {}

    def batches(X, Y, q, rng):
        states.clear()
        return minibatches.shuffled_minibatches(X, Y, q, rng)

    def step(_, *arguments):
        return _adam(states, *arguments)

    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches, step=step)


@misconception(of="train", caught_by=ADAM_STEPS)
def adam_counts_every_array(X, Y, hidden_sizes, rng, **settings):
    """You counted one t for all arrays, so it goes up several times at each step."""

    def step(states, key, theta, gradient, learning_rate):
        m, v, _ = states.get(key) or optimizers.adam_init(theta)
        state = (m, v, states.get("t", 0))
        theta, states[key] = optimizers.adam_step(theta, gradient, state, learning_rate)
        states["t"] = states[key][2]
        return theta

    return _train(X, Y, hidden_sizes, rng, **settings, step=step)


@misconception(of="train", caught_by=(ADAM_STEPS, "test_training_loss_falls"))
def climbs_the_loss(X, Y, hidden_sizes, rng, **settings):
    """You added the step instead of subtracting it, so the loss grows."""

    def amend(gradients):
        return [(-dW, -db) for dW, db in gradients]

    return _train(X, Y, hidden_sizes, rng, **settings, amend=amend)


@misconception(of="train", caught_by=ADAM_STEPS)
def gradients_pile_up(X, Y, hidden_sizes, rng, **settings):
    """You added the gradients of each mini-batch to those before it; each step starts from 0."""
    piles = {}

    def step(states, key, theta, gradient, learning_rate):
        piles[key] = piles.get(key, 0.0) + gradient
        return _adam(states, key, theta, piles[key], learning_rate)

    return _train(X, Y, hidden_sizes, rng, **settings, step=step)


@misconception(of="train", caught_by=ADAM_STEPS)
def learning_rate_is_fixed(X, Y, hidden_sizes, rng, **settings):
    """You used 10⁻³ whatever learning_rate says."""
    return _train(X, Y, hidden_sizes, rng, **{**settings, "learning_rate": 1e-3})


@misconception(of="train", caught_by=ADAM_STEPS)
def learning_rate_decays(X, Y, hidden_sizes, rng, **settings):
    """You divided the learning rate by t; Adam's stays as it is."""

    def step(states, key, theta, gradient, learning_rate):
        t = states[key][2] + 1 if key in states else 1
        return _adam(states, key, theta, gradient, learning_rate / t)

    return _train(X, Y, hidden_sizes, rng, **settings, step=step)


@misconception(of="train", caught_by=ADAM_STEPS)
def weights_decay(X, Y, hidden_sizes, rng, **settings):
    """You added a multiple of the weights to their gradients; there is no weight decay here."""

    def step(states, key, theta, gradient, learning_rate):
        return _adam(states, key, theta, gradient + 0.1 * theta, learning_rate)

    return _train(X, Y, hidden_sizes, rng, **settings, step=step)


@misconception(of="train", caught_by=BACKPROPAGATES)
def hidden_layers_are_never_updated(X, Y, hidden_sizes, rng, **settings):
    """You took steps for the last layer only; the hidden layers learn as well."""

    def amend(gradients):
        return [*[(0.0 * dW, 0.0 * db) for dW, db in gradients[:-1]], gradients[-1]]

    return _train(X, Y, hidden_sizes, rng, **settings, amend=amend)


@misconception(of="train", caught_by=(BACKPROPAGATES, NONLINEAR_TARGET))
def hidden_biases_are_never_updated(X, Y, hidden_sizes, rng, **settings):
    """You left the hidden biases at 0; they take steps as the weights do."""

    def amend(gradients):
        return [*[(dW, 0.0 * db) for dW, db in gradients[:-1]], gradients[-1]]

    return _train(X, Y, hidden_sizes, rng, **settings, amend=amend)


@misconception(of="train", caught_by=(ADAM_STEPS, BACKPROPAGATES))
def output_bias_is_never_updated(X, Y, hidden_sizes, rng, **settings):
    """You left the bias of the last layer at 0; it takes steps as the weights do."""

    def amend(gradients):
        *hidden, (dW, db) = gradients
        return [*hidden, (dW, 0.0 * db)]

    return _train(X, Y, hidden_sizes, rng, **settings, amend=amend)


@misconception(of="train", caught_by=BACKPROPAGATES)
def activation_is_always_tanh(X, Y, hidden_sizes, rng, **settings):
    """You used tanh whatever activation says."""
    return _train(X, Y, hidden_sizes, rng, **{**settings, "activation": "tanh"})


# What comes out.


@misconception(of="train", caught_by=(UNITS, LOSSES))
def losses_of_batches_count_alike(X, Y, hidden_sizes, rng, **settings):
    """You averaged the losses of the batches as if all were of one size; weigh them by theirs."""
    return _train(
        X, Y, hidden_sizes, rng, **settings, report=lambda batches: _values(batches).mean()
    )


@misconception(of="train", caught_by=(UNITS, LOSSES))
def losses_are_those_of_the_last_batch(X, Y, hidden_sizes, rng, **settings):
    """You reported the loss of the epoch's last mini-batch instead of that of the whole epoch."""
    return _train(X, Y, hidden_sizes, rng, **settings, report=lambda batches: _values(batches)[-1])


@misconception(of="train", caught_by=(UNITS, LOSSES))
def losses_add_up_over_the_batches(X, Y, hidden_sizes, rng, **settings):
    """You added the losses of the mini-batches without dividing by their number."""
    return _train(
        X, Y, hidden_sizes, rng, **settings, report=lambda batches: _values(batches).sum()
    )


@misconception(of="train", caught_by=LOSSES)
def losses_are_averaged_over_the_run(X, Y, hidden_sizes, rng, **settings):
    """You never reset the sum of losses, so each is the mean over all epochs so far."""
    model, values = _train(X, Y, hidden_sizes, rng, **settings)
    return model, list(np.cumsum(values) / np.arange(1, len(values) + 1))


@misconception(of="train", caught_by=UNITS)
def losses_are_in_the_units_of_the_targets(X, Y, hidden_sizes, rng, **settings):
    """You reported the losses in the squared units of Y; they are in standardised units here."""
    model, values = _train(X, Y, hidden_sizes, rng, **settings)
    return model, [value * Y.var(axis=0).mean() for value in values]


@misconception(of="train", caught_by=UNITS)
def losses_are_roots(X, Y, hidden_sizes, rng, **settings):
    """You took the root of the mean squared error."""
    model, values = _train(X, Y, hidden_sizes, rng, **settings)
    return model, list(np.sqrt(values))


@misconception(of="train", caught_by=UNITS)
def losses_are_halved(X, Y, hidden_sizes, rng, **settings):
    """You reported half of the mean squared error; there is no factor ½ in it."""
    model, values = _train(X, Y, hidden_sizes, rng, **settings)
    return model, [value / 2 for value in values]


@misconception(of="train", caught_by=UNITS)
def losses_add_up_over_the_targets(X, Y, hidden_sizes, rng, **settings):
    """You added the squared errors of a row's targets; the mean runs over all entries."""
    model, values = _train(X, Y, hidden_sizes, rng, **settings)
    return model, [value * Y.shape[1] for value in values]


@misconception(of="train", caught_by=ONE_LOSS)
def losses_are_reported_for_each_step(X, Y, hidden_sizes, rng, **settings):
    """You reported a loss for each mini-batch; it is one for each epoch."""
    reported = []

    def report(batches):
        reported.extend(_values(batches))
        return 0.0

    model, _ = _train(X, Y, hidden_sizes, rng, **settings, report=report)
    return model, reported


@misconception(of="train", caught_by=ONE_LOSS)
def losses_are_only_the_last(X, Y, hidden_sizes, rng, **settings):
    """You returned the last loss alone; return a list with one for each epoch."""
    model, values = _train(X, Y, hidden_sizes, rng, **settings)
    return model, values[-1]


@misconception(of="train", caught_by=(ONE_LOSS, HUNDRED))
def epochs_are_one_short(X, Y, hidden_sizes, rng, **settings):
    """You counted the epochs from 1 up to but without epochs, so there is one too few."""
    epochs = settings.get("epochs", 100) - 1
    return _train(X, Y, hidden_sizes, rng, **{**settings, "epochs": epochs})


@misconception(of="train", caught_by=HUNDRED)
def epochs_are_ten_by_default(X, Y, hidden_sizes, rng, **settings):
    """You gave epochs another default than 100."""
    return _train(X, Y, hidden_sizes, rng, **{"epochs": 10, **settings})


@misconception(of="train", caught_by=DEFAULTS)
def activation_is_relu_by_default(X, Y, hidden_sizes, rng, **settings):
    """You gave activation another default than "tanh"."""
    return _train(X, Y, hidden_sizes, rng, **{"activation": "relu", **settings})


@misconception(of="train", caught_by=DEFAULTS)
def batch_size_is_64_by_default(X, Y, hidden_sizes, rng, **settings):
    """You gave batch_size another default than 32."""
    return _train(X, Y, hidden_sizes, rng, **{"batch_size": 64, **settings})


@misconception(of="train", caught_by=DEFAULTS)
def learning_rate_is_a_hundredth_by_default(X, Y, hidden_sizes, rng, **settings):
    """You gave learning_rate another default than 10⁻³."""
    return _train(X, Y, hidden_sizes, rng, **{"learning_rate": 1e-2, **settings})


_LATEST = {}


@misconception(of="train", caught_by="test_training_a_model_stays_as_it_is")
def models_share_a_global(X, Y, hidden_sizes, rng, **settings):
    """You kept the model in a global variable, so the next run overwrites it."""
    model, values = _train(X, Y, hidden_sizes, rng, **settings)
    _LATEST.update(model)
    return _LATEST, values


@misconception(of="predict", caught_by=LINEAR_TARGET)
def predict_leaves_inputs_as_they_are(model, X):
    """You sent new data through the network without standardising them."""
    prediction, _ = network.forward(model["parameters"], X, model["activation"])
    return normalization.unstandardize(prediction, *model["y_statistics"])


@misconception(of="predict", caught_by=ROWS_ALONE)
def predict_standardises_by_the_new_data(model, X):
    """You standardised new data by their own mean and deviation; use those of the training data."""
    statistics = normalization.standardization_statistics(X)
    return training.predict({**model, "x_statistics": statistics}, X)


@misconception(of="predict", caught_by=(UNITS, LINEAR_TARGET))
def predict_stays_in_standardised_units(model, X):
    """You returned predictions in standardised units; take them back to those of Y."""
    return training.predict({**model, "y_statistics": _unscaled(model["y_statistics"][0][None])}, X)


@misconception(of="predict", caught_by=("test_training_biases_start_at_zero", LINEAR_TARGET))
def predict_forgets_the_mean(model, X):
    """You multiplied by the deviation of the targets but did not add their mean."""
    mean, std = model["y_statistics"]
    return training.predict({**model, "y_statistics": (0.0 * mean, std)}, X)


@misconception(of="predict", caught_by=(BACKPROPAGATES, NONLINEAR_TARGET))
def predict_leaves_the_activation_out(model, X):
    """You left the activation of the hidden layers out when predicting."""
    return training.predict({**model, "activation": "identity"}, X)


@misconception(of="predict", caught_by=(ADAM_STEPS, LINEAR_TARGET))
def predict_activates_the_output(model, X):
    """You applied the activation to the last layer as well; it is linear."""
    mean, std = model["y_statistics"]
    Z = (training.predict(model, X) - mean) / np.where(std == 0.0, 1.0, std)
    activate = getattr(activations, model["activation"])
    return normalization.unstandardize(activate(Z), mean, std)


@misconception(of="predict", caught_by=ROWS_ALONE)
def predict_flattens_a_single_row(model, X):
    """You returned a vector for a single row; its prediction has the shape (1, n_y)."""
    prediction = training.predict(model, X)
    return prediction[0] if len(prediction) == 1 else prediction


@misconception(of="predict", caught_by=NONLINEAR_TARGET)
def predict_flattens_a_single_target(model, X):
    """You returned a vector for a single target; the prediction has the shape (m, 1)."""
    prediction = training.predict(model, X)
    return prediction[:, 0] if prediction.shape[1] == 1 else prediction


@misconception(of="predict", caught_by=UNCHANGED)
def predict_centres_in_place(model, X):
    """You standardised X in place, so the caller's data changed."""
    prediction = training.predict(model, X)
    X -= model["x_statistics"][0]
    return prediction


@misconception(of="predict", caught_by="test_training_predictions_are_float64")
def predict_rounds_to_float32(model, X):
    """You computed in float32, which keeps only 7 digits."""
    return training.predict(model, X).astype(np.float32)


@misconception(of="train", caught_by="test_training_options_have_an_order")
def takes_epochs_before_the_batch_size(
    X, Y, hidden_sizes, rng, activation="tanh", epochs=100, batch_size=32, learning_rate=1e-3
):
    """You put epochs before batch_size; the order is activation, batch_size, epochs, rate."""
    return training.train(
        X, Y, hidden_sizes, rng, activation, batch_size, epochs, learning_rate=learning_rate
    )


@misconception(of="train", caught_by="test_training_never_stops_early")
def stops_once_the_loss_stays(X, Y, hidden_sizes, rng, **settings):
    """You stopped when the loss no longer changed; every epoch is run, and has its loss."""
    model, epoch_losses = training.train(X, Y, hidden_sizes, rng, **settings)
    changes = np.abs(np.diff(epoch_losses)) > 1e-12
    return model, epoch_losses[: 1 + np.count_nonzero(np.cumprod(changes))]


_answers = {}


@misconception(of="predict", caught_by="test_training_predict_has_no_memory")
def predict_gives_its_first_answer_again(model, X):
    """You kept the prediction for a model and a number of rows, and gave it for other rows, too."""
    key = (id(model), len(X))
    if key not in _answers or _answers[key][0] is not model:
        _answers[key] = (model, training.predict(model, X))
    return _answers[key][1]

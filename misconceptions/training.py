"""Mistakes in the pipeline: what goes in, what a run starts from, how it moves, what comes out.

The keywords are those of the contract, handed on as they come.
"""

import copy
import functools
import inspect
import itertools
from contextvars import ContextVar
from dataclasses import dataclass

import numpy as np

from backproof.testing import misconception, variant
from misconceptions.optimizers import adam_with_epsilon_outside
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
LARGE_BATCH = "test_training_large_batch_size_gives_one_batch"
DEEP_WEIGHTS = "test_training_weights_of_every_layer_take_their_step"
DEEP_BIASES = "test_training_biases_of_every_layer_take_their_step"
RANK = "test_training_narrowest_layer_sets_the_rank"
FIRST_SIZE = "test_training_first_hidden_size_is_that_of_the_first_layer"
LAST_SIZE = "test_training_last_hidden_size_is_that_of_the_last_layer"
NEW_LAYERS = "test_training_no_layer_repeats_another"
FAR = "test_training_predicts_far_from_the_data"
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
    step = adam_with_epsilon_outside if _style.get().outside else optimizers.adam_step
    theta, states[key] = step(theta, gradient, state, learning_rate, **hyperparameters)
    return theta


@dataclass(frozen=True)
class _Style:
    """What is free in a run. Each mistake is made in all styles, to be told in a student's own.

    Attributes:
        he: Whether the weights for ReLU are He's; Xavier's are as good.
        at_the_end: Whether a loss is that of the epoch's end, not the mean over its mini-batches.
        outside: Whether Adam's ε is outside the root.

    """

    he: bool = True
    at_the_end: bool = False
    outside: bool = False

    @property
    def name(self):
        """The name of the style as a convention."""
        return " ".join(name for name, value in vars(self).items() if value) or "xavier"


_STYLES = [_Style(*flags) for flags in itertools.product((True, False), *[(False, True)] * 2)]
_style = ContextVar("_style", default=_STYLES[0])


def _in_style(train, style):
    """The same run in a style."""

    @functools.wraps(train)
    def styled(*arguments, **keywords):
        token = _style.set(style)
        try:
            return train(*arguments, **keywords)
        finally:
            _style.reset(token)

    styled.__convention__ = style.name
    return styled


def _in_every_style(train):
    """Give a mistake its variants in the other styles; options may go without names."""
    names = ("activation", "batch_size", "epochs", "learning_rate")

    @functools.wraps(train)
    def by_name(X, Y, hidden_sizes, rng, *options, **settings):
        if "settings" in inspect.signature(train).parameters:
            settings |= dict(zip(names, options, strict=False))
            options = ()
        return train(X, Y, hidden_sizes, rng, *options, **settings)

    by_name.__convention__ = "reference"
    by_name.__variants__ = tuple(_in_style(by_name, style) for style in _STYLES[1:])
    return by_name


def _right_weights(activation):
    """The initializer of the style."""
    return initialization.he if activation == "relu" and _style.get().he else initialization.xavier


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
    weights=None,
    biases=lambda n, rng: np.zeros(n),
    batches=minibatches.shuffled_minibatches,
    amend=lambda gradients: gradients,
    step=_adam,
    report=None,
):
    """The reference's pipeline, with every part to be replaced."""
    x_statistics, y_statistics = x_statistics(X), y_statistics(Y)
    X = normalization.standardize(X, *x_statistics)
    Y = normalization.standardize(Y, *y_statistics)
    sizes = [X.shape[1], *hidden_sizes, Y.shape[1]]
    weights = weights or _right_weights(activation)
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
        if report is None and _style.get().at_the_end:
            prediction, _ = network.forward(parameters, X, activation)
            epoch_losses.append(losses.mean_squared_error(prediction, Y))
        else:
            epoch_losses.append((report or _weighted_mean)(reported))
    model = {
        "parameters": parameters,
        "activation": activation,
        "x_statistics": x_statistics,
        "y_statistics": y_statistics,
    }
    return model, epoch_losses


for _other in _STYLES[1:]:
    globals()[f"_train_{_STYLES.index(_other)}"] = variant(of="train", convention=_other.name)(
        _in_style(lambda *arguments, **settings: _train(*arguments, **settings), _other)
    )


def _sized(change):
    """Training with other hidden sizes than those that were asked for."""

    def train(X, Y, hidden_sizes, rng, **settings):
        return _train(X, Y, change(list(hidden_sizes)), rng, **settings)

    return train


def _amended(change):
    """An ``amend`` that gives (dW, db) of layer i of n to ``change(i, n, dW, db)``."""

    def amend(gradients):
        n = len(gradients)
        return [change(i, n, dW, db) for i, (dW, db) in enumerate(gradients)]

    return amend


def _weights_by_layer(weights):
    """``weights(i)`` for layer i, counted from the first."""
    count = itertools.count()
    return lambda n_in, n_out, rng: weights(next(count))(n_in, n_out, rng)


def _scheduled(rate):
    """Batches and steps with the learning rate times ``rate(epoch)``, the first epoch being 0."""
    epochs = itertools.count()
    now = {}

    def batches(X, Y, q, rng):
        now["rate"] = rate(next(epochs))
        return minibatches.shuffled_minibatches(X, Y, q, rng)

    def step(states, key, theta, gradient, learning_rate):
        return _adam(states, key, theta, gradient, learning_rate * now["rate"])

    return {"batches": batches, "step": step}


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
@_in_every_style
def inputs_are_not_standardised(X, Y, hidden_sizes, rng, **settings):
    """You trained on the features as they come; standardise them first, to mean 0, deviation 1."""
    return _train(X, Y, hidden_sizes, rng, **settings, x_statistics=_unscaled)


@misconception(of="train", caught_by=(UNITS, ADAM_STEPS, LINEAR_TARGET))
@_in_every_style
def targets_are_not_standardised(X, Y, hidden_sizes, rng, **settings):
    """You trained on the targets as they come; standardise them as well as the features."""
    return _train(X, Y, hidden_sizes, rng, **settings, y_statistics=_unscaled)


@misconception(of="train", caught_by=UNITS)
@_in_every_style
def targets_share_one_scale(X, Y, hidden_sizes, rng, **settings):
    """You took one mean and one deviation over all targets; each column has its own."""

    def of_all(data):
        mean, std = normalization.standardization_statistics(data.reshape(-1, 1))
        return np.repeat(mean, data.shape[1]), np.repeat(std, data.shape[1])

    return _train(X, Y, hidden_sizes, rng, **settings, y_statistics=of_all)


@misconception(of="train", caught_by=UNITS)
@_in_every_style
def deviation_of_a_sample(X, Y, hidden_sizes, rng, **settings):
    """You divided by m − 1 in the standard deviation of the targets; here it is m."""

    def of_a_sample(data):
        mean, std = normalization.standardization_statistics(data)
        return mean, std * np.sqrt(len(data) / max(len(data) - 1, 1))

    return _train(X, Y, hidden_sizes, rng, **settings, y_statistics=of_a_sample)


@misconception(of="train", caught_by=UNITS)
@_in_every_style
def targets_are_mapped_to_a_range(X, Y, hidden_sizes, rng, **settings):
    """You mapped the targets to [−1, 1]; the losses are asked for in units of their deviation."""

    def of_the_range(data):
        low, high = normalization.range_statistics(data)
        return (low + high) / 2, (high - low) / 2

    return _train(X, Y, hidden_sizes, rng, **settings, y_statistics=of_the_range)


@misconception(of="train", caught_by=("test_training_gives_no_warning", CONSTANTS))
@_in_every_style
def constant_columns_are_divided_by_zero(X, Y, hidden_sizes, rng, **settings):
    """You divided a constant column by its deviation, 0: that gives 0/0, which is not a number."""

    def careless(data):
        mean, std = normalization.standardization_statistics(data)
        return mean, std * (std / std)

    return _train(X, Y, hidden_sizes, rng, **settings, x_statistics=careless)


@misconception(of="train", caught_by=UNCHANGED)
@_in_every_style
def centres_the_data_in_place(X, Y, hidden_sizes, rng, **settings):
    """You subtracted the means from X and Y in place, so the caller's data changed."""
    result = _train(X, Y, hidden_sizes, rng, **settings)
    X -= X.mean(axis=0)
    Y -= Y.mean(axis=0)
    return result


@misconception(of="train", caught_by=UNCHANGED)
@_in_every_style
def extends_the_list_of_sizes(X, Y, hidden_sizes, rng, **settings):
    """You appended n_y to the caller's list of hidden sizes; make a list of your own."""
    result = _train(X, Y, hidden_sizes, rng, **settings)
    if isinstance(hidden_sizes, list):
        hidden_sizes.append(Y.shape[1])
    return result


# What a run starts from.


@misconception(of="train", caught_by=(FIRST_WEIGHTS, NONLINEAR_TARGET))
@_in_every_style
def weights_start_at_zero(X, Y, hidden_sizes, rng, **settings):
    """You started all weights at 0, so no gradient reaches the hidden layers."""
    return _train(X, Y, hidden_sizes, rng, **settings, weights=_without_rng(initialization.zeros))


@misconception(of="train", caught_by=NONLINEAR_TARGET)
@_in_every_style
def weights_start_at_one_value(X, Y, hidden_sizes, rng, **settings):
    """You started all weights of a layer at one value, so its units stay copies of each other."""
    weights = _without_rng(lambda n_in, n_out: initialization.constant(n_in, n_out, n_in**-0.5))
    return _train(X, Y, hidden_sizes, rng, **settings, weights=weights)


@misconception(of="train", caught_by=FIRST_WEIGHTS)
@_in_every_style
def weights_start_with_deviation_one(X, Y, hidden_sizes, rng, **settings):
    """You drew N(0, 1) weights; Xavier's variance is 1 / n_in."""
    return _train(X, Y, hidden_sizes, rng, **settings, weights=_normal(lambda n_in, n_out: 1.0))


@misconception(of="train", caught_by=FIRST_WEIGHTS)
@_in_every_style
def weights_start_without_the_root(X, Y, hidden_sizes, rng, **settings):
    """You took 1 / n_in for the deviation of the weights; that is their variance."""
    weights = _normal(lambda n_in, n_out: 1.0 / n_in)
    return _train(X, Y, hidden_sizes, rng, **settings, weights=weights)


@misconception(of="train", caught_by=FIRST_WEIGHTS)
@_in_every_style
def weights_start_by_the_outputs(X, Y, hidden_sizes, rng, **settings):
    """You scaled the weights by n_out; to keep the activations' variance it is 1 / n_in."""
    weights = _normal(lambda n_in, n_out: n_out**-0.5)
    return _train(X, Y, hidden_sizes, rng, **settings, weights=weights)


@misconception(of="train", caught_by=FIRST_WEIGHTS)
@_in_every_style
def weights_start_by_the_average_size(X, Y, hidden_sizes, rng, **settings):
    """You scaled the weights by 2 / (n_in + n_out); here Xavier's variance is 1 / n_in."""
    weights = _normal(lambda n_in, n_out: (2.0 / (n_in + n_out)) ** 0.5)
    return _train(X, Y, hidden_sizes, rng, **settings, weights=weights)


@misconception(of="train", caught_by=FIRST_WEIGHTS)
@_in_every_style
def weights_start_as_he_for_any_activation(X, Y, hidden_sizes, rng, **settings):
    """You drew He's weights for every activation; the factor 2 is for ReLU alone."""
    return _train(X, Y, hidden_sizes, rng, **settings, weights=initialization.he)


@misconception(of="train", caught_by="test_training_biases_start_at_zero")
@_in_every_style
def biases_start_at_random(X, Y, hidden_sizes, rng, **settings):
    """You drew the biases at random; they start at 0."""
    biases = lambda n, rng: rng.normal(0.0, 0.1, n)  # noqa: E731
    return _train(X, Y, hidden_sizes, rng, **settings, biases=biases)


@misconception(of="train", caught_by="test_training_draws_afresh_at_every_call")
@_in_every_style
def seeds_a_generator_of_its_own(X, Y, hidden_sizes, rng, **settings):
    """You made a generator with a fixed seed; use the one that is handed in."""
    return _train(X, Y, hidden_sizes, np.random.default_rng(0), **settings)


@misconception(of="train", caught_by="test_training_draws_afresh_at_every_call")
@_in_every_style
def draws_from_a_copy_of_the_generator(X, Y, hidden_sizes, rng, **settings):
    """You copied the generator, so the caller's does not advance and the next run is the same."""
    return _train(X, Y, hidden_sizes, copy.deepcopy(rng), **settings)


@misconception(of="train", caught_by="test_training_same_generator_gives_the_same_run")
@_in_every_style
def draws_from_a_generator_without_seed(X, Y, hidden_sizes, rng, **settings):
    """You drew random numbers from somewhere else than the generator that is handed in."""
    return _train(X, Y, hidden_sizes, np.random.default_rng(), **settings)


# The batches.


@misconception(of="train", caught_by=(SHUFFLES, "test_training_ordered_data_are_fitted_as_a_whole"))
@_in_every_style
def never_shuffles(X, Y, hidden_sizes, rng, **settings):
    """You took the rows in stored order; shuffle them in every epoch."""

    def batches(X, Y, q, rng):
        return minibatches.sequential_minibatches(X, Y, q)

    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


@misconception(of="train", caught_by=SHUFFLES)
@_in_every_style
def shuffles_once(X, Y, hidden_sizes, rng, **settings):
    """You shuffled the rows before the first epoch and kept that order; shuffle in every epoch."""
    order = rng.permutation(len(X))

    def batches(X, Y, q, rng):
        return minibatches.sequential_minibatches(X[order], Y[order], q)

    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


@misconception(of="train", caught_by="test_training_shuffles_by_the_generator")
@_in_every_style
def shuffles_with_a_fixed_seed(X, Y, hidden_sizes, rng, **settings):
    """You shuffled with a seed of your own, so every run goes through the same orders."""
    fixed = np.random.default_rng(0)

    def batches(X, Y, q, rng):
        return minibatches.shuffled_minibatches(X, Y, q, fixed)

    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


@misconception(of="train", caught_by=SHUFFLES)
@_in_every_style
def shuffles_the_batches_only(X, Y, hidden_sizes, rng, **settings):
    """You shuffled the order of the batches, which hold the same rows in every epoch."""

    def batches(X, Y, q, rng):
        stored = list(minibatches.sequential_minibatches(X, Y, q))
        return [stored[i] for i in rng.permutation(len(stored))]

    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


@misconception(of="train", caught_by=(ADAM_STEPS, LINEAR_TARGET))
@_in_every_style
def shuffles_inputs_and_targets_apart(X, Y, hidden_sizes, rng, **settings):
    """You shuffled X and Y each by an order of its own, so the pairs are lost."""

    def batches(X, Y, q, rng):
        Y = Y[rng.permutation(len(Y))]
        return minibatches.shuffled_minibatches(X, Y, q, rng)

    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


@misconception(of="train", caught_by=ADAM_STEPS)
@_in_every_style
def draws_rows_with_replacement(X, Y, hidden_sizes, rng, **settings):
    """You drew the rows of an epoch with replacement: some come twice, some not at all."""

    def batches(X, Y, q, rng):
        rows = rng.integers(len(X), size=len(X))
        return minibatches.sequential_minibatches(X[rows], Y[rows], q)

    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


@misconception(of="train", caught_by=ADAM_STEPS)
@_in_every_style
def drops_the_last_rows(X, Y, hidden_sizes, rng, **settings):
    """You left out the last batch of an epoch where it is smaller than the others."""

    def batches(X, Y, q, rng):
        all_of_them = list(minibatches.shuffled_minibatches(X, Y, q, rng))
        return [batch for batch in all_of_them if len(batch[0]) == q] or all_of_them

    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


@misconception(of="train", caught_by=ADAM_STEPS)
@_in_every_style
def trains_on_one_batch_an_epoch(X, Y, hidden_sizes, rng, **settings):
    """You took only one mini-batch in each epoch; an epoch goes over all of them."""

    def batches(X, Y, q, rng):
        return list(minibatches.shuffled_minibatches(X, Y, q, rng))[:1]

    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


@misconception(of="train", caught_by="test_training_large_batch_size_gives_one_batch")
@_in_every_style
def fills_a_batch_with_repeated_rows(X, Y, hidden_sizes, rng, **settings):
    """You repeated rows to fill a batch that is larger than the data; it holds each row once."""

    def batches(X, Y, q, rng):
        rows = np.resize(np.arange(len(X)), max(q, len(X)))
        return minibatches.shuffled_minibatches(X[rows], Y[rows], q, rng)

    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


# The steps.


@misconception(of="train", caught_by=ADAM_STEPS)
@_in_every_style
def descends_without_adam(X, Y, hidden_sizes, rng, **settings):
    """You took plain gradient descent steps; the contract asks for Adam."""

    def step(states, key, theta, gradient, learning_rate):
        return optimizers.gradient_descent_step(theta, gradient, learning_rate)

    return _train(X, Y, hidden_sizes, rng, **settings, step=step)


@misconception(of="train", caught_by=ADAM_STEPS)
@_in_every_style
def descends_by_rmsprop(X, Y, hidden_sizes, rng, **settings):
    """You took RMSProp steps; Adam averages the gradients, too, and corrects the bias."""
    step = functools.partial(_adam, beta1=0.0, beta2=0.9, bias_correction=False)
    return _train(X, Y, hidden_sizes, rng, **settings, step=step)


@misconception(of="train", caught_by=ADAM_STEPS)
@_in_every_style
def adam_keeps_its_bias(X, Y, hidden_sizes, rng, **settings):
    """You left out Adam's bias correction, so the first steps are too long."""
    step = functools.partial(_adam, bias_correction=False)
    return _train(X, Y, hidden_sizes, rng, **settings, step=step)


@misconception(of="train", caught_by=ADAM_STEPS)
@_in_every_style
def adam_swaps_its_betas(X, Y, hidden_sizes, rng, **settings):
    """You swapped β₁ and β₂: 0.9 is for the gradients, 0.999 for their squares."""
    step = functools.partial(_adam, beta1=0.999, beta2=0.9)
    return _train(X, Y, hidden_sizes, rng, **settings, step=step)


@misconception(of="train", caught_by=ADAM_STEPS)
@_in_every_style
def adam_starts_anew_at_every_step(X, Y, hidden_sizes, rng, **settings):
    """You made a new Adam state for every mini-batch, so that it remembers nothing."""

    def step(states, key, theta, gradient, learning_rate):
        return _adam({}, key, theta, gradient, learning_rate)

    return _train(X, Y, hidden_sizes, rng, **settings, step=step)


@misconception(of="train", caught_by=ADAM_STEPS)
@_in_every_style
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
@_in_every_style
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
@_in_every_style
def climbs_the_loss(X, Y, hidden_sizes, rng, **settings):
    """You added the step instead of subtracting it, so the loss grows."""

    def amend(gradients):
        return [(-dW, -db) for dW, db in gradients]

    return _train(X, Y, hidden_sizes, rng, **settings, amend=amend)


@misconception(of="train", caught_by=ADAM_STEPS)
@_in_every_style
def gradients_pile_up(X, Y, hidden_sizes, rng, **settings):
    """You added the gradients of each mini-batch to those before it; each step starts from 0."""
    piles = {}

    def step(states, key, theta, gradient, learning_rate):
        piles[key] = piles.get(key, 0.0) + gradient
        return _adam(states, key, theta, piles[key], learning_rate)

    return _train(X, Y, hidden_sizes, rng, **settings, step=step)


@misconception(of="train", caught_by=ADAM_STEPS)
@_in_every_style
def learning_rate_is_fixed(X, Y, hidden_sizes, rng, **settings):
    """You used 10⁻³ whatever learning_rate says."""
    return _train(X, Y, hidden_sizes, rng, **{**settings, "learning_rate": 1e-3})


@misconception(of="train", caught_by=ADAM_STEPS)
@_in_every_style
def learning_rate_decays(X, Y, hidden_sizes, rng, **settings):
    """You divided the learning rate by t; Adam's stays as it is."""

    def step(states, key, theta, gradient, learning_rate):
        t = states[key][2] + 1 if key in states else 1
        return _adam(states, key, theta, gradient, learning_rate / t)

    return _train(X, Y, hidden_sizes, rng, **settings, step=step)


@misconception(of="train", caught_by=ADAM_STEPS)
@_in_every_style
def weights_decay(X, Y, hidden_sizes, rng, **settings):
    """You added a multiple of the weights to their gradients; there is no weight decay here."""

    def step(states, key, theta, gradient, learning_rate):
        return _adam(states, key, theta, gradient + 0.1 * theta, learning_rate)

    return _train(X, Y, hidden_sizes, rng, **settings, step=step)


@misconception(of="train", caught_by=BACKPROPAGATES)
@_in_every_style
def hidden_layers_are_never_updated(X, Y, hidden_sizes, rng, **settings):
    """You took steps for the last layer only; the hidden layers learn as well."""

    def amend(gradients):
        return [*[(0.0 * dW, 0.0 * db) for dW, db in gradients[:-1]], gradients[-1]]

    return _train(X, Y, hidden_sizes, rng, **settings, amend=amend)


@misconception(of="train", caught_by=(BACKPROPAGATES, NONLINEAR_TARGET))
@_in_every_style
def hidden_biases_are_never_updated(X, Y, hidden_sizes, rng, **settings):
    """You left the hidden biases at 0; they take steps as the weights do."""

    def amend(gradients):
        return [*[(dW, 0.0 * db) for dW, db in gradients[:-1]], gradients[-1]]

    return _train(X, Y, hidden_sizes, rng, **settings, amend=amend)


@misconception(of="train", caught_by=(ADAM_STEPS, BACKPROPAGATES))
@_in_every_style
def output_bias_is_never_updated(X, Y, hidden_sizes, rng, **settings):
    """You left the bias of the last layer at 0; it takes steps as the weights do."""

    def amend(gradients):
        *hidden, (dW, db) = gradients
        return [*hidden, (dW, 0.0 * db)]

    return _train(X, Y, hidden_sizes, rng, **settings, amend=amend)


@misconception(of="train", caught_by=BACKPROPAGATES)
@_in_every_style
def activation_is_always_tanh(X, Y, hidden_sizes, rng, **settings):
    """You used tanh whatever activation says."""
    return _train(X, Y, hidden_sizes, rng, **{**settings, "activation": "tanh"})


# What comes out.


@misconception(of="train", caught_by=(UNITS, LOSSES))
@_in_every_style
def losses_of_batches_count_alike(X, Y, hidden_sizes, rng, **settings):
    """You averaged the losses of the batches as if all were of one size; weigh them by theirs."""
    return _train(
        X, Y, hidden_sizes, rng, **settings, report=lambda batches: _values(batches).mean()
    )


@misconception(of="train", caught_by=(UNITS, LOSSES))
@_in_every_style
def losses_are_those_of_the_last_batch(X, Y, hidden_sizes, rng, **settings):
    """You reported the loss of the epoch's last mini-batch instead of that of the whole epoch."""
    return _train(X, Y, hidden_sizes, rng, **settings, report=lambda batches: _values(batches)[-1])


@misconception(of="train", caught_by=(UNITS, LOSSES))
@_in_every_style
def losses_add_up_over_the_batches(X, Y, hidden_sizes, rng, **settings):
    """You added the losses of the mini-batches without dividing by their number."""
    return _train(
        X, Y, hidden_sizes, rng, **settings, report=lambda batches: _values(batches).sum()
    )


@misconception(of="train", caught_by=LOSSES)
@_in_every_style
def losses_are_averaged_over_the_run(X, Y, hidden_sizes, rng, **settings):
    """You never reset the sum of losses, so each is the mean over all epochs so far."""
    model, values = _train(X, Y, hidden_sizes, rng, **settings)
    return model, list(np.cumsum(values) / np.arange(1, len(values) + 1))


@misconception(of="train", caught_by=UNITS)
@_in_every_style
def losses_are_in_the_units_of_the_targets(X, Y, hidden_sizes, rng, **settings):
    """You reported the losses in the squared units of Y; they are in standardised units here."""
    model, values = _train(X, Y, hidden_sizes, rng, **settings)
    return model, [value * Y.var(axis=0).mean() for value in values]


@misconception(of="train", caught_by=UNITS)
@_in_every_style
def losses_are_roots(X, Y, hidden_sizes, rng, **settings):
    """You took the root of the mean squared error."""
    model, values = _train(X, Y, hidden_sizes, rng, **settings)
    return model, list(np.sqrt(values))


@misconception(of="train", caught_by=UNITS)
@_in_every_style
def losses_are_halved(X, Y, hidden_sizes, rng, **settings):
    """You reported half of the mean squared error; there is no factor ½ in it."""
    model, values = _train(X, Y, hidden_sizes, rng, **settings)
    return model, [value / 2 for value in values]


@misconception(of="train", caught_by=UNITS)
@_in_every_style
def losses_add_up_over_the_targets(X, Y, hidden_sizes, rng, **settings):
    """You added the squared errors of a row's targets; the mean runs over all entries."""
    model, values = _train(X, Y, hidden_sizes, rng, **settings)
    return model, [value * Y.shape[1] for value in values]


@misconception(of="train", caught_by=ONE_LOSS)
@_in_every_style
def losses_are_reported_for_each_step(X, Y, hidden_sizes, rng, **settings):
    """You reported a loss for each mini-batch; it is one for each epoch."""
    reported = []

    def report(batches):
        reported.extend(_values(batches))
        return 0.0

    model, _ = _train(X, Y, hidden_sizes, rng, **settings, report=report)
    return model, reported


@misconception(of="train", caught_by=ONE_LOSS)
@_in_every_style
def losses_are_only_the_last(X, Y, hidden_sizes, rng, **settings):
    """You returned the last loss alone; return a list with one for each epoch."""
    model, values = _train(X, Y, hidden_sizes, rng, **settings)
    return model, values[-1]


@misconception(of="train", caught_by=(ONE_LOSS, HUNDRED))
@_in_every_style
def epochs_are_one_short(X, Y, hidden_sizes, rng, **settings):
    """You counted the epochs from 1 up to but without epochs, so there is one too few."""
    epochs = settings.get("epochs", 100) - 1
    return _train(X, Y, hidden_sizes, rng, **{**settings, "epochs": epochs})


@misconception(of="train", caught_by=HUNDRED)
@_in_every_style
def epochs_are_ten_by_default(X, Y, hidden_sizes, rng, **settings):
    """You gave epochs another default than 100."""
    return _train(X, Y, hidden_sizes, rng, **{"epochs": 10, **settings})


@misconception(of="train", caught_by=DEFAULTS)
@_in_every_style
def activation_is_relu_by_default(X, Y, hidden_sizes, rng, **settings):
    """You gave activation another default than "tanh"."""
    return _train(X, Y, hidden_sizes, rng, **{"activation": "relu", **settings})


@misconception(of="train", caught_by=DEFAULTS)
@_in_every_style
def batch_size_is_64_by_default(X, Y, hidden_sizes, rng, **settings):
    """You gave batch_size another default than 32."""
    return _train(X, Y, hidden_sizes, rng, **{"batch_size": 64, **settings})


@misconception(of="train", caught_by=DEFAULTS)
@_in_every_style
def learning_rate_is_a_hundredth_by_default(X, Y, hidden_sizes, rng, **settings):
    """You gave learning_rate another default than 10⁻³."""
    return _train(X, Y, hidden_sizes, rng, **{"learning_rate": 1e-2, **settings})


_LATEST = {}


@misconception(of="train", caught_by="test_training_a_model_stays_as_it_is")
@_in_every_style
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
@_in_every_style
def takes_epochs_before_the_batch_size(
    X, Y, hidden_sizes, rng, activation="tanh", epochs=100, batch_size=32, learning_rate=1e-3
):
    """You put epochs before batch_size; the order is activation, batch_size, epochs, rate."""
    return _train(
        X, Y, hidden_sizes, rng, activation, batch_size, epochs, learning_rate=learning_rate
    )


@misconception(of="train", caught_by="test_training_never_stops_early")
@_in_every_style
def stops_once_the_loss_stays(X, Y, hidden_sizes, rng, **settings):
    """You stopped when the loss no longer changed; every epoch is run, and has its loss."""
    model, epoch_losses = _train(X, Y, hidden_sizes, rng, **settings)
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


@misconception(of="train", caught_by=(UNITS, LOSSES))
@_in_every_style
def losses_are_those_of_full_batches(X, Y, hidden_sizes, rng, **settings):
    """You added the loss of full batches only, and left that of a short last one out."""
    total = len(X)

    def report(batches):
        q = max(size for size, _ in batches)
        return sum(size * value for size, value in batches if size == q) / total

    return _train(X, Y, hidden_sizes, rng, **settings, report=report)


# Depth: the sizes, the first weights and the steps of every layer.


@misconception(of="train", caught_by=(RANK, LAST_SIZE))
@_in_every_style
def hidden_sizes_are_all_the_first(X, Y, hidden_sizes, rng, **settings):
    """You gave every hidden layer the first of hidden_sizes; each has its own."""
    return _sized(lambda sizes: sizes[:1] * len(sizes))(X, Y, hidden_sizes, rng, **settings)


@misconception(of="train", caught_by=(RANK, FIRST_SIZE))
@_in_every_style
def hidden_sizes_are_all_the_last(X, Y, hidden_sizes, rng, **settings):
    """You gave every hidden layer the last of hidden_sizes; each has its own."""
    return _sized(lambda sizes: sizes[-1:] * len(sizes))(X, Y, hidden_sizes, rng, **settings)


@misconception(of="train", caught_by=RANK)
@_in_every_style
def hidden_sizes_are_one_too_large(X, Y, hidden_sizes, rng, **settings):
    """You added a unit to each hidden layer; the bias is no unit."""
    return _sized(lambda sizes: [n + 1 for n in sizes])(X, Y, hidden_sizes, rng, **settings)


@misconception(of="train", caught_by=RANK)
@_in_every_style
def middle_hidden_layer_is_left_out(X, Y, hidden_sizes, rng, **settings):
    """You made the first and the last hidden layer only; there is one for each size."""
    between = _sized(lambda sizes: [*sizes[:1], *sizes[1:][-1:]])
    return between(X, Y, hidden_sizes, rng, **settings)


@misconception(of="train", caught_by=(FIRST_SIZE, LAST_SIZE))
@_in_every_style
def hidden_sizes_are_reversed(X, Y, hidden_sizes, rng, **settings):
    """You took hidden_sizes from the last to the first; the first is that of the first layer."""
    return _sized(lambda sizes: sizes[::-1])(X, Y, hidden_sizes, rng, **settings)


@misconception(of="train", caught_by=LAST_SIZE)
@_in_every_style
def hidden_sizes_are_sorted(X, Y, hidden_sizes, rng, **settings):
    """You sorted hidden_sizes; the layers come in the order that is given."""
    return _sized(sorted)(X, Y, hidden_sizes, rng, **settings)


@misconception(of="train", caught_by=FIRST_SIZE)
@_in_every_style
def hidden_sizes_are_sorted_from_the_largest(X, Y, hidden_sizes, rng, **settings):
    """You put the largest hidden layer first; the layers come in the order that is given."""
    largest_first = _sized(lambda sizes: sorted(sizes, reverse=True))
    return largest_first(X, Y, hidden_sizes, rng, **settings)


def _he_for(*names):
    """Training with He weights for these activations, if any."""

    def train(X, Y, hidden_sizes, rng, activation="tanh", **settings):
        weights = initialization.he if activation in names else initialization.xavier
        return _train(X, Y, hidden_sizes, rng, activation, **settings, weights=weights)

    return train


@misconception(of="train", caught_by=FIRST_WEIGHTS)
@_in_every_style
def weights_start_as_he_for_tanh(X, Y, hidden_sizes, rng, **settings):
    """You drew He's weights for tanh; the factor 2 is for ReLU, which drops half of its input."""
    return _he_for("relu", "tanh")(X, Y, hidden_sizes, rng, **settings)


@misconception(of="train", caught_by=FIRST_WEIGHTS)
@_in_every_style
def weights_start_as_he_for_sigmoid(X, Y, hidden_sizes, rng, **settings):
    """You drew He's weights for sigmoid; the factor 2 is for ReLU alone."""
    return _he_for("relu", "sigmoid")(X, Y, hidden_sizes, rng, **settings)


@misconception(of="train", caught_by=FIRST_WEIGHTS)
@_in_every_style
def weights_start_as_he_in_the_first_layer(X, Y, hidden_sizes, rng, **settings):
    """You drew He's weights for the first layer; Xavier's variance is that of every layer."""
    weights = _weights_by_layer(lambda i: initialization.xavier if i else initialization.he)
    return _train(X, Y, hidden_sizes, rng, **settings, weights=weights)


@misconception(of="train", caught_by=FIRST_WEIGHTS)
@_in_every_style
def weights_start_as_he_from_the_fourth_layer(X, Y, hidden_sizes, rng, **settings):
    """You drew He's weights from the fourth layer on; Xavier's variance is that of every layer."""
    weights = _weights_by_layer(lambda i: initialization.he if i > 2 else initialization.xavier)
    return _train(X, Y, hidden_sizes, rng, **settings, weights=weights)


@misconception(of="train", caught_by=FIRST_WEIGHTS)
@_in_every_style
def weights_start_with_deviation_one_for_relu(X, Y, hidden_sizes, rng, **settings):
    """You drew N(0, 1) weights for ReLU; Xavier's variance is 1 / n_in, and He's 2 / n_in."""
    relu = settings.get("activation") == "relu"
    weights = _normal(lambda n_in, n_out: 1.0) if relu else initialization.xavier
    return _train(X, Y, hidden_sizes, rng, **settings, weights=weights)


@misconception(of="train", caught_by=NEW_LAYERS)
@_in_every_style
def layers_share_a_seed(X, Y, hidden_sizes, rng, **settings):
    """You drew every layer from the same seed, so that layers repeat one another."""
    seed = int(rng.integers(2**31))

    def weights(n_in, n_out, rng):
        return initialization.xavier(n_in, n_out, np.random.default_rng(seed))

    return _train(X, Y, hidden_sizes, rng, **settings, weights=weights)


@misconception(of="train", caught_by=NEW_LAYERS)
@_in_every_style
def layers_after_the_first_are_drawn_from_a_copy(X, Y, hidden_sizes, rng, **settings):
    """You drew the layers after the first from copies of one state, so that they repeat."""
    state = []

    def copied(n_in, n_out, rng):
        state.append(copy.deepcopy(rng))
        return initialization.xavier(n_in, n_out, copy.deepcopy(state[0]))

    weights = _weights_by_layer(lambda i: copied if i else initialization.xavier)
    return _train(X, Y, hidden_sizes, rng, **settings, weights=weights)


@misconception(of="train", caught_by=NEW_LAYERS)
@_in_every_style
def layers_alternate_in_sign(X, Y, hidden_sizes, rng, **settings):
    """You drew one state for all layers, every other with its signs turned; draw each anew."""
    state = copy.deepcopy(rng)
    rng.random()

    def drawn(sign):
        return lambda n_in, n_out, _: (
            sign * initialization.xavier(n_in, n_out, copy.deepcopy(state))
        )

    weights = _weights_by_layer(lambda i: drawn((-1.0) ** i))
    return _train(X, Y, hidden_sizes, rng, **settings, weights=weights)


@misconception(of="train", caught_by=(DEEP_WEIGHTS, DEEP_BIASES))
@_in_every_style
def middle_layers_are_never_updated(X, Y, hidden_sizes, rng, **settings):
    """You took steps for the first and the last layer only; those between them learn, too."""
    amend = _amended(lambda i, n, dW, db: (dW, db) if i in (0, n - 1) else (0.0 * dW, 0.0 * db))
    return _train(X, Y, hidden_sizes, rng, **settings, amend=amend)


@misconception(of="train", caught_by=(DEEP_WEIGHTS, DEEP_BIASES))
@_in_every_style
def only_two_layers_are_updated(X, Y, hidden_sizes, rng, **settings):
    """You took steps for the first two layers only; every layer learns."""
    amend = _amended(lambda i, n, dW, db: (dW, db) if i < 2 else (0.0 * dW, 0.0 * db))
    return _train(X, Y, hidden_sizes, rng, **settings, amend=amend)


@misconception(of="train", caught_by=DEEP_WEIGHTS)
@_in_every_style
def layers_beyond_the_fourth_are_never_updated(X, Y, hidden_sizes, rng, **settings):
    """You took steps for the first four layers only; every layer learns, at any depth."""
    amend = _amended(lambda i, n, dW, db: (dW, db) if i < 4 else (0.0 * dW, 0.0 * db))
    return _train(X, Y, hidden_sizes, rng, **settings, amend=amend)


@misconception(of="train", caught_by=DEEP_BIASES)
@_in_every_style
def third_bias_is_never_updated(X, Y, hidden_sizes, rng, **settings):
    """You left the third bias at 0; every bias takes steps, as the weights do."""
    amend = _amended(lambda i, n, dW, db: (dW, (i != 2) * db))
    return _train(X, Y, hidden_sizes, rng, **settings, amend=amend)


@misconception(of="train", caught_by=DEEP_BIASES)
@_in_every_style
def middle_biases_are_never_updated(X, Y, hidden_sizes, rng, **settings):
    """You left the biases between the first and the last layer at 0; all of them take steps."""
    amend = _amended(lambda i, n, dW, db: (dW, (i in (0, n - 1)) * db))
    return _train(X, Y, hidden_sizes, rng, **settings, amend=amend)


@misconception(of="train", caught_by=DEEP_BIASES)
@_in_every_style
def middle_biases_climb(X, Y, hidden_sizes, rng, **settings):
    """You added the steps of the middle biases; they are subtracted in every layer."""
    amend = _amended(lambda i, n, dW, db: (dW, db if i in (0, n - 1) else -db))
    return _train(X, Y, hidden_sizes, rng, **settings, amend=amend)


@misconception(of="train", caught_by=(DEEP_WEIGHTS, DEEP_BIASES))
@_in_every_style
def first_of_several_layers_climbs(X, Y, hidden_sizes, rng, **settings):
    """You added the first layer's step where there are several hidden ones; subtract it."""
    amend = _amended(lambda i, n, dW, db: (-dW, -db) if i == 0 and n > 2 else (dW, db))
    return _train(X, Y, hidden_sizes, rng, **settings, amend=amend)


def _at_half_rate(slow):
    """Training in which the arrays that ``slow(kind, i)`` is true for take half steps."""

    def train(X, Y, hidden_sizes, rng, **settings):
        def step(states, key, theta, gradient, learning_rate):
            return _adam(states, key, theta, gradient, learning_rate / (2.0 if slow(*key) else 1.0))

        return _train(X, Y, hidden_sizes, rng, **settings, step=step)

    return train


@misconception(of="train", caught_by=(DEEP_WEIGHTS, DEEP_BIASES))
@_in_every_style
def third_layer_takes_half_steps(X, Y, hidden_sizes, rng, **settings):
    """You halved the learning rate of the third layer; it is the same for all."""
    return _at_half_rate(lambda kind, i: i == 2)(X, Y, hidden_sizes, rng, **settings)


@misconception(of="train", caught_by=DEEP_BIASES)
@_in_every_style
def third_bias_takes_half_steps(X, Y, hidden_sizes, rng, **settings):
    """You halved the learning rate of the third bias; it is the same for all."""
    third = _at_half_rate(lambda kind, i: kind == "b" and i == 2)
    return third(X, Y, hidden_sizes, rng, **settings)


# Later epochs, large steps and large gradients.


@misconception(of="train", caught_by=LARGE_BATCH)
@_in_every_style
def learning_stops_after_forty_epochs(X, Y, hidden_sizes, rng, **settings):
    """You took no steps after 40 epochs; every epoch is a pass of training."""
    schedule = _scheduled(lambda epoch: float(epoch < 40))
    return _train(X, Y, hidden_sizes, rng, **settings, **schedule)


@misconception(of="train", caught_by=(LARGE_BATCH, SHUFFLES))
@_in_every_style
def learning_stops_after_three_epochs(X, Y, hidden_sizes, rng, **settings):
    """You took no steps after three epochs; every epoch is a pass of training."""
    schedule = _scheduled(lambda epoch: float(epoch < 3))
    return _train(X, Y, hidden_sizes, rng, **settings, **schedule)


@misconception(of="train", caught_by=LARGE_BATCH)
@_in_every_style
def learning_rate_is_halved_after_forty_epochs(X, Y, hidden_sizes, rng, **settings):
    """You halved the learning rate after 40 epochs; it stays as it is."""
    schedule = _scheduled(lambda epoch: 1.0 if epoch < 40 else 0.5)
    return _train(X, Y, hidden_sizes, rng, **settings, **schedule)


@misconception(of="train", caught_by=LARGE_BATCH)
@_in_every_style
def learning_rate_falls_by_epochs(X, Y, hidden_sizes, rng, **settings):
    """You took a hundredth off the learning rate in every epoch after the third; it stays."""
    schedule = _scheduled(lambda epoch: 0.99 ** max(epoch - 2, 0))
    return _train(X, Y, hidden_sizes, rng, **settings, **schedule)


@misconception(of="train", caught_by=LARGE_BATCH)
@_in_every_style
def adam_starts_anew_after_fifty_steps(X, Y, hidden_sizes, rng, **settings):
    """You made new Adam states every 50 steps; they last for the whole run."""

    def step(states, key, theta, gradient, learning_rate):
        if key in states and states[key][2] == 50:
            del states[key]
        return _adam(states, key, theta, gradient, learning_rate)

    return _train(X, Y, hidden_sizes, rng, **settings, step=step)


@misconception(of="train", caught_by=LARGE_BATCH)
@_in_every_style
def adam_stops_counting_at_twenty(X, Y, hidden_sizes, rng, **settings):
    """You let t stay at 20 in Adam's correction; it counts all steps."""

    def step(states, key, theta, gradient, learning_rate):
        if key in states:
            m, v, t = states[key]
            states[key] = (m, v, min(t, 19))
        return _adam(states, key, theta, gradient, learning_rate)

    return _train(X, Y, hidden_sizes, rng, **settings, step=step)


@misconception(of="train", caught_by=ADAM_STEPS)
@_in_every_style
def gradients_are_clipped(X, Y, hidden_sizes, rng, **settings):
    """You cut gradients off at ±10; take them as they are."""
    amend = _amended(lambda i, n, dW, db: (np.clip(dW, -10, 10), np.clip(db, -10, 10)))
    return _train(X, Y, hidden_sizes, rng, **settings, amend=amend)


@misconception(of="train", caught_by=ADAM_STEPS)
@_in_every_style
def gradients_are_shortened(X, Y, hidden_sizes, rng, **settings):
    """You shortened gradients that are longer than 100; take them as they are."""

    def shortened(i, n, dW, db):
        length = np.sqrt(np.sum(dW**2) + np.sum(db**2))
        return dW / max(length / 100.0, 1.0), db / max(length / 100.0, 1.0)

    return _train(X, Y, hidden_sizes, rng, **settings, amend=_amended(shortened))


@misconception(of="train", caught_by=(ADAM_STEPS, DEEP_WEIGHTS))
@_in_every_style
def learning_rate_is_capped(X, Y, hidden_sizes, rng, **settings):
    """You cut the learning rate off at 0.3; take it as it is."""
    rate = min(settings.get("learning_rate", 1e-3), 0.3)
    return _train(X, Y, hidden_sizes, rng, **{**settings, "learning_rate": rate})


@misconception(of="train", caught_by=(ADAM_STEPS, LARGE_BATCH))
@_in_every_style
def inputs_are_mapped_to_a_range(X, Y, hidden_sizes, rng, **settings):
    """You mapped the features to [−1, 1]; standardise them, to mean 0 and deviation 1."""

    def of_the_range(data):
        low, high = normalization.range_statistics(data)
        return (low + high) / 2, (high - low) / 2

    return _train(X, Y, hidden_sizes, rng, **settings, x_statistics=of_the_range)


@misconception(of="train", caught_by=ADAM_STEPS)
@_in_every_style
def biases_are_never_updated(X, Y, hidden_sizes, rng, **settings):
    """You left all biases at 0; they take steps as the weights do."""

    def amend(gradients):
        return [(dW, 0.0 * db) for dW, db in gradients]

    return _train(X, Y, hidden_sizes, rng, **settings, amend=amend)


@misconception(of="train", caught_by=ADAM_STEPS)
@_in_every_style
def trains_on_the_first_batch_only(X, Y, hidden_sizes, rng, **settings):
    """You took the same mini-batch at every step of an epoch; each row belongs to one batch."""

    def batches(X, Y, q, rng):
        epoch = list(minibatches.shuffled_minibatches(X, Y, q, rng))
        return [epoch[0] for _ in epoch]


# The order of the rows, in every epoch and for every size of a batch.


def _in_orders(order):
    """Batches of the rows in ``order(epoch, m, q, rng)``, the first epoch being 0."""
    epochs = itertools.count()

    def batches(X, Y, q, rng):
        rows = order(next(epochs), len(X), q, rng)
        return minibatches.sequential_minibatches(X[rows], Y[rows], q)

    return batches


@misconception(of="train", caught_by=SHUFFLES)
@_in_every_style
def shuffles_only_equal_batches(X, Y, hidden_sizes, rng, **settings):
    """You shuffled only where batch_size divides the number of rows; shuffle always."""
    batches = _in_orders(lambda epoch, m, q, rng: np.arange(m) if m % q else rng.permutation(m))
    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


@misconception(of="train", caught_by=SHUFFLES)
@_in_every_style
def shuffles_only_where_rows_are_left_over(X, Y, hidden_sizes, rng, **settings):
    """You left the order as it is where batch_size divides the number of rows; shuffle always."""
    batches = _in_orders(lambda epoch, m, q, rng: rng.permutation(m) if m % q else np.arange(m))
    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


@misconception(of="train", caught_by=SHUFFLES)
@_in_every_style
def last_batch_has_always_the_same_rows(X, Y, hidden_sizes, rng, **settings):
    """You shuffled the rows of full batches only, so that the smaller one is always the same."""

    def order(epoch, m, q, rng):
        return np.concatenate([rng.permutation(m - m % q), np.arange(m - m % q, m)])

    return _train(X, Y, hidden_sizes, rng, **settings, batches=_in_orders(order))


@misconception(of="train", caught_by=SHUFFLES)
@_in_every_style
def shuffles_in_every_other_epoch(X, Y, hidden_sizes, rng, **settings):
    """You shuffled in every other epoch only."""
    batches = _in_orders(lambda epoch, m, q, rng: np.arange(m) if epoch % 2 else rng.permutation(m))
    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


@misconception(of="train", caught_by=SHUFFLES)
@_in_every_style
def keeps_an_order_for_two_epochs(X, Y, hidden_sizes, rng, **settings):
    """You kept each order for two epochs; draw a new one for every epoch."""
    kept = {}

    def order(epoch, m, q, rng):
        if epoch % 2 == 0:
            kept["rows"] = rng.permutation(m)
        return kept["rows"]

    return _train(X, Y, hidden_sizes, rng, **settings, batches=_in_orders(order))


@misconception(of="train", caught_by=SHUFFLES)
@_in_every_style
def shuffles_in_two_epochs_only(X, Y, hidden_sizes, rng, **settings):
    """You shuffled in the first two epochs only."""
    batches = _in_orders(lambda epoch, m, q, rng: rng.permutation(m) if epoch < 2 else np.arange(m))
    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


@misconception(of="train", caught_by=SHUFFLES)
@_in_every_style
def takes_three_orders_in_turn(X, Y, hidden_sizes, rng, **settings):
    """You drew three orders and took them in turn; draw a new one for every epoch."""
    drawn = []

    def order(epoch, m, q, rng):
        if epoch < 3:
            drawn.append(rng.permutation(m))
        return drawn[epoch % 3]

    return _train(X, Y, hidden_sizes, rng, **settings, batches=_in_orders(order))


@misconception(of="train", caught_by=(ADAM_STEPS, SHUFFLES))
@_in_every_style
def last_batch_is_filled_up(X, Y, hidden_sizes, rng, **settings):
    """You filled the last batch up with rows from the beginning; it holds what is left."""

    def order(epoch, m, q, rng):
        rows = rng.permutation(m)
        return np.concatenate([rows, rows[: -m % q]]) if q < m else rows

    return _train(X, Y, hidden_sizes, rng, **settings, batches=_in_orders(order))


@misconception(of="train", caught_by=LARGE_BATCH)
@_in_every_style
def batches_hold_64_rows_at_most(X, Y, hidden_sizes, rng, **settings):
    """You limited batches to 64 rows; they hold batch_size rows."""

    def batches(X, Y, q, rng):
        return minibatches.shuffled_minibatches(X, Y, min(q, 64), rng)

    return _train(X, Y, hidden_sizes, rng, **settings, batches=batches)


@misconception(of="predict", caught_by=(UNITS, LINEAR_TARGET))
def predict_takes_the_statistics_of_the_inputs(model, X):
    """You took predictions back with the statistics of the inputs; use those of the targets."""
    mean, std = model["x_statistics"]
    n = len(model["y_statistics"][0])
    return training.predict({**model, "y_statistics": (mean[:n], std[:n])}, X)


# Predictions far from the data.


def _clipped_inputs(model, X, most):
    """Inputs at most so many deviations from the mean of the training data."""
    mean, std = model["x_statistics"]
    return np.clip(X, mean - most * std, mean + most * std)


@misconception(of="predict", caught_by=FAR)
def predict_clips_at_three_deviations(model, X):
    """You cut inputs off at 3 deviations from the mean; a model is asked for any input."""
    return training.predict(model, _clipped_inputs(model, X, 3.0))


@misconception(of="predict", caught_by=FAR)
def predict_clips_at_twenty_deviations(model, X):
    """You cut inputs off at 20 deviations from the mean; a model is asked for any input."""
    return training.predict(model, _clipped_inputs(model, X, 20.0))


@misconception(of="predict", caught_by=FAR)
def predict_clips_its_results(model, X):
    """You cut predictions off at 5 deviations from the mean target; they may be any number."""
    mean, std = model["y_statistics"]
    return np.clip(training.predict(model, X), mean - 5.0 * std, mean + 5.0 * std)


@misconception(of="predict", caught_by=FAR)
def predict_stays_among_a_thousand_deviations(model, X):
    """You cut predictions off at 1000 deviations from the mean target; they may be any number."""
    mean, std = model["y_statistics"]
    return np.clip(training.predict(model, X), mean - 1e3 * std, mean + 1e3 * std)


@misconception(of="predict", caught_by="test_training_predict_has_no_memory")
def predict_standardises_many_rows_by_their_own(model, X):
    """You took new statistics where there are ten rows or more; use those of the training data."""
    statistics = normalization.standardization_statistics(X)
    return training.predict({**model, "x_statistics": statistics} if len(X) > 9 else model, X)


@misconception(of="predict", caught_by=ROWS_ALONE)
def predict_moves_its_statistics(model, X):
    """You moved the mean towards that of the new data; use that of the training data."""
    mean, std = model["x_statistics"]
    moved = 0.9 * mean + 0.1 * X.mean(axis=0)
    return training.predict({**model, "x_statistics": (moved, std)}, X)

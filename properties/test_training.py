"""Training: what a run starts from, each of its steps, what it reports and what it can learn."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given

from backproof.testing import (
    assert_bounded,
    assert_close,
    assert_float64,
    assert_no_warning,
    assert_one_of,
    assert_that,
    assert_unchanged,
    edge,
    unpack,
)
from backproof.testing.bands import chi_square_band, sub_gaussian_bound
from properties.oracles import training as oracle
from properties.oracles.activations import NAMES
from properties.runs.training import (
    ACCURACY,
    SEEDS,
    TINY,
    as_losses,
    assert_chain_retraced,
    assert_learned,
    assert_long_step,
    assert_retraced,
    assert_unlike,
    batch_orders,
    first_map,
    fit,
    predict,
    retrace,
    run,
    seen,
)
from properties.strategies.training import (
    LECTURE_X,
    LECTURE_Y,
    layouts,
    lecture_case,
    linear_targets,
    odd_data,
    parabolas,
    random_case,
    training_cases,
    two_slopes,
    wide_case,
    with_constant_columns,
)

each_layout = pytest.mark.parametrize("case", layouts().values(), ids=layouts())
each_odd_data = pytest.mark.parametrize("data", odd_data().values(), ids=odd_data())
each_activation = pytest.mark.parametrize("activation", NAMES)
# Those that are 0 at 0, so that a network of any depth is 0 at 0 as long as its biases are.
each_centred_activation = pytest.mark.parametrize("activation", ["tanh", "relu", "identity"])

LINEAR_RUNS = [lecture_case((), seed) for seed in range(3)]
HIDDEN_RUNS = [
    lecture_case([1], seed, activation=name) for name in ("tanh", "sigmoid") for seed in range(2)
]
# Rates at which a second step has gradients of any size, and the first is far from the start.
each_rate = pytest.mark.parametrize(
    ("case", "rate"), [*zip(LINEAR_RUNS, [0.3, 30.0, 1e4], strict=True)], ids=["0.3", "30", "1e4"]
)
each_linear_run = pytest.mark.parametrize("case", LINEAR_RUNS, ids=lambda case: f"{case.seed}")
each_hidden_run = pytest.mark.parametrize(
    "case", HIDDEN_RUNS, ids=lambda case: f"{case.activation}-{case.seed}"
)
# More rows than a batch of the usual sizes holds, for so many epochs that none of them is early.
ONE_BATCH = random_case(100, batch_size=150, epochs=64)
# Two batches of equal or unequal size come in 70 or 35 ways. Ten epochs are alike with a
# probability of 35^-9 = 1e-14; so are ten pairs of epochs, and four or fewer ways in 20 epochs.
SHUFFLED_RUNS = {"equal batches": random_case(8, 4, 20), "a rest": random_case(7, 4, 20)}
# Five epochs come in 252 ways each, and those of two runs are alike with a probability of 252^-5.
OTHER_SEEDS = [replace(random_case(10, 5, 5), seed=seed) for seed in range(2)]
each_shuffled_run = pytest.mark.parametrize("case", SHUFFLED_RUNS.values(), ids=SHUFFLED_RUNS)

# ‖W_L … W_1‖² / n_y is expected to be 1. For one layer it is χ² over its 4608 degrees of freedom,
# so that twice the variance and 4/3 of it (fan_out, fan_avg) fail. For two layers and for seven its
# logarithm has a standard deviation of 0.039 and 0.136 (400 draws of each family), and the bands
# end at 11 of them. One He layer of two is at 17, and the last three of seven are at 15. With ReLU
# either is right, for each layer.
FIRST_WEIGHTS = {
    "linear": (wide_case(96, (), 48), *chi_square_band(96 * 48)),
    "identity": (wide_case(64, [64], 64), 0.65, 1.54),
    "tanh": (wide_case(64, [64], 64, "tanh"), 0.65, 1.54),
    "sigmoid": (wide_case(64, [64], 64, "sigmoid"), 0.65, 1.54),
    "relu": (wide_case(64, [64], 64, "relu"), 0.65, 4 * 1.54),
    "deep": (wide_case(48, [48] * 6, 48), 0.22, 4.5),
}
each_network = pytest.mark.parametrize(
    ("case", "low", "high"), FIRST_WEIGHTS.values(), ids=FIRST_WEIGHTS
)
# Layers with the n weights of one unit for each of n, and of n for one. Given the first, the
# product with the second is sub-Gaussian; layers that repeat each other give √n, 20 or 40 (times
# the length of the first of three, which is bounded, too).
TWINS = {
    "two": (wide_case(1, [400], 1), chi_square_band(400)[1]),
    "three": (wide_case(64, [1, 1600], 1), chi_square_band(1600)[1] * chi_square_band(64)[1]),
}
each_pair_of_layers = pytest.mark.parametrize(("case", "square"), TWINS.values(), ids=TWINS)
# The third singular value is that of rounding, the narrow one never small: a random matrix with
# 13 more columns than rows has a value below a hundredth with a probability below 1e-20.
NARROW = [(4, 16, 20), (16, 4, 20), (16, 20, 4)]
each_narrow_layer = pytest.mark.parametrize("sizes", NARROW, ids=["first", "second", "third"])

each_depth = pytest.mark.parametrize("layers", [1, 3, 6], ids=["two", "four", "seven"])
each_chain = pytest.mark.parametrize("layers", [2, 3], ids=["three", "four"])

# The share of the variance of a target that a model may leave, from the best of a few seeds; the
# mean predictor leaves 1. In 1000 seeds of each of four styles (weights of three families, either
# place of ε, either kind of losses) the most that one left was 0.0011 for the linear targets and
# 0.08 for the curved one. Weights that start equal leave 0.6 of it or more at every seed.
NEARLY_NOTHING, LITTLE = 0.02, 0.3
# On the ordered data the best line leaves 1.0 and shuffled batches at most 1.22, the excess falling
# off by a factor e for each 0.03; sequential batches left 2.7 or more at each of 200 seeds.
ORDERED = 1.5
each_linear_target = pytest.mark.parametrize(
    ("X", "Y", "hidden_sizes", "settings"), linear_targets().values(), ids=linear_targets()
)
each_parabola = pytest.mark.parametrize(
    ("X", "Y", "activation"), parabolas().values(), ids=parabolas()
)

DEFAULTS = {"activation": "tanh", "batch_size": 32, "learning_rate": 1e-3}
OTHERS = {"activation": "relu", "batch_size": 25, "learning_rate": 0.1, "epochs": 2}
each_default = pytest.mark.parametrize("keyword", DEFAULTS)


@each_layout
def test_training_reports_one_loss_for_each_epoch(submission, case):
    """The losses are a list of finite numbers, one for each epoch."""
    run(submission, case, 0.05)


@given(case=training_cases())
def test_training_losses_are_in_standardised_units(submission, case):
    """The loss is mean((Ŷ − Y)² / std²) over all rows and targets, here while nothing moves."""
    model, losses = run(submission, case, TINY)
    units = oracle.Units.of(case.Y)
    prediction = units.standardize(predict(submission, model, case.X, case.Y.shape[1]))
    level = oracle.mean_squared_error(prediction, units.standardize(case.Y))
    assert_close(losses, np.full(case.epochs, level), "losses", tolerance=ACCURACY)


@given(case=training_cases())
def test_training_predicts_each_row_alone(submission, case):
    """A prediction depends on its own row: predict(model, X)[r] = predict(model, X[r])."""
    model, _ = run(submission, case, 0.05)
    X, n_y = 2.0 * case.X - case.X[0], case.Y.shape[1]
    alone = predict(submission, model, X[-1:], n_y)
    together = predict(submission, model, X, n_y)
    assert_close(together[-1:], alone, "the prediction, its last row,", tolerance=1e-8)


@edge
@each_layout
def test_training_same_generator_gives_the_same_run(submission, case):
    """The generator is the only randomness: the same state gives the same losses and model."""
    first, losses = run(submission, case, 0.05)
    second, losses_again = run(submission, case, 0.05)
    assert_close(losses_again, losses, "losses, the second time,")
    required, again = (
        predict(submission, model, case.X, case.Y.shape[1]) for model in (first, second)
    )
    assert_close(again, required, "the prediction, the second time,")


def test_training_draws_afresh_at_every_call(submission):
    """Every call draws its own model: the next on the same generator, and one of another seed."""
    settings = {"batch_size": 3, "epochs": 2, "learning_rate": 0.05}
    rng = np.random.default_rng(0)
    train = submission.training.train
    returned = [train(LECTURE_X, LECTURE_Y, [3], rng, **settings) for _ in range(2)]
    models = [unpack(pair, "model", "losses")[0] for pair in returned]
    models.append(fit(submission, LECTURE_X, LECTURE_Y, [3], seed=1, **settings)[0])
    first, following, other = (predict(submission, model, LECTURE_X, 2) for model in models)
    assert_unlike(following, first, "at the next call on the generator")
    assert_unlike(other, first, "from another seed")


@edge
def test_training_a_model_stays_as_it_is(submission):
    """A model predicts the same after another one was trained."""
    model, _ = fit(submission, LECTURE_X, LECTURE_Y, [3], epochs=2)
    before = predict(submission, model, LECTURE_X, 2)
    fit(submission, -LECTURE_X, -LECTURE_Y, [3], seed=1, epochs=2)
    assert_close(predict(submission, model, LECTURE_X, 2), before, "the prediction, later,")


@edge
@each_layout
def test_training_leaves_its_arguments_unchanged(submission, case):
    """X, Y and the list of hidden sizes still have their values after train and predict."""
    rng = np.random.default_rng(case.seed)
    call = submission.training.train.observe(case.X, case.Y, case.hidden_sizes, rng, epochs=1)
    assert_unchanged(call)
    model, _ = unpack(call.result, "model", "losses")
    assert_unchanged(submission.training.predict.observe(model, case.X))


@edge
@each_activation
def test_training_predictions_are_float64(submission, activation):
    """From float64 data come float64 predictions."""
    model, _ = fit(submission, LECTURE_X, LECTURE_Y, (3,), epochs=1, activation=activation)
    assert_float64(submission.training.predict(model, LECTURE_X), "the prediction")


@each_centred_activation
def test_training_biases_start_at_zero(submission, activation):
    """Biases start at 0, so that a new network predicts the mean target at the mean input."""
    case = lecture_case([3, 2], 0, activation=activation, epochs=1)
    model, _ = run(submission, case, TINY)
    at_the_mean = seen(submission, case, model, np.zeros((1, 4)))
    assert_close(at_the_mean, np.zeros((1, 2)), "the standardised prediction", tolerance=ACCURACY)


@each_network
def test_training_weights_start_as_xavier(submission, case, low, high):
    """First weights have Xavier's variance 1 / n_in, so that E ‖W_L … W_1‖² = n_y."""
    size = np.sum(first_map(submission, case) ** 2) / case.Y.shape[1]
    assert_bounded(size, low, high, "‖W_L … W_1‖² / n_y")


@each_pair_of_layers
def test_training_no_layer_repeats_another(submission, case, square):
    """Each layer is drawn anew: Σ v w of a layer's weights v and the next one's w is about 0."""
    most = sub_gaussian_bound() * np.sqrt(square)
    length = np.linalg.norm(first_map(submission, case))
    assert_bounded(length, 0.0, most, "‖W_L … W_1‖", "the expected value is 1")


@each_narrow_layer
def test_training_narrowest_layer_sets_the_rank(submission, sizes):
    """Each hidden layer has its own size: the rank of W_L … W_1 is the smallest of them."""
    values = np.linalg.svd(first_map(submission, wide_case(24, sizes, 24)), compute_uv=False)
    assert_bounded(values[3] / values[0], 1e-4, 1.0, "the 4th singular value of W_L … W_1")
    assert_bounded(values[4] / values[0], 0.0, 1e-4, "the 5th singular value of W_L … W_1")


def test_training_first_hidden_size_is_that_of_the_first_layer(submission):
    """With a single unit in the first layer, a network sees one combination w x of the inputs."""
    case = wide_case(4, [1, 16, 8], 4, "tanh")
    map_ = first_map(submission, case)
    model, _ = run(submission, case, TINY)
    Z = 2.0 * np.eye(4)
    before, after = (seen(submission, case, model, Z + d) for d in (0.0, oracle.across(map_, 3.0)))
    assert_close(after, before, "the prediction, w x being the same,", tolerance=1e-3)


def test_training_last_hidden_size_is_that_of_the_last_layer(submission):
    """With a single unit in the last hidden layer, predictions are multiples of one vector."""
    case = wide_case(4, (16, 8, 1), 4, "tanh")
    model, _ = run(submission, case, TINY)
    at = seen(submission, case, model, 3.0 * oracle.opposite_probes(4, 1.0) + np.eye(4)[0])
    values = np.linalg.svd(at, compute_uv=False)
    assert_bounded(values[1] / values[0], 0.0, 1e-4, "the 2nd singular value of the predictions")


@each_depth
def test_training_weights_of_every_layer_take_their_step(submission, layers):
    """In a first step much longer than the weights each becomes ±η, and a chain's slope ±η^L."""
    assert_long_step(submission, layers)


@each_chain
def test_training_biases_of_every_layer_take_their_step(submission, layers):
    """In a chain of single units, every weight and every bias takes the steps of Adam."""
    assert_chain_retraced(submission, layers)


@edge
def test_training_predicts_far_from_the_data(submission):
    """A linear model is so everywhere: f(t z) − f(0) = t (f(z) − f(0)), also for t = ±10⁶."""
    case = lecture_case([3], 0, activation="identity")
    model, _ = run(submission, case, 0.05)
    Z = np.array([1.0, -1.0, 0.5, 2.0])
    at, *far = seen(submission, case, model, np.outer([0.0, 1.0, 1e6, -1e6], Z))
    required = at + np.outer([1e6, -1e6], far[0] - at)
    assert_close(far[1:], required, "the standardised prediction", tolerance=ACCURACY)


@each_rate
def test_training_takes_adam_steps_over_shuffled_batches(submission, case, rate):
    """Each mini-batch takes one step of Adam, θ ← θ − η m̂ / √v̂, from its mean squared error."""
    runs, predictions, _ = retrace(submission, case, rate)
    assert_retraced(runs, predictions, rate)


@each_hidden_run
def test_training_backpropagates_into_the_hidden_layer(submission, case):
    """Hidden weights and biases take Adam steps, too, along the gradient of the same loss."""
    runs, predictions, _ = retrace(submission, case, 0.1)
    assert_retraced(runs, predictions)


def test_training_large_batch_size_gives_one_batch(submission):
    """With batch_size ≥ m an epoch is one Adam step on all m rows, the 64th as the first."""
    runs, predictions, _ = retrace(submission, ONE_BATCH, 0.05)
    # About the mean input: the bias has no gradient, and Adam makes steps of its rounding noise.
    about_the_mean = replace(runs, predictions=runs.predictions - runs.predictions[:, :1])
    assert_retraced(about_the_mean, predictions - predictions[:1])


@each_linear_run
def test_training_losses_are_those_of_the_run(submission, case):
    """A loss is its epoch's: Σ |B| loss(B) / m over the mini-batches B, or the loss at its end."""
    runs, predictions, losses = retrace(submission, case, 0.3)
    index = assert_retraced(runs, predictions)
    candidates = {kind: values[index] for kind, values in runs.losses.items()}
    assert_one_of(losses, candidates, "losses", tolerance=ACCURACY)


def test_training_shuffles_by_the_generator(submission):
    """Another state of rng gives other orders of the rows."""
    first, second = (batch_orders(submission, case) for case in OTHER_SEEDS)
    assert_that(first != second, "the same orders as from another seed", "any order")


@each_shuffled_run
def test_training_shuffles_anew_in_every_epoch(submission, case):
    """The rows come in a random order, a new one in every epoch."""
    orders = batch_orders(submission, case)
    fewest = min(len(set(some)) for some in (orders[::2], orders[1::2], orders[10:]))
    assert_that(fewest > 1, "the same order in every epoch, every other, or the last", "any order")
    repeated = [this == last for last, this in pairwise(orders)]
    again = all(repeated[::2]) or all(repeated[1::2])
    assert_that(not again, "the order of the epoch before", "a new order in every epoch")
    assert_that(len(set(orders)) > 4, f"{len(set(orders))} orders in 20 epochs", "any order")


def test_training_ordered_data_are_fitted_as_a_whole(submission):
    """On y = 2x followed by y = −x the model fits all rows, not those at the end of the epoch."""
    settings = {"batch_size": 2, "epochs": 1, "learning_rate": 0.05}
    assert_learned(submission, *two_slopes(), (), ORDERED, **settings)


@each_linear_target
def test_training_learns_a_linear_target(submission, X, Y, hidden_sizes, settings):
    """A linear model learns linear targets nearly exactly, on any scales of X and Y."""
    settings = {**settings, "batch_size": 8, "epochs": 40}
    assert_learned(submission, X, Y, hidden_sizes, NEARLY_NOTHING, **settings)


@each_parabola
def test_training_learns_what_no_linear_model_can(submission, X, Y, activation):
    """A hidden layer learns y = x², of which a linear model explains nothing, on any scales."""
    settings = {"activation": activation, "batch_size": 8, "epochs": 40, "learning_rate": 0.06}
    assert_learned(submission, X, Y, [16], LITTLE, **settings)


@edge
def test_training_copes_with_constant_columns(submission):
    """A constant feature does no harm, and a constant target is predicted as it is."""
    settings = {"batch_size": 8, "epochs": 40, "learning_rate": 0.05}
    assert_learned(submission, *with_constant_columns(), [4], LITTLE, **settings)


def test_training_loss_falls(submission):
    """The training loss falls: after 20 epochs it is below half of the first epoch's."""
    X, Y, activation = parabolas()["tanh"]
    settings = {"activation": activation, "batch_size": 8, "epochs": 20, "learning_rate": 0.1}
    runs = (fit(submission, X, Y, [8], seed, **settings)[1] for seed in SEEDS)
    falls = any(losses[-1] < losses[0] / 2 for losses in runs)
    assert_that(falls, "losses that stay above half of the first", "losses that fall")


@edge
@each_odd_data
def test_training_gives_no_warning(submission, data):
    """One row, constant features or targets: no numerical warning, and finite predictions."""
    X, Y = data
    rng = np.random.default_rng(0)
    call = submission.training.train.observe(X, Y, [3], rng, batch_size=2, epochs=2)
    assert_no_warning(call)
    model, _ = unpack(call.result, "model", "losses")
    assert_no_warning(submission.training.predict.observe(model, X))
    predict(submission, model, X, Y.shape[1])


@edge
@each_default
def test_training_defaults_are_those_of_the_contract(submission, keyword):
    """By default the activation is tanh, the batch size 32 and the learning rate 10⁻³."""
    X, Y = np.tile(LECTURE_X, (10, 1)), np.tile(LECTURE_Y, (10, 1))
    named = {**OTHERS, keyword: DEFAULTS[keyword]}
    left_out = {name: value for name, value in named.items() if name != keyword}
    models = [fit(submission, X, Y, [2], **settings)[0] for settings in (named, left_out)]
    required, returned = (predict(submission, model, X, 2) for model in models)
    assert_close(returned, required, f"the prediction without {keyword}")


@edge
def test_training_options_have_an_order(submission):
    """Activation, batch size, epochs and learning rate, in this order, may go without names."""
    named = {"activation": "relu", "batch_size": 3, "epochs": 2, "learning_rate": 0.05}
    train, data = submission.training.train, (LECTURE_X, LECTURE_Y, [2])
    returned = train(*data, np.random.default_rng(0), *named.values())
    model, _ = fit(submission, *data, **named)
    required = predict(submission, model, LECTURE_X, 2)
    in_order = predict(submission, unpack(returned, "model", "losses")[0], LECTURE_X, 2)
    assert_close(in_order, required, "the prediction, by position")


@edge
def test_training_never_stops_early(submission):
    """There is a loss for each epoch, also where it has long been the same, or is 0."""
    settings = {"batch_size": 2, "epochs": 30}
    fit(submission, LECTURE_X, LECTURE_Y, [2], learning_rate=TINY, **settings)
    nothing = np.zeros_like(LECTURE_X), np.zeros_like(LECTURE_Y)
    fit(submission, *nothing, [2], learning_rate=0.1, **settings)


@edge
def test_training_predict_has_no_memory(submission):
    """A prediction does not depend on those before it, nor on how many rows there are."""
    model, _ = fit(submission, LECTURE_X, LECTURE_Y, [3], epochs=2, learning_rate=0.05)
    together = predict(submission, model, LECTURE_X, 2)
    parts = [predict(submission, model, X, 2) for X in (LECTURE_X[:2], LECTURE_X[2:])]
    assert_close(np.concatenate(parts), together, "the prediction, in two parts")
    many = predict(submission, model, np.tile(LECTURE_X[1:], (100, 1)), 2)
    assert_close(many, np.tile(together[1:], (100, 1)), "the prediction of 300 rows")


@edge
def test_training_runs_a_hundred_epochs_by_default(submission):
    """Without epochs there are 100."""
    returned = submission.training.train(LECTURE_X, LECTURE_Y, (), np.random.default_rng(0))
    as_losses(unpack(returned, "model", "losses")[1], 100)

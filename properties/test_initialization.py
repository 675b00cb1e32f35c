"""Initialization: the distribution of the weights, and what it does to a network."""

import numpy as np
import pytest
from hypothesis import given

from backproof.testing import (
    TOLERANCE,
    as_array,
    assert_bounded,
    assert_close,
    assert_equal,
    assert_float64,
    assert_that,
    edge,
)
from backproof.testing.bands import (
    chi_square_band,
    largest_normal_band,
    largest_uniform_least,
    quadratic_band,
)
from backproof.testing.generators import global_generator
from backproof.testing.statistics import (
    assert_distribution,
    assert_mean_zero,
    assert_uncorrelated,
    assert_variance,
)
from properties.oracles import initialization as oracle
from properties.strategies.initialization import (
    ARGUMENTS,
    RANDOM,
    generator,
    sizes,
    values,
)

# Widths that alternate from layer to layer. Either shape is judged alone: pooled, mistaking n_out
# for n_in would cancel.
NARROW, WIDE, TIMES = 8, 32, 20
# What is required of each of several calls.
OTHER = "another one in each call"

each_function = pytest.mark.parametrize("function", ARGUMENTS)
each_random = pytest.mark.parametrize("function", RANDOM)
each_family = pytest.mark.parametrize(("function", "scale"), [("normal", 0.3), ("uniform", 2.5)])
# The smallest still counts: results are accurate to 1e-9.
each_scale = pytest.mark.parametrize(
    ("function", "scale"),
    [
        pytest.param(name, scale, marks=marks)
        for name in ("normal", "uniform")
        for scale, marks in [(0.3, ()), (2.5, ()), (3e-7, edge), (1e6, edge)]
    ],
)
# Power: in the last shape, of 81920 weights, a variance that is wrong by 7 %.
each_shape = pytest.mark.parametrize(
    ("n_in", "n_out"), [(32, 256), (256, 32), (1, 2048), (2048, 1), (72, 72), (320, 256)]
)
each_small_shape = pytest.mark.parametrize(("n_in", "n_out"), [(1, 1), (2, 1), (1, 9), (9, 1)])
each_few = pytest.mark.parametrize(("n_in", "n_out"), [(2, 1), (1, 2), (3, 4)])
each_mode = pytest.mark.parametrize("mode", oracle.VARIANCES)
each_activation = pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
# Not the sigmoid: its σ(0) = ½ lets the last layer's weights learn, and then the others.
each_zero_at_zero = pytest.mark.parametrize("activation", ["tanh", "relu"])
each_length = pytest.mark.parametrize("n", [256, 512, 1024])
each_weight = pytest.mark.parametrize("w", [1.2, -0.8])


def weights(returned, n_in, n_out):
    """Copy a result into an array of the promised shape, of numbers that can be computed with."""
    W = as_array(returned, "W", (n_out, n_in))
    assert_bounded(W, -1e9, 1e9, "W", "finite weights")
    return W


def draw(submission, function, n_in, n_out, rng):
    """Call the named function, with a scale or value of 0.5 if it takes one."""
    name, *mode = function.split()
    call = getattr(submission.initialization, name)
    return weights(call(n_in, n_out, *ARGUMENTS[name](rng), *mode), n_in, n_out)


def xavier_layers(submission, shapes, mode="fan_in"):
    """Draw the layers of a network in turn, for each (n_in, n_out)."""
    rng, xavier = generator(), submission.initialization.xavier
    return [weights(xavier(*shape, rng, mode), *shape) for shape in shapes]


def equal_layers(function, *arguments):
    """The layers of a network with two hidden ones, from ``zeros`` or ``constant``."""
    shapes = [(3, 4), (4, 3), (3, 2)]
    return [weights(function(*shape, *arguments), *shape) for shape in shapes]


def assert_gains(gains, what):
    """The mean square is kept from NARROW to WIDE and from WIDE to NARROW, each by the χ² test."""
    kept = gains.reshape(-1, TIMES, 2).mean(axis=1) * [NARROW / WIDE, WIDE / NARROW]
    low, high = chi_square_band(TIMES * np.array([WIDE, NARROW]))
    assert_bounded(kept, low, high, what)


def assert_units_alike(per_unit, what):
    """Along the last axis all entries equal the first."""
    first = np.broadcast_to(per_unit[..., :1], per_unit.shape)
    assert_close(per_unit, first, what)


@each_function
@given(size=sizes())
def test_initialization_weights_have_a_row_per_output(submission, function, size):
    """Weights have a row for each output and a column for each input: shape (n_out, n_in)."""
    draw(submission, function, *size, generator())


@edge
@each_function
def test_initialization_weights_are_float64(submission, function):
    """Weights are float64, whatever their values."""
    arguments = ARGUMENTS[function](generator())
    returned = getattr(submission.initialization, function)(3, 2, *arguments)
    as_array(returned, "W", (2, 3))
    assert_float64(returned, "W")


@given(size=sizes())
def test_initialization_zeros_are_zero(submission, size):
    """Zero initialization gives W[j, k] = 0, exactly."""
    W = draw(submission, "zeros", *size, None)
    assert_equal(W, np.zeros_like(W), "W")


@given(size=sizes(), value=values())
def test_initialization_constant_fills_with_its_value(submission, size, value):
    """Constant initialization gives W[j, k] = value, exactly."""
    W = weights(submission.initialization.constant(*size, value), *size)
    assert_equal(W, np.full_like(W, value), "W")


@edge
@each_random
def test_initialization_rng_is_the_only_randomness(submission, function):
    """The same state of rng gives the same weights, whatever numpy's global generator does."""
    with global_generator(1):
        first = draw(submission, function, 16, 8, generator())
    with global_generator(2):
        again = draw(submission, function, 16, 8, generator())
    assert_close(again, first, "W, from the same state of rng,")


@each_random
def test_initialization_next_call_draws_afresh(submission, function):
    """The next call with the same generator gives other weights."""
    rng = generator()
    first, second = (draw(submission, function, 16, 8, rng) for _ in range(2))
    share = np.mean(first != second)
    meaning = f"two calls with one rng gave the same weights in {1 - share:.0%} of the entries"
    rule, what = "new weights at every call", "the share of entries that the next call gives anew"
    assert_bounded(share, 0.9, 1.0, what, rule, meaning=meaning)


@each_random
def test_initialization_entries_differ(submission, function):
    """Weights are drawn one by one, so nearly all entries of W differ from one another."""
    W = draw(submission, function, 32, 32, generator())
    distinct = len(np.unique(W))
    meaning = f"only {distinct} of {W.size} weights differ from one another"
    what, rule = "the share of distinct entries", "a draw of its own for every weight"
    assert_bounded(distinct / W.size, 0.9, 1.0, what, rule, meaning=meaning)


@each_random
def test_initialization_layers_drawn_in_turn_are_uncorrelated(submission, function):
    """Two layers of one shape, drawn in turn from one rng, are independent of one another."""
    rng = generator()
    layers = [draw(submission, function, 32, 16, rng).ravel() for _ in range(2)]
    assert_uncorrelated(layers, "layers")


@each_random
def test_initialization_rows_and_columns_are_uncorrelated(submission, function):
    """Entries are independent, so no row of W repeats another, and no column does."""
    rng = generator()
    assert_uncorrelated(draw(submission, function, 512, 3, rng), "rows")
    assert_uncorrelated(draw(submission, function, 3, 512, rng).T, "columns")


@each_random
def test_initialization_rows_are_no_more_orthogonal_than_chance(submission, function):
    """Rows are independent, also of being orthogonal: E[‖A w‖²] = σ² ‖A‖² for other rows A."""
    # Power: orthogonal rows give 0, and the band begins near 0.6.
    W = draw(submission, function, 64, 64, generator())
    A, rows = np.split(W / np.sqrt(oracle.variance(function, 64)), 2)
    overlap = np.mean((rows @ A.T) ** 2) * len(A) / np.sum(A**2)
    assert_bounded(overlap, *quadratic_band(A.T @ A, len(rows)), "mean ‖A w‖² / σ² ‖A‖²")


@edge
@each_random
@each_small_shape
def test_initialization_nothing_is_fixed_in_a_small_layer(submission, function, n_in, n_out):
    """Every weight is drawn, also where there are few: neither Σ W nor Σ W² is always the same."""
    # That four are so close has a probability below 1e-16, which is that of four W² below 1e-9.
    rng = generator()
    W = np.array([draw(submission, function, n_in, n_out, rng).ravel() for _ in range(4)])
    sums, squares = np.ptp(W.sum(axis=1)), np.ptp((W**2).sum(axis=1))
    meaning = "{} is the same in four calls with one rng"
    what, name = "the range of {} over four calls", "Σ W"
    assert_bounded(sums, 1e-9, np.inf, what.format(name), OTHER, meaning=meaning.format(name))
    name = "Σ W²"
    assert_bounded(squares, 1e-9, np.inf, what.format(name), OTHER, meaning=meaning.format(name))


@edge
@each_random
@each_few
def test_initialization_few_weights_have_no_fixed_spread(submission, function, n_in, n_out):
    """The squared deviation Σ (W − mean W)² is drawn, too: it differs from call to call."""
    # As above, four numbers are so close with a probability below 1e-16.
    rng = generator()
    W = np.array([draw(submission, function, n_in, n_out, rng).ravel() for _ in range(4)])
    what, meaning = "the range of Σ (W − mean W)² over four calls", "{} is the same in four calls"
    spread = np.ptp(((W - W.mean(axis=1, keepdims=True)) ** 2).sum(axis=1))
    assert_bounded(spread, 1e-9, np.inf, what, OTHER, meaning=meaning.format("Σ (W − mean W)²"))


@each_random
def test_initialization_mean_is_zero(submission, function):
    """Random weights have mean zero: E[W[j, k]] = 0."""
    # Power: a mean of 0.09 σ, from 20480 weights.
    assert_mean_zero(draw(submission, function, 640, 32, generator()).ravel(), "W")


@each_scale
def test_initialization_scale_sets_the_variance(submission, function, scale):
    """The variance is std² for N(0, std²), and limit² / 3 for U(−limit, limit)."""
    returned = getattr(submission.initialization, function)(64, 32, scale, generator())
    assert_variance(weights(returned, 64, 32), oracle.FAMILY_VARIANCES[function](scale), "W")


@each_family
def test_initialization_magnitudes_follow_their_family(submission, function, scale):
    """Weights follow N(0, std²) or U(−limit, limit): P(|W| ≤ t) is erf(t / √2 std) or t / limit."""
    W = weights(getattr(submission.initialization, function)(64, 64, scale, generator()), 64, 64)
    assert_distribution(np.abs(W) / scale, oracle.MAGNITUDES[function], "|W|")


@edge
def test_initialization_normal_weights_have_tails(submission):
    """A normal distribution is not cut off: of 2048 weights some lie beyond 2.4 std."""
    W = weights(submission.initialization.normal(32, 64, 0.3, generator()), 32, 64)
    low, high = largest_normal_band(W.size)
    assert_bounded(np.max(np.abs(W)) / 0.3, low, high, "the largest |W| / std")


def test_initialization_uniform_weights_fill_their_interval(submission):
    """U(−limit, limit) stays within its limits and comes close to either of them."""
    W = weights(submission.initialization.uniform(32, 64, 0.3, generator()), 32, 64)
    least = 0.3 * largest_uniform_least(W.size)
    assert_bounded(W, -0.3 - TOLERANCE, 0.3 + TOLERANCE, "W")
    assert_bounded(np.max(W), least, np.inf, "the largest weight")
    assert_bounded(np.min(W), -np.inf, -least, "the smallest weight")


@each_mode
@each_shape
def test_initialization_xavier_mode_sets_the_variance(submission, mode, n_in, n_out):
    """Xavier's variance is 1/n_in for fan_in, 1/n_out for fan_out, 2/(n_in + n_out) for fan_avg."""
    W = weights(submission.initialization.xavier(n_in, n_out, generator(), mode=mode), n_in, n_out)
    assert_variance(W, oracle.VARIANCES[mode](n_in, n_out), "W")


def test_initialization_xavier_takes_fan_in_unless_told(submission):
    """Xavier without a mode has the variance 1/n_in."""
    assert_variance(draw(submission, "xavier", 16, 256, generator()), 1 / 16, "W")


@each_shape
def test_initialization_he_has_twice_the_variance(submission, n_in, n_out):
    """He weights have the variance 2/n_in, twice Xavier's."""
    assert_variance(draw(submission, "he", n_in, n_out, generator()), 2 / n_in, "W")


@each_length
@pytest.mark.parametrize("function", ["normal", "uniform"])
def test_initialization_random_rows_are_nearly_orthogonal(submission, function, n):
    """Random vectors are nearly orthogonal, the more so the longer: |cos(x, y)| falls as 1/√n."""
    assert_uncorrelated(draw(submission, function, n, 2, generator()), "rows")


def test_initialization_mean_activation_stays_zero(submission):
    """Under Xavier the mean activation is zero in every layer: E[hⁱ] = 0."""
    h = oracle.forward(xavier_layers(submission, [(32, 32)] * 3), np.full(32, 0.01), "tanh")
    std = np.sqrt(np.mean(np.square(h[:-1]), axis=1))
    assert_mean_zero(np.array(h[1:]), "h, by layer,", std)


def test_initialization_xavier_keeps_the_variance_of_activations(submission):
    """Under Xavier, while tanh(z) ≈ z, every layer keeps the variance: Var(hⁱ) ≈ Var(hⁱ⁻¹)."""
    layers = xavier_layers(submission, [(16, 64), (64, 16)] * 2)
    h = oracle.forward(layers, 0.01 * oracle.normalised_data(16), "tanh")
    low, high = oracle.tanh_variance_bands(layers, h)
    assert_bounded(oracle.variance_ratios(h), low, high, "Var(hⁱ) / Var(hⁱ⁻¹), by layer,")


def test_initialization_xavier_keeps_the_mean_square_after_any_activation(submission):
    """Under Xavier z = h Wᵀ has the mean square of h, whatever activation h came out of."""
    layers = xavier_layers(submission, [(NARROW, WIDE), (WIDE, NARROW)] * TIMES)
    x = np.cos(np.arange(NARROW))
    gains = [oracle.gains(layers, x, name) for name in ("identity", "tanh", "sigmoid")]
    assert_gains(np.array(gains), "E[zⁱ²] / E[hⁱ⁻¹²], by activation and shape,")


def test_initialization_fan_out_keeps_the_variance_of_gradients(submission):
    """With the variance 1/n_out gradients keep theirs going back: Var(δ W) = Var(δ)."""
    layers = xavier_layers(submission, [(NARROW, WIDE), (WIDE, NARROW)] * TIMES, "fan_out")
    gains = oracle.backward_gains(layers, np.cos(np.arange(NARROW)))
    assert_gains(gains, "E[(δ W)²] / E[δ²], by shape,")


def test_initialization_he_keeps_the_mean_square_through_relu(submission):
    """ReLU drops half of E[z²], so with the factor 2 of He E[h²] stays: E[relu(h Wᵀ)²] = E[h²]."""
    W = draw(submission, "he", 16, 96, generator())
    h = oracle.forward([W], oracle.normalised_data(16), "relu")
    assert_bounded(np.mean(h[1] ** 2), *chi_square_band(W.size), "E[relu(h Wᵀ)²] / E[h²]")


def test_initialization_relu_halves_the_mean_square_under_xavier(submission):
    """Without the factor 2, ReLU halves the mean square: E[relu(h Wᵀ)²] = E[h²] / 2."""
    W = draw(submission, "xavier", 16, 96, generator())
    h = oracle.forward([W], oracle.normalised_data(16), "relu")
    assert_bounded(2 * np.mean(h[1] ** 2), *chi_square_band(W.size), "2 E[relu(h Wᵀ)²] / E[h²]")


@each_activation
def test_initialization_zero_weights_stop_the_gradient(submission, activation):
    """From zero weights no gradient reaches an earlier layer: dh_prev = δ W = 0."""
    layers = equal_layers(submission.initialization.zeros)
    step = oracle.descend(layers, *oracle.regression_data(), activation, 1, 0.5)[0]
    earlier = np.concatenate([gradient.ravel() for gradient in step.dW[:-1] + step.db[:-1]])
    assert_equal(earlier, np.zeros_like(earlier), "the gradient in an earlier layer")


@each_zero_at_zero
def test_initialization_zero_weights_learn_only_the_mean_target(submission, activation):
    """From zero weights a network learns nothing but the mean target, E[Y], for every input."""
    X, Y = oracle.regression_data()
    layers = equal_layers(submission.initialization.zeros)
    prediction = oracle.descend(layers, X, Y, activation, 100, 0.5)[-1].h[-1]
    assert_close(prediction, np.broadcast_to(Y.mean(axis=0), Y.shape), "the trained prediction")


@each_activation
def test_initialization_constant_weights_keep_hidden_units_alike(submission, activation):
    """From constant weights all units of a hidden layer keep one output and one gradient, not 0."""
    layers = equal_layers(submission.initialization.constant, 0.3)
    trace = oracle.descend(layers, *oracle.regression_data(), activation, 50, 0.1)
    dW = np.array([step.dW[0] for step in trace])
    assert_that(np.any(dW[0]), "every gradient in the first layer is 0", "gradients that are not 0")
    assert_units_alike(dW.swapaxes(1, 2), "dW¹, by step, input and unit,")
    assert_units_alike(np.array([step.h[1] for step in trace]), "h¹, by step, row and unit,")
    assert_units_alike(np.array([step.h[2] for step in trace]), "h², by step, row and unit,")


@each_weight
def test_initialization_scalar_network_grows_or_shrinks_exponentially(submission, w):
    """With one weight w per layer, |hᵏ| = |w|ᵏ |x| grows or shrinks exponentially with depth k."""
    layers = [weights(submission.initialization.constant(1, 1, w), 1, 1) for _ in range(40)]
    depths = np.arange(41)
    h = np.ravel(oracle.forward(layers, np.ones(1), "identity"))
    allowed = 2 * TOLERANCE * np.abs(w) ** depths * (depths + 1)
    assert_close(h, w**depths, "h, by depth,", tolerance=allowed)

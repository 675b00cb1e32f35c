"""Mistakes in the first values of the weights: their shape, their variance, their independence."""

import copy
import math

import numpy as np

from backproof.testing import misconception, spelling
from reference import initialization


def _fan(n_in, n_out, mode):
    return {"fan_in": n_in, "fan_out": n_out, "fan_avg": (n_in + n_out) / 2}[mode]


def _cut_off(shape, std, rng, at=2.0):
    """Normal numbers drawn again while they are beyond some std."""
    z = rng.standard_normal(shape)
    while (np.abs(z) > at).any():
        z = np.where(np.abs(z) > at, rng.standard_normal(shape), z)
    return std * z


def _orthogonal(n_in, n_out, rng):
    """A part of a random orthogonal matrix, scaled to entries of variance 1."""
    n = max(n_in, n_out)
    Q, _ = np.linalg.qr(rng.standard_normal((n, n)))
    return math.sqrt(n) * Q[:n_out, :n_in]


@misconception(
    of="zeros",
    caught_by=(
        "test_initialization_zeros_are_zero",
        "test_initialization_zero_weights_stop_the_gradient",
        "test_initialization_zero_weights_learn_only_the_mean_target",
    ),
)
def zeros_are_small_random_numbers(n_in, n_out):
    """You returned small random numbers where zeros were asked for."""
    return 0.01 * np.random.default_rng(1).standard_normal((n_out, n_in))


@misconception(
    of="zeros",
    caught_by=(
        "test_initialization_zeros_are_zero",
        "test_initialization_zero_weights_stop_the_gradient",
    ),
)
def zeros_are_a_small_constant(n_in, n_out):
    """You returned a small number instead of 0; then gradients do reach the earlier layers."""
    return np.full((n_out, n_in), 1e-3)


@misconception(of="zeros", caught_by="test_initialization_zeros_are_zero")
def zeros_leave_ones_on_the_diagonal(n_in, n_out):
    """You returned the identity matrix instead of zeros."""
    return np.eye(n_out, n_in)


@misconception(of="zeros", caught_by="test_initialization_weights_have_a_row_per_output")
def zeros_have_a_row_per_input(n_in, n_out):
    """You returned the shape (n_in, n_out); a row of W belongs to an output."""
    return np.zeros((n_in, n_out))


@misconception(of="zeros", caught_by="test_initialization_weights_are_float64")
def zeros_are_integers(n_in, n_out):
    """You returned integers, on which an update in place fails or is rounded away."""
    return np.zeros((n_out, n_in), dtype=int)


@misconception(
    of="constant",
    caught_by=(
        "test_initialization_constant_fills_with_its_value",
        "test_initialization_scalar_network_grows_or_shrinks_exponentially",
    ),
)
def constant_ignores_its_value(n_in, n_out, value):
    """You filled W with ones, whatever value was asked for."""
    return np.ones((n_out, n_in))


@misconception(
    of="constant",
    caught_by=(
        "test_initialization_constant_fills_with_its_value",
        "test_initialization_constant_weights_keep_hidden_units_alike",
    ),
)
def constant_fills_only_the_diagonal(n_in, n_out, value):
    """You put the value on the diagonal only; every entry of W has it."""
    return value * np.eye(n_out, n_in)


@misconception(
    of="constant", caught_by="test_initialization_constant_weights_keep_hidden_units_alike"
)
def constant_adds_noise_to_break_the_symmetry(n_in, n_out, value):
    """You added a little noise to the constant, so the hidden units are no longer alike."""
    return value + 1e-4 * np.random.default_rng(1).standard_normal((n_out, n_in))


@misconception(
    of="constant", caught_by="test_initialization_constant_weights_keep_hidden_units_alike"
)
def constant_gives_each_unit_its_own_value(n_in, n_out, value):
    """You scaled the value by the unit's number; all units have the same weights."""
    return np.full((n_out, n_in), float(value)) * np.arange(1, n_out + 1)[:, None]


@misconception(of="constant", caught_by="test_initialization_constant_fills_with_its_value")
def constant_is_shared_out_over_the_inputs(n_in, n_out, value):
    """You divided the value by n_in; every entry has the value itself."""
    return np.full((n_out, n_in), value / n_in)


@misconception(
    of="constant",
    caught_by="test_initialization_scalar_network_grows_or_shrinks_exponentially",
)
def constant_drops_the_sign(n_in, n_out, value):
    """You took the magnitude of the value; a constant may be negative."""
    return np.full((n_out, n_in), abs(value))


@misconception(of="constant", caught_by="test_initialization_weights_are_float64")
def constant_is_rounded_to_an_integer(n_in, n_out, value):
    """You filled an array of integers, which cut the value off."""
    return np.full((n_out, n_in), value, dtype=int)


@misconception(of="constant", caught_by="test_initialization_weights_have_a_row_per_output")
def constant_is_one_value_per_unit(n_in, n_out, value):
    """You returned a vector of n_out values; W is a matrix with a column per input."""
    return np.full(n_out, float(value))


@misconception(of="normal", caught_by="test_initialization_scale_sets_the_variance")
def normal_ignores_its_std(n_in, n_out, std, rng):
    """You drew from N(0, 1), whatever std was asked for."""
    return rng.standard_normal((n_out, n_in))


@misconception(of="normal", caught_by="test_initialization_scale_sets_the_variance")
def normal_takes_std_for_the_variance(n_in, n_out, std, rng):
    """You took the root of std as if it were the variance; std is the standard deviation."""
    return rng.normal(0.0, math.sqrt(std), (n_out, n_in))


@misconception(of="normal", caught_by="test_initialization_scale_sets_the_variance")
def normal_squares_its_std(n_in, n_out, std, rng):
    """You passed std² where numpy takes the standard deviation, so weights are too small."""
    return rng.normal(0.0, std**2, (n_out, n_in))


@misconception(
    of="normal",
    caught_by=(
        "test_initialization_magnitudes_follow_their_family",
        "test_initialization_normal_weights_have_tails",
    ),
)
def normal_is_uniform(n_in, n_out, std, rng):
    """You drew from a uniform distribution of the right variance; a normal one is asked for."""
    return rng.uniform(-math.sqrt(3.0) * std, math.sqrt(3.0) * std, (n_out, n_in))


@misconception(of="normal", caught_by="test_initialization_normal_weights_have_tails")
def normal_is_cut_off_at_two_std(n_in, n_out, std, rng):
    """You drew again what was beyond 2 std, so your weights have no tails."""
    return _cut_off((n_out, n_in), std, rng)


@misconception(of="normal", caught_by="test_initialization_next_call_draws_afresh")
def normal_seeds_its_own_generator(n_in, n_out, std, rng):
    """You made a generator of your own with a fixed seed, so every layer gets the same weights."""
    return initialization.normal(n_in, n_out, std, np.random.default_rng(0))


@misconception(of="normal", caught_by="test_initialization_rng_is_the_only_randomness")
def normal_uses_the_global_generator(n_in, n_out, std, rng):
    """You drew from np.random instead of rng, so the result cannot be reproduced."""
    return std * np.random.randn(n_out, n_in)  # noqa: NPY002 - the mistake itself


@misconception(
    of="normal",
    caught_by=(
        "test_initialization_mean_is_zero",
        "test_initialization_random_rows_are_nearly_orthogonal",
    ),
)
def normal_takes_magnitudes(n_in, n_out, std, rng):
    """You took the magnitudes of normal numbers, so no weight is negative."""
    return np.abs(initialization.normal(n_in, n_out, std, rng))


@misconception(of="normal", caught_by="test_initialization_mean_is_zero")
def normal_has_mean_std(n_in, n_out, std, rng):
    """You passed std as the mean as well; the mean is 0."""
    return rng.normal(std, std, (n_out, n_in))


@misconception(
    of="normal",
    caught_by=(
        "test_initialization_rows_and_columns_are_uncorrelated",
        "test_initialization_random_rows_are_nearly_orthogonal",
        "test_initialization_entries_differ",
    ),
)
def normal_repeats_one_row(n_in, n_out, std, rng):
    """You drew one row and repeated it, so all units compute the same."""
    return np.tile(initialization.normal(n_in, 1, std, rng), (n_out, 1))


@misconception(of="normal", caught_by="test_initialization_weights_are_float64")
def normal_is_rounded_to_float32(n_in, n_out, std, rng):
    """You returned float32, which keeps only 7 digits."""
    return initialization.normal(n_in, n_out, std, rng).astype(np.float32)


@misconception(of="uniform", caught_by="test_initialization_uniform_weights_fill_their_interval")
def uniform_is_normal(n_in, n_out, limit, rng):
    """You drew normal weights; some lie beyond the limit."""
    return rng.normal(0.0, limit / math.sqrt(3.0), (n_out, n_in))


@misconception(
    of="uniform",
    caught_by=(
        "test_initialization_mean_is_zero",
        "test_initialization_uniform_weights_fill_their_interval",
        "test_initialization_random_rows_are_nearly_orthogonal",
    ),
)
def uniform_starts_at_zero(n_in, n_out, limit, rng):
    """You drew from U(0, limit), so no weight is negative; the interval starts at −limit."""
    return limit * rng.random((n_out, n_in))


@misconception(
    of="uniform",
    caught_by=(
        "test_initialization_scale_sets_the_variance",
        "test_initialization_uniform_weights_fill_their_interval",
    ),
)
def uniform_is_half_as_wide(n_in, n_out, limit, rng):
    """You drew from an interval of length limit; from −limit to limit it is twice as long."""
    return limit * (rng.random((n_out, n_in)) - 0.5)


@misconception(of="uniform", caught_by="test_initialization_scale_sets_the_variance")
def uniform_takes_its_limit_for_the_std(n_in, n_out, limit, rng):
    """You widened the interval by √3, as if limit were the standard deviation."""
    return rng.uniform(-math.sqrt(3.0) * limit, math.sqrt(3.0) * limit, (n_out, n_in))


@misconception(of="uniform", caught_by="test_initialization_scale_sets_the_variance")
def uniform_ignores_its_limit(n_in, n_out, limit, rng):
    """You drew from U(−1, 1), whatever limit was asked for."""
    return rng.uniform(-1.0, 1.0, (n_out, n_in))


@misconception(of="uniform", caught_by="test_initialization_magnitudes_follow_their_family")
def uniform_adds_two_uniform_numbers(n_in, n_out, limit, rng):
    """You added two uniform numbers, whose sum is triangular: near 0 more often than far out."""
    return limit * (rng.random((n_out, n_in)) - rng.random((n_out, n_in)))


@misconception(
    of="uniform",
    caught_by=(
        "test_initialization_rows_and_columns_are_uncorrelated",
        "test_initialization_entries_differ",
    ),
)
def uniform_repeats_one_column(n_in, n_out, limit, rng):
    """You drew one number for each unit and repeated it over the inputs."""
    return np.tile(initialization.uniform(1, n_out, limit, rng), (1, n_in))


@misconception(
    of="uniform",
    caught_by=(
        "test_initialization_next_call_draws_afresh",
        "test_initialization_layers_drawn_in_turn_are_uncorrelated",
    ),
)
def uniform_draws_from_a_copy_of_rng(n_in, n_out, limit, rng):
    """You drew from a copy of rng, so rng itself never moves on and every layer is the same."""
    return initialization.uniform(n_in, n_out, limit, copy.deepcopy(rng))


@misconception(of="uniform", caught_by="test_initialization_weights_have_a_row_per_output")
def uniform_is_flat(n_in, n_out, limit, rng):
    """You returned all weights in one row; W has the shape (n_out, n_in)."""
    return initialization.uniform(n_in, n_out, limit, rng).ravel()


@misconception(
    of="xavier",
    caught_by=(
        "test_initialization_xavier_mode_sets_the_variance",
        "test_initialization_xavier_keeps_the_variance_of_activations",
        "test_initialization_xavier_keeps_the_mean_square_after_any_activation",
        "test_initialization_fan_out_keeps_the_variance_of_gradients",
    ),
)
def xavier_takes_the_variance_for_the_std(n_in, n_out, rng, mode="fan_in"):
    """You used 1/n as the standard deviation; it is the variance, so take its root."""
    return initialization.normal(n_in, n_out, 1.0 / _fan(n_in, n_out, mode), rng)


@misconception(of="xavier", caught_by="test_initialization_xavier_mode_sets_the_variance")
def xavier_takes_the_root_twice(n_in, n_out, rng, mode="fan_in"):
    """You took the root of the standard deviation once more; the variance is 1/n."""
    return initialization.normal(n_in, n_out, _fan(n_in, n_out, mode) ** -0.25, rng)


@misconception(
    of="xavier",
    caught_by=(
        "test_initialization_xavier_mode_sets_the_variance",
        "test_initialization_xavier_takes_fan_in_unless_told",
        "test_initialization_xavier_keeps_the_variance_of_activations",
        "test_initialization_xavier_keeps_the_mean_square_after_any_activation",
        "test_initialization_fan_out_keeps_the_variance_of_gradients",
        "test_initialization_relu_halves_the_mean_square_under_xavier",
    ),
)
def xavier_swaps_the_fans(n_in, n_out, rng, mode="fan_in"):
    """You swapped n_in and n_out; a square layer does not show it."""
    return initialization.xavier(n_out, n_in, rng, mode).reshape(n_out, n_in)


@misconception(
    of="xavier",
    caught_by=(
        "test_initialization_xavier_mode_sets_the_variance",
        "test_initialization_fan_out_keeps_the_variance_of_gradients",
    ),
)
def xavier_ignores_the_mode(n_in, n_out, rng, mode="fan_in"):
    """You used 1/n_in for every mode."""
    return initialization.xavier(n_in, n_out, rng)


@misconception(of="xavier", caught_by="test_initialization_xavier_takes_fan_in_unless_told")
def xavier_averages_the_fans_by_default(n_in, n_out, rng, mode="fan_avg"):
    """You made fan_avg the default; it is fan_in."""
    return initialization.xavier(n_in, n_out, rng, mode)


@misconception(of="xavier", caught_by="test_initialization_xavier_takes_fan_in_unless_told")
def xavier_looks_backward_by_default(n_in, n_out, rng, mode="fan_out"):
    """You made fan_out the default; it is fan_in."""
    return initialization.xavier(n_in, n_out, rng, mode)


@misconception(of="xavier", caught_by="test_initialization_xavier_mode_sets_the_variance")
def xavier_forgets_the_two_of_the_average(n_in, n_out, rng, mode="fan_in"):
    """You used 1/(n_in + n_out) for fan_avg; the average of the fans gives 2/(n_in + n_out)."""
    std = math.sqrt(1.0 / (n_in + n_out if mode == "fan_avg" else _fan(n_in, n_out, mode)))
    return initialization.normal(n_in, n_out, std, rng)


@misconception(of="xavier", caught_by="test_initialization_xavier_mode_sets_the_variance")
def xavier_forgets_the_root_of_the_average(n_in, n_out, rng, mode="fan_in"):
    """You used 2/(n_in + n_out) as the standard deviation for fan_avg; it is the variance."""
    variance = 1.0 / _fan(n_in, n_out, mode)
    return initialization.normal(n_in, n_out, variance if mode == "fan_avg" else variance**0.5, rng)


@misconception(of="xavier", caught_by="test_initialization_xavier_mode_sets_the_variance")
def xavier_takes_three_for_two_in_the_average(n_in, n_out, rng, mode="fan_in"):
    """You used 3/(n_in + n_out) for fan_avg; 3 belongs to the limit of a uniform family."""
    std = math.sqrt((1.5 if mode == "fan_avg" else 1.0) / _fan(n_in, n_out, mode))
    return initialization.normal(n_in, n_out, std, rng)


@misconception(of="xavier", caught_by="test_initialization_xavier_mode_sets_the_variance")
def xavier_averages_the_variances(n_in, n_out, rng, mode="fan_in"):
    """You averaged 1/n_in and 1/n_out for fan_avg; it is the fans that are averaged."""
    variance = (
        (1.0 / n_in + 1.0 / n_out) / 2 if mode == "fan_avg" else 1.0 / _fan(n_in, n_out, mode)
    )
    return initialization.normal(n_in, n_out, math.sqrt(variance), rng)


@misconception(
    of="xavier",
    caught_by=(
        "test_initialization_xavier_mode_sets_the_variance",
        "test_initialization_xavier_keeps_the_mean_square_after_any_activation",
    ),
)
def xavier_forgets_the_three_of_the_uniform(n_in, n_out, rng, mode="fan_in"):
    """You drew from U(−σ, σ), whose variance is σ²/3; the limit is √3 σ."""
    return initialization.uniform(n_in, n_out, _fan(n_in, n_out, mode) ** -0.5, rng)


@misconception(of="xavier", caught_by="test_initialization_xavier_mode_sets_the_variance")
def xavier_cuts_off_without_rescaling(n_in, n_out, rng, mode="fan_in"):
    """You cut the normal distribution off at 2σ, which leaves 0.77 of its variance."""
    return _cut_off((n_out, n_in), _fan(n_in, n_out, mode) ** -0.5, rng)


@misconception(of="xavier", caught_by="test_initialization_xavier_mode_sets_the_variance")
def xavier_cuts_off_further_out_without_rescaling(n_in, n_out, rng, mode="fan_in"):
    """You cut the normal distribution off at 2.5σ, which leaves 0.91 of its variance."""
    return _cut_off((n_out, n_in), _fan(n_in, n_out, mode) ** -0.5, rng, at=2.5)


@misconception(
    of="xavier",
    caught_by=(
        "test_initialization_relu_halves_the_mean_square_under_xavier",
        "test_initialization_xavier_keeps_the_mean_square_after_any_activation",
    ),
)
def xavier_has_the_factor_of_he(n_in, n_out, rng, mode="fan_in"):
    """You doubled the variance as for ReLU; Xavier's is 1/n."""
    return math.sqrt(2.0) * initialization.xavier(n_in, n_out, rng, mode)


@misconception(
    of="xavier",
    caught_by=(
        "test_initialization_mean_is_zero",
        "test_initialization_mean_activation_stays_zero",
    ),
)
def xavier_takes_magnitudes(n_in, n_out, rng, mode="fan_in"):
    """You took the magnitudes of the weights, so the activations drift away from mean 0."""
    return np.abs(initialization.xavier(n_in, n_out, rng, mode))


@misconception(
    of="xavier",
    caught_by=(
        "test_initialization_mean_is_zero",
        "test_initialization_mean_activation_stays_zero",
    ),
)
def xavier_shifts_the_mean(n_in, n_out, rng, mode="fan_in"):
    """You shifted all weights by half a standard deviation; their mean is 0."""
    W = initialization.xavier(n_in, n_out, rng, mode)
    return W + 0.5 * _fan(n_in, n_out, mode) ** -0.5


@misconception(of="xavier", caught_by="test_initialization_rows_and_columns_are_uncorrelated")
def xavier_multiplies_two_vectors(n_in, n_out, rng, mode="fan_in"):
    """You multiplied a column by a row, so every row of W is a multiple of one vector."""
    rows = initialization.normal(1, n_out, 1.0, rng)
    return rows * initialization.normal(n_in, 1, _fan(n_in, n_out, mode) ** -0.5, rng)


@misconception(of="xavier", caught_by="test_initialization_rows_and_columns_are_uncorrelated")
def xavier_mirrors_half_of_its_units(n_in, n_out, rng, mode="fan_in"):
    """You made the second half of the rows the negative of the first half."""
    W = initialization.xavier(n_in, n_out, rng, mode)
    half = n_out // 2
    W[n_out - half :] = -W[:half]
    return W


@misconception(of="xavier", caught_by="test_initialization_entries_differ")
def xavier_is_symmetric(n_in, n_out, rng, mode="fan_in"):
    """You mirrored square weights at their diagonal; all entries are independent."""
    W = initialization.xavier(n_in, n_out, rng, mode)
    return np.triu(W) + np.triu(W, 1).T if n_in == n_out else W


@misconception(of="xavier", caught_by="test_initialization_entries_differ")
def xavier_draws_only_signs(n_in, n_out, rng, mode="fan_in"):
    """You drew only the sign of each weight; all have the same magnitude."""
    return np.sign(rng.random((n_out, n_in)) - 0.5) * _fan(n_in, n_out, mode) ** -0.5


@misconception(
    of="he",
    caught_by=(
        "test_initialization_he_has_twice_the_variance",
        "test_initialization_he_keeps_the_mean_square_through_relu",
    ),
)
def he_is_xavier(n_in, n_out, rng):
    """You left out the factor 2 that makes up for the half that ReLU drops."""
    return initialization.xavier(n_in, n_out, rng)


@misconception(
    of="he",
    caught_by=(
        "test_initialization_he_has_twice_the_variance",
        "test_initialization_he_keeps_the_mean_square_through_relu",
    ),
)
def he_counts_the_outputs(n_in, n_out, rng):
    """You used 2/n_out; the variance that ReLU needs is 2/n_in."""
    return initialization.normal(n_in, n_out, math.sqrt(2.0 / n_out), rng)


@misconception(of="he", caught_by="test_initialization_he_has_twice_the_variance")
def he_averages_the_fans(n_in, n_out, rng):
    """You used 2/(n_in + n_out), which is Xavier's fan_avg; for ReLU it is 2/n_in."""
    return initialization.xavier(n_in, n_out, rng, "fan_avg")


@misconception(
    of="he",
    caught_by=(
        "test_initialization_he_has_twice_the_variance",
        "test_initialization_he_keeps_the_mean_square_through_relu",
    ),
)
def he_doubles_the_std(n_in, n_out, rng):
    """You doubled the standard deviation; it is the variance that is doubled."""
    return 2.0 * initialization.xavier(n_in, n_out, rng)


@misconception(of="he", caught_by="test_initialization_he_has_twice_the_variance")
def he_takes_the_variance_for_the_std(n_in, n_out, rng):
    """You used 2/n_in as the standard deviation; it is the variance, so take its root."""
    return initialization.normal(n_in, n_out, 2.0 / n_in, rng)


@misconception(of="he", caught_by="test_initialization_he_has_twice_the_variance")
def he_takes_a_uniform_limit_for_the_std(n_in, n_out, rng):
    """You used √(6/n_in), the limit of a uniform family, as the deviation of a normal one."""
    return initialization.normal(n_in, n_out, math.sqrt(6.0 / n_in), rng)


@misconception(of="he", caught_by="test_initialization_he_has_twice_the_variance")
def he_cuts_off_without_rescaling(n_in, n_out, rng):
    """You cut the normal distribution off at 2σ, which leaves 0.77 of its variance."""
    return _cut_off((n_out, n_in), math.sqrt(2.0 / n_in), rng)


@misconception(of="he", caught_by="test_initialization_he_has_twice_the_variance")
def he_cuts_off_further_out_without_rescaling(n_in, n_out, rng):
    """You cut the normal distribution off at 2.5σ, which leaves 0.91 of its variance."""
    return _cut_off((n_out, n_in), math.sqrt(2.0 / n_in), rng, at=2.5)


@misconception(of="he", caught_by="test_initialization_mean_is_zero")
def he_keeps_what_relu_keeps(n_in, n_out, rng):
    """You applied ReLU to the weights themselves; ReLU acts on the pre-activations."""
    return np.maximum(initialization.he(n_in, n_out, rng), 0.0)


@misconception(
    of="he",
    caught_by=(
        "test_initialization_next_call_draws_afresh",
        "test_initialization_layers_drawn_in_turn_are_uncorrelated",
    ),
)
def he_seeds_rng_again(n_in, n_out, rng):
    """You went back to rng's first state in every call, so layers of one shape are the same."""
    return initialization.he(n_in, n_out, np.random.default_rng(rng.bit_generator.seed_seq))


@misconception(of="he", caught_by="test_initialization_rng_is_the_only_randomness")
def he_makes_a_new_generator(n_in, n_out, rng):
    """You made a new generator without a seed, so the result cannot be reproduced."""
    return initialization.he(n_in, n_out, np.random.default_rng())


@misconception(of="he", caught_by="test_initialization_weights_have_a_row_per_output")
def he_has_a_row_per_input(n_in, n_out, rng):
    """You returned the shape (n_in, n_out); a row of W belongs to an output."""
    return initialization.he(n_in, n_out, rng).T


# Scales, thresholds of size, and layers of a few weights.


@misconception(of="normal", caught_by="test_initialization_scale_sets_the_variance")
def normal_caps_its_std(n_in, n_out, std, rng):
    """You cut std off at 1; it may be of any size."""
    return initialization.normal(n_in, n_out, min(std, 1.0), rng)


@misconception(of="normal", caught_by="test_initialization_scale_sets_the_variance")
def normal_has_a_least_std(n_in, n_out, std, rng):
    """You raised a small std to 0.001; it may be of any size."""
    return initialization.normal(n_in, n_out, max(std, 1e-3), rng)


@misconception(of="normal", caught_by="test_initialization_scale_sets_the_variance")
def normal_rounds_its_std(n_in, n_out, std, rng):
    """You rounded std to 6 decimals, which leaves nothing of a small one."""
    return initialization.normal(n_in, n_out, round(std, 6), rng)


@misconception(of="normal", caught_by="test_initialization_scale_sets_the_variance")
def normal_adds_noise_to_its_std(n_in, n_out, std, rng):
    """You added a small number to std against 0; the deviation is std itself."""
    return initialization.normal(n_in, n_out, std + 1e-7, rng)


@misconception(of="normal", caught_by="test_initialization_scale_sets_the_variance")
def normal_clips_its_weights(n_in, n_out, std, rng):
    """You cut the weights off at ±10; with a large std they are larger."""
    return np.clip(initialization.normal(n_in, n_out, std, rng), -10.0, 10.0)


@misconception(of="uniform", caught_by="test_initialization_scale_sets_the_variance")
def uniform_caps_its_limit(n_in, n_out, limit, rng):
    """You cut the limit off at 3; it may be of any size."""
    return initialization.uniform(n_in, n_out, min(limit, 3.0), rng)


@misconception(of="uniform", caught_by="test_initialization_scale_sets_the_variance")
def uniform_rounds_its_weights(n_in, n_out, limit, rng):
    """You rounded the weights to 6 decimals, which leaves nothing of small ones."""
    return np.round(initialization.uniform(n_in, n_out, limit, rng), 6)


@misconception(of="uniform", caught_by="test_initialization_scale_sets_the_variance")
def uniform_has_a_least_limit(n_in, n_out, limit, rng):
    """You raised a small limit to 0.001; it may be of any size."""
    return initialization.uniform(n_in, n_out, max(limit, 1e-3), rng)


@misconception(of="constant", caught_by="test_initialization_constant_fills_with_its_value")
def constant_is_cut_off(n_in, n_out, value):
    """You cut the value off at ±100; a constant may be of any size."""
    return np.full((n_out, n_in), min(max(value, -100.0), 100.0))


@misconception(of="he", caught_by="test_initialization_he_has_twice_the_variance")
def he_counts_512_inputs_at_most(n_in, n_out, rng):
    """You stopped counting inputs at 512; the variance is 2/n_in for any number of them."""
    return initialization.normal(n_in, n_out, math.sqrt(2.0 / min(n_in, 512)), rng)


@misconception(of="xavier", caught_by="test_initialization_xavier_mode_sets_the_variance")
def xavier_has_a_least_std(n_in, n_out, rng, mode="fan_in"):
    """You raised a small deviation to 0.05; in a wide layer it is smaller."""
    std = max(_fan(n_in, n_out, mode) ** -0.5, 0.05)
    return initialization.normal(n_in, n_out, std, rng)


@misconception(of="xavier", caught_by="test_initialization_xavier_mode_sets_the_variance")
def xavier_halves_a_single_output(n_in, n_out, rng, mode="fan_in"):
    """You halved the weights of a layer with one output; it follows the same rule."""
    return initialization.xavier(n_in, n_out, rng, mode) / (2.0 if n_out == 1 else 1.0)


@misconception(of="he", caught_by="test_initialization_he_has_twice_the_variance")
def he_is_xavier_for_one_input(n_in, n_out, rng):
    """You left out the factor 2 for a single input; it is for every layer."""
    return initialization.xavier(n_in, n_out, rng) * (1.0 if n_in == 1 else math.sqrt(2.0))


@misconception(of="normal", caught_by="test_initialization_nothing_is_fixed_in_a_small_layer")
def normal_subtracts_the_mean(n_in, n_out, std, rng):
    """You subtracted the mean of the weights, so a single weight is always 0."""
    W = initialization.normal(n_in, n_out, std, rng)
    return W - W.mean()


@misconception(of="uniform", caught_by="test_initialization_nothing_is_fixed_in_a_small_layer")
def uniform_subtracts_the_mean(n_in, n_out, limit, rng):
    """You subtracted the mean of the weights from all but single ones, so their sum is always 0."""
    W = initialization.uniform(n_in, n_out, limit, rng)
    return W - W.mean() * (W.size > 1)


@misconception(of="xavier", caught_by="test_initialization_nothing_is_fixed_in_a_small_layer")
def xavier_scales_to_the_exact_variance(n_in, n_out, rng, mode="fan_in"):
    """You scaled the weights to have exactly that mean square, so a single one has one size."""
    W = initialization.xavier(n_in, n_out, rng, mode)
    return W / np.sqrt(np.mean(W**2) * _fan(n_in, n_out, mode))


@misconception(of="xavier", caught_by="test_initialization_nothing_is_fixed_in_a_small_layer")
def xavier_subtracts_the_mean_of_a_unit(n_in, n_out, rng, mode="fan_in"):
    """You subtracted the mean of the weights of each unit, so with one input all are 0."""
    W = initialization.xavier(n_in, n_out, rng, mode)
    return W - W.mean(axis=1, keepdims=True)


@misconception(of="he", caught_by="test_initialization_nothing_is_fixed_in_a_small_layer")
def he_gives_all_rows_one_length(n_in, n_out, rng):
    """You scaled each row to the length √2; lengths of random rows differ."""
    W = initialization.he(n_in, n_out, rng)
    return math.sqrt(2.0) * W / np.linalg.norm(W, axis=1, keepdims=True)


@misconception(of="he", caught_by="test_initialization_nothing_is_fixed_in_a_small_layer")
def he_is_not_random_for_one_weight(n_in, n_out, rng):
    """You returned √2 for a layer with a single weight; it is drawn as any other."""
    W = initialization.he(n_in, n_out, rng)
    return np.full((1, 1), math.sqrt(2.0)) if W.size == 1 else W


@misconception(of="xavier", caught_by="test_initialization_few_weights_have_no_fixed_spread")
def xavier_scales_to_the_exact_deviation(n_in, n_out, rng, mode="fan_in"):
    """You scaled the weights to have exactly that standard deviation; their own is drawn, too."""
    W = initialization.xavier(n_in, n_out, rng, mode)
    spread = W.std() if W.size > 1 else 1.0
    return W / (spread * np.sqrt(_fan(n_in, n_out, mode)))


@misconception(of="normal", caught_by="test_initialization_few_weights_have_no_fixed_spread")
def normal_scales_to_the_exact_deviation(n_in, n_out, std, rng):
    """You scaled the weights to have exactly that standard deviation; their own is drawn, too."""
    W = initialization.normal(n_in, n_out, std, rng)
    return W / W.std() * std if W.size > 1 else W


# Independence and the mean, to the accuracy of larger draws.


@misconception(of="normal", caught_by="test_initialization_rows_are_no_more_orthogonal_than_chance")
def normal_is_orthogonal(n_in, n_out, std, rng):
    """You made the rows exactly orthogonal; random rows are so only nearly."""
    return std * _orthogonal(n_in, n_out, rng)


@misconception(of="xavier", caught_by="test_initialization_rows_are_no_more_orthogonal_than_chance")
def xavier_is_orthogonal(n_in, n_out, rng, mode="fan_in"):
    """You made the rows exactly orthogonal; independent entries make them so only nearly."""
    return _orthogonal(n_in, n_out, rng) * _fan(n_in, n_out, mode) ** -0.5


@misconception(of="he", caught_by="test_initialization_rows_are_no_more_orthogonal_than_chance")
def he_is_orthogonal_where_it_is_square(n_in, n_out, rng):
    """You made square weights orthogonal; their entries are independent, whatever the shape."""
    if n_in != n_out:
        return initialization.he(n_in, n_out, rng)
    return _orthogonal(n_in, n_out, rng) * math.sqrt(2.0 / n_in)


@misconception(of="normal", caught_by="test_initialization_mean_is_zero")
def normal_is_a_little_off_zero(n_in, n_out, std, rng):
    """You drew with a mean of 0.1 std; it is 0."""
    return rng.normal(0.1 * std, std, (n_out, n_in))


@misconception(of="he", caught_by="test_initialization_mean_is_zero")
def he_is_off_zero(n_in, n_out, rng):
    """You shifted the weights by a fifth of their deviation; their mean is 0."""
    return initialization.he(n_in, n_out, rng) + 0.2 * math.sqrt(2.0 / n_in)


@misconception(of="uniform", caught_by="test_initialization_mean_is_zero")
def uniform_is_a_little_off_zero(n_in, n_out, limit, rng):
    """You drew from an interval that ends below limit, so the mean is below 0."""
    return rng.uniform(-limit, 0.85 * limit, (n_out, n_in))


@misconception(of="xavier", caught_by="test_initialization_mean_is_zero")
def xavier_is_off_zero_by_fan_avg(n_in, n_out, rng, mode="fan_in"):
    """You shifted the weights of fan_avg by a tenth of their deviation; their mean is 0."""
    W = initialization.xavier(n_in, n_out, rng, mode)
    return W + (0.1 * _fan(n_in, n_out, mode) ** -0.5 if mode == "fan_avg" else 0.0)


@misconception(
    of="xavier",
    caught_by=(
        "test_initialization_next_call_draws_afresh",
        "test_initialization_layers_drawn_in_turn_are_uncorrelated",
    ),
)
def xavier_seeds_rng_again_for_fan_avg(n_in, n_out, rng, mode="fan_in"):
    """You went back to rng's first state in every call of fan_avg; draw on from where it is."""
    again = np.random.default_rng(rng.bit_generator.seed_seq)
    return initialization.xavier(n_in, n_out, again if mode == "fan_avg" else rng, mode)


@misconception(of="xavier", caught_by="test_initialization_next_call_draws_afresh")
def xavier_copies_rng_for_fan_out(n_in, n_out, rng, mode="fan_in"):
    """You drew from a copy of rng for fan_out, so the next layer is the same."""
    return initialization.xavier(
        n_in, n_out, copy.deepcopy(rng) if mode == "fan_out" else rng, mode
    )


@misconception(of="xavier", caught_by="test_initialization_rng_is_the_only_randomness")
def xavier_makes_a_generator_for_fan_out(n_in, n_out, rng, mode="fan_in"):
    """You made a generator of your own for fan_out, so the result cannot be reproduced."""
    own = np.random.default_rng() if mode == "fan_out" else rng
    return initialization.xavier(n_in, n_out, own, mode)


# Weights ordered (n_in, n_out), and draws in another way.


def _row_per_input(values):
    """The same numbers with a row for each input."""
    return values.reshape(values.shape[::-1])


@misconception(of="normal", caught_by="test_initialization_weights_have_a_row_per_output")
def normal_has_a_row_per_input(n_in, n_out, std, rng):
    """You returned the shape (n_in, n_out); a row of W belongs to an output."""
    return _row_per_input(initialization.normal(n_in, n_out, std, rng))


@spelling(of=normal_has_a_row_per_input)
def _normal_is_transposed(n_in, n_out, std, rng):
    return initialization.normal(n_in, n_out, std, rng).T


@misconception(of="uniform", caught_by="test_initialization_weights_have_a_row_per_output")
def uniform_has_a_row_per_input(n_in, n_out, limit, rng):
    """You returned the shape (n_in, n_out); a row of W belongs to an output."""
    return _row_per_input(initialization.uniform(n_in, n_out, limit, rng))


@misconception(of="xavier", caught_by="test_initialization_weights_have_a_row_per_output")
def xavier_has_a_row_per_input(n_in, n_out, rng, mode="fan_in"):
    """You returned the shape (n_in, n_out); a row of W belongs to an output."""
    return _row_per_input(initialization.xavier(n_in, n_out, rng, mode))


@spelling(of=xavier_has_a_row_per_input)
def _xavier_is_transposed(n_in, n_out, rng, mode="fan_in"):
    return initialization.xavier(n_in, n_out, rng, mode).T


@spelling(of=he_has_a_row_per_input)
def _he_draws_a_row_per_input(n_in, n_out, rng):
    return _row_per_input(initialization.he(n_in, n_out, rng))


@misconception(of="constant", caught_by="test_initialization_weights_have_a_row_per_output")
def constant_has_a_row_per_input(n_in, n_out, value):
    """You returned the shape (n_in, n_out); a row of W belongs to an output."""
    return np.full((n_in, n_out), float(value))


@misconception(of="he", caught_by="test_initialization_mean_is_zero")
def he_draws_from_zero_to_one(n_in, n_out, rng):
    """You scaled uniform numbers from 0 to 1, whose mean is ½; weights have mean 0."""
    return math.sqrt(2.0 / n_in) * rng.random((n_out, n_in))


@misconception(of="xavier", caught_by="test_initialization_mean_is_zero")
def xavier_draws_from_zero_to_one(n_in, n_out, rng, mode="fan_in"):
    """You scaled uniform numbers from 0 to 1, whose mean is ½; weights have mean 0."""
    return _fan(n_in, n_out, mode) ** -0.5 * rng.random((n_out, n_in))


@misconception(of="he", caught_by="test_initialization_he_has_twice_the_variance")
def he_forgets_the_three_of_the_uniform(n_in, n_out, rng):
    """You drew from U(−σ, σ), whose variance is σ²/3; the limit is √3 σ."""
    return initialization.uniform(n_in, n_out, math.sqrt(2.0 / n_in), rng)

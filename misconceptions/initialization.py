"""Mistakes in the first values of the weights: their shape, their variance, their independence."""

import copy
import math

import numpy as np

from backproof.testing import misconception
from reference import initialization


def _fan(n_in, n_out, mode):
    return {"fan_in": n_in, "fan_out": n_out, "fan_avg": (n_in + n_out) / 2}[mode]


def _cut_off(shape, std, rng):
    """Normal numbers drawn again while they are beyond 2 std."""
    z = rng.standard_normal(shape)
    while (np.abs(z) > 2.0).any():
        z = np.where(np.abs(z) > 2.0, rng.standard_normal(shape), z)
    return std * z


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

"""Mistakes in the elementwise functions."""

import functools

import numpy as np

from backproof.testing import misconception, spelling
from reference import activations


@misconception(of="identity", caught_by="test_activations_identity_returns_its_input")
def identity_clips_negative_values(z):
    """You let the identity drop negative values, as ReLU does."""
    return np.maximum(z, 0.0)


@misconception(of="identity", caught_by="test_activations_never_decrease")
def identity_returns_the_magnitude(z):
    """You took the absolute value of z in the identity."""
    return np.abs(z)


@misconception(of="identity_derivative", caught_by="test_activations_identity_derivative_is_one")
def identity_derivative_returns_z(z):
    """You returned z as the derivative of the identity; the derivative of z in z is 1."""
    return z


@misconception(of="identity_derivative", caught_by="test_activations_keep_the_shape")
def identity_derivative_returns_one_number(z):
    """You returned the single number 1 instead of an array of ones in the shape of z."""
    return 1.0


@misconception(of="tanh", caught_by="test_activations_tanh_is_the_hyperbolic_tangent")
def tanh_halves_its_argument(z):
    """You left out the factor 2 in tanh(z) = 2 σ(2z) − 1."""
    return 2.0 * activations.sigmoid(z) - 1.0


@misconception(of="tanh", caught_by="test_activations_tanh_is_odd")
def tanh_is_the_sigmoid(z):
    """You returned the sigmoid instead of tanh: its values lie in (0, 1) and are not odd."""
    return activations.sigmoid(z)


@misconception(
    of="tanh",
    caught_by=(
        "test_activations_are_right_far_from_zero",
        "test_activations_give_no_warning_far_from_zero",
    ),
)
def tanh_overflows(z):
    """You computed eᶻ for large z, which overflows: inf / inf is not a number."""
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))


@misconception(of="tanh", caught_by="test_activations_give_no_warning_far_from_zero")
def tanh_overflows_in_its_denominator(z):
    """You computed e⁻²ᶻ for z far below 0, which overflows with a warning."""
    return 2 / (1 + np.exp(-2 * z)) - 1


@misconception(of="relu", caught_by="test_activations_relu_keeps_the_positive_part")
def relu_leaks(z):
    """You let ReLU pass a fraction of the negative values; that is the leaky ReLU."""
    return np.where(z > 0, z, 0.01 * z)


@misconception(of="relu", caught_by="test_activations_stay_in_their_range")
def relu_keeps_the_negative_part(z):
    """You kept the negative part instead of the positive one."""
    return np.minimum(z, 0.0)


@misconception(of="relu", caught_by="test_activations_leave_z_unchanged")
def relu_overwrites_its_input(z):
    """You set the negative entries of z itself to 0, so the caller's array changed."""
    if np.ndim(z) == 0:
        return np.maximum(z, 0.0)
    z[z < 0] = 0.0
    return z


@misconception(of="relu", caught_by="test_activations_keep_float64")
def relu_rounds_to_float32(z):
    """You converted to float32, which keeps only 7 digits."""
    return np.maximum(z, 0.0).astype(np.float32)


@misconception(of="sigmoid", caught_by="test_activations_sigmoid_is_the_logistic_function")
def sigmoid_without_the_minus(z):
    """You left out the minus in e⁻ᶻ, so your sigmoid falls where it has to rise."""
    return activations.sigmoid(-z)


@misconception(of="sigmoid", caught_by="test_activations_sigmoid_of_minus_z_is_the_complement")
def sigmoid_is_tanh(z):
    """You returned tanh instead of the sigmoid: its values lie in (−1, 1)."""
    return np.tanh(z)


@misconception(of="sigmoid", caught_by="test_activations_give_no_warning_far_from_zero")
def sigmoid_overflows(z):
    """You computed e⁻ᶻ for z far below 0, which overflows with a warning."""
    return 1.0 / (1.0 + np.exp(-z))


@misconception(of="sigmoid", caught_by="test_activations_are_right_far_from_zero")
def sigmoid_as_a_quotient_of_exponentials(z):
    """You computed eᶻ / (1 + eᶻ) for every z; for large z that is inf / inf."""
    with np.errstate(all="ignore"):
        return np.exp(z) / (1.0 + np.exp(z))


@misconception(of="tanh_derivative", caught_by="test_activations_tanh_derivative_is_taken_at_z")
def tanh_derivative_of_h(z):
    """You used 1 − z², which is the derivative in terms of h; the argument here is z."""
    return 1.0 - z**2


@misconception(of="tanh_derivative", caught_by="test_activations_tanh_derivative_is_taken_at_z")
def tanh_derivative_twice_the_activation(z):
    """You applied tanh twice: the argument is already z, so h is tanh(z)."""
    return 1.0 - np.tanh(np.tanh(z)) ** 2


@misconception(of="tanh_derivative", caught_by="test_activations_smooth_derivatives_are_even")
def tanh_derivative_without_the_square(z):
    """You used 1 − tanh(z); the derivative is 1 − tanh²(z)."""
    return 1.0 - np.tanh(z)


@misconception(
    of="tanh_derivative", caught_by="test_activations_derivatives_are_right_far_from_zero"
)
def tanh_derivative_overflows(z):
    """You divided exponentials that overflow for large |z|: inf / inf is not a number."""
    with np.errstate(all="ignore"):
        return 4.0 * np.exp(2.0 * z) / (np.exp(2.0 * z) + 1.0) ** 2


@misconception(of="tanh_derivative", caught_by="test_activations_give_no_warning_far_from_zero")
def tanh_derivative_overflows_in_its_denominator(z):
    """You computed (eᶻ + e⁻ᶻ)², which overflows with a warning where |z| is large."""
    return 4 / (np.exp(z) + np.exp(-z)) ** 2


@misconception(
    of="relu_derivative",
    caught_by="test_activations_relu_derivative_is_one_where_z_is_positive",
)
def relu_derivative_is_relu(z):
    """You returned relu(z) as its own derivative; the slope where z > 0 is 1."""
    return activations.relu(z)


@misconception(
    of="relu_derivative",
    caught_by="test_activations_relu_derivative_is_one_where_z_is_positive",
)
def relu_derivative_is_always_one(z):
    """You let the gradient pass where z < 0, too; there ReLU is flat."""
    return np.ones_like(z)


@misconception(of="relu_derivative", caught_by="test_activations_relu_derivative_is_zero_at_zero")
def relu_derivative_is_one_at_zero(z):
    """You compared with ≥; at z = 0 the derivative of ReLU is taken to be 0."""
    return (z >= 0).astype(np.float64)


@misconception(of="relu_derivative", caught_by="test_activations_relu_derivative_is_zero_at_zero")
def relu_derivative_is_half_at_zero(z):
    """You took ½ at z = 0, the mean of both slopes; here the derivative there is 0."""
    return np.heaviside(z, 0.5)


@misconception(of="relu_derivative", caught_by="test_activations_keep_float64")
def relu_derivative_is_a_mask(z):
    """You returned the truth values of z > 0; the derivative is an array of floats."""
    return np.asarray(z) > 0


@misconception(
    of="sigmoid_derivative", caught_by="test_activations_sigmoid_derivative_is_taken_at_z"
)
def sigmoid_derivative_of_h(z):
    """You used z (1 − z), which is the derivative in terms of h; the argument here is z."""
    return z * (1.0 - z)


@misconception(of="sigmoid_derivative", caught_by="test_activations_smooth_derivatives_are_even")
def sigmoid_derivative_squares_the_wrong_factor(z):
    """You used σ(z)² (1 − σ(z)); the derivative is σ(z) (1 − σ(z))."""
    h = activations.sigmoid(z)
    return h * h * (1.0 - h)


@misconception(of="tanh", caught_by="test_activations_are_right_at_every_size")
def tanh_saturates_early(z):
    """You cut tanh off at ±1 from |z| = 8 on; there 1 − |tanh(z)| is still 2e-7."""
    return np.where(np.abs(z) < 8.0, np.tanh(z), np.sign(z))


@misconception(of="relu", caught_by="test_activations_are_right_at_every_size")
def relu_has_a_threshold(z):
    """You set positive values below 10⁻⁶ to 0; ReLU has no threshold but 0."""
    return np.where(z > 1e-6, z, 0.0)


@misconception(of="relu_derivative", caught_by="test_activations_are_right_at_every_size")
def relu_derivative_has_a_threshold(z):
    """You took tiny positive values for 0; the derivative of ReLU is 1 for every z > 0."""
    return (np.asarray(z) > 1e-6).astype(np.float64)


# Spellings of the mistakes above, and integers.


@misconception(of="relu_derivative", caught_by="test_activations_keep_float64")
def relu_derivative_counts_in_integers(z):
    """You returned whole numbers 0 and 1; the derivative is an array of floats."""
    return np.where(np.asarray(z) > 0, 1, 0)


@spelling(of=relu_derivative_is_one_at_zero)
def _relu_derivative_is_the_integer_one_at_zero(z):
    return np.where(np.asarray(z) >= 0, 1, 0)


@spelling(of=relu_derivative_is_one_at_zero)
def _relu_derivative_is_true_at_zero(z):
    return np.asarray(z) >= 0


@spelling(of=identity_derivative_returns_one_number)
def _identity_derivative_returns_the_integer_one(z):
    return 1


@spelling(of=tanh_overflows)
def _tanh_overflows_above(z):
    return (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1)


@spelling(of=tanh_overflows)
def _tanh_overflows_below(z):
    return (1 - np.exp(-2 * z)) / (1 + np.exp(-2 * z))


@spelling(of=sigmoid_as_a_quotient_of_exponentials)
def _sigmoid_as_a_quotient_with_a_warning(z):
    return np.exp(z) / (1.0 + np.exp(z))


@spelling(of=sigmoid_as_a_quotient_of_exponentials)
def _sigmoid_as_a_quotient_with_its_exponential_kept(z):
    e = np.exp(z)
    return e / (e + 1.0)


@misconception(of="sigmoid_derivative", caught_by="test_activations_give_no_warning_far_from_zero")
def sigmoid_derivative_overflows(z):
    """Your σ' overflows for z far below 0: it computes e⁻ᶻ, itself or through your sigmoid."""
    s = 1.0 / (1.0 + np.exp(-z))
    return s * (1.0 - s)


@spelling(of=sigmoid_derivative_overflows)
def _sigmoid_derivative_as_a_quotient(z):
    return np.exp(-z) / (1.0 + np.exp(-z)) ** 2


@misconception(
    of="sigmoid_derivative", caught_by="test_activations_sigmoid_derivative_is_taken_at_z"
)
def sigmoid_derivative_twice_the_activation(z):
    """You applied the sigmoid twice: the argument is already z, so h is σ(z)."""
    h = activations.sigmoid(activations.sigmoid(z))
    return h * (1.0 - h)


@misconception(
    of="sigmoid_derivative", caught_by="test_activations_sigmoid_derivative_is_taken_at_z"
)
def sigmoid_derivative_is_the_sigmoid(z):
    """You returned σ(z) as its own derivative; the derivative is σ(z) (1 − σ(z))."""
    return activations.sigmoid(z)


@misconception(of="tanh_derivative", caught_by="test_activations_tanh_derivative_is_taken_at_z")
def tanh_derivative_is_tanh(z):
    """You returned tanh(z) as its own derivative; the derivative is 1 − tanh²(z)."""
    return np.tanh(z)


@misconception(of="relu_derivative", caught_by="test_activations_keep_the_shape")
def relu_derivative_returns_one_number(z):
    """You returned one number for all entries; each entry of z has its own slope, 0 or 1."""
    return 1.0 if np.all(np.asarray(z) > 0) else 0.0


# What shows at some sizes or in the next call only. The sizes are arbitrary, so mistakes have
# variants with others.

EVERY_SIZE = "test_activations_are_right_at_every_size"
OUTLIVES = "test_activations_results_outlive_the_next_call"


def _also(mistake, maker, *numbers):
    """Add the same mistake with other numbers."""
    mistake.__variants__ = tuple(functools.partial(maker, number) for number in numbers)


def _in_one_array(arrays, result):
    """Write a result into the array of its shape, which is made once."""
    out = arrays.setdefault(np.shape(result), np.empty(np.shape(result)))
    out[...] = result
    return out


def _identity_bounded(most, z):
    return np.clip(z, -most, most)


@misconception(of="identity", caught_by=EVERY_SIZE)
def identity_is_bounded(z):
    """You bounded the identity. It returns z, however large z is."""
    return _identity_bounded(500.0, z)


_also(identity_is_bounded, _identity_bounded, 20.0, 100.0)


@misconception(of="identity", caught_by=OUTLIVES)
def identity_returns_one_array_every_time(z):
    """You wrote h into an array that the next call overwrites."""
    return _in_one_array(_identities, z)


_identities = {}


@misconception(of="identity_derivative", caught_by=EVERY_SIZE)
def identity_derivative_ends_far_from_zero(z):
    """You took 0 for the derivative where |z| is large. It is 1 everywhere."""
    return np.where(np.abs(z) < 500.0, 1.0, 0.0)


@misconception(of="identity_derivative", caught_by=EVERY_SIZE)
def identity_derivative_of_the_first_entries(z):
    """You returned 1 for the first thousand entries only. Each entry has its derivative."""
    return _first_only(np.ones_like(z))


def _first_only(result):
    """Keep the first thousand entries, and put 0 for the others."""
    return np.where(np.arange(result.size).reshape(result.shape) < 1000, result, 0.0)


@misconception(of="tanh", caught_by=EVERY_SIZE)
def tanh_of_the_first_entries(z):
    """You computed the first thousand entries only. Each entry has its h."""
    return _first_only(activations.tanh(z))


@misconception(of="tanh", caught_by=OUTLIVES)
def tanh_returns_one_array_every_time(z):
    """You wrote h into an array that the next call overwrites."""
    return _in_one_array(_tanhs, activations.tanh(z))


_tanhs = {}


@misconception(of="tanh_derivative", caught_by=OUTLIVES)
def tanh_derivative_returns_one_array_every_time(z):
    """You wrote the derivative into an array that the next call overwrites."""
    return _in_one_array(_tanh_derivatives, activations.tanh_derivative(z))


_tanh_derivatives = {}


def _tanh_derivative_until(most, z):
    return np.where(np.abs(z) < most, activations.tanh_derivative(z), 0.0)


@misconception(of="tanh_derivative", caught_by=EVERY_SIZE)
def tanh_derivative_ends_early(z):
    """You took 0 for the derivative where it is small. It is 4e-8 at |z| = 9."""
    return _tanh_derivative_until(9.0, z)


_also(tanh_derivative_ends_early, _tanh_derivative_until, 6.0, 10.0)


def _relu_bounded(most, z):
    return np.clip(z, 0.0, most)


@misconception(of="relu", caught_by=EVERY_SIZE)
def relu_is_bounded(z):
    """You bounded ReLU. It returns a positive z, however large z is."""
    return _relu_bounded(100.0, z)


_also(relu_is_bounded, _relu_bounded, 6.0, 20.0, 500.0)


@misconception(of="relu", caught_by=OUTLIVES)
def relu_returns_one_array_every_time(z):
    """You wrote h into an array that the next call overwrites."""
    return _in_one_array(_relus, activations.relu(z))


_relus = {}


@misconception(of="relu_derivative", caught_by=OUTLIVES)
def relu_derivative_returns_one_array_every_time(z):
    """You wrote the derivative into an array that the next call overwrites."""
    return _in_one_array(_relu_derivatives, activations.relu_derivative(z))


_relu_derivatives = {}


@misconception(of="relu_derivative", caught_by=EVERY_SIZE)
def relu_derivative_ends_far_from_zero(z):
    """You took 0 for the derivative where z is large. It is 1 for every positive z."""
    return np.where(z < 500.0, activations.relu_derivative(z), 0.0)


def _sigmoid_until(most, z):
    return np.where(np.abs(z) < most, activations.sigmoid(z), 1.0 * (z > 0))


@misconception(of="sigmoid", caught_by=EVERY_SIZE)
def sigmoid_saturates_early(z):
    """You rounded the sigmoid to 0 and 1 where it is still between them: 2e-9 at z = −20."""
    return _sigmoid_until(20.0, z)


_also(sigmoid_saturates_early, _sigmoid_until, 10.0, 18.0)


@misconception(of="sigmoid", caught_by=OUTLIVES)
def sigmoid_returns_one_array_every_time(z):
    """You wrote h into an array that the next call overwrites."""
    return _in_one_array(_sigmoids, activations.sigmoid(z))


_sigmoids = {}


@misconception(of="sigmoid_derivative", caught_by=OUTLIVES)
def sigmoid_derivative_returns_one_array_every_time(z):
    """You wrote the derivative into an array that the next call overwrites."""
    return _in_one_array(_sigmoid_derivatives, activations.sigmoid_derivative(z))


_sigmoid_derivatives = {}


def _sigmoid_derivative_until(most, z):
    return np.where(np.abs(z) < most, activations.sigmoid_derivative(z), 0.0)


@misconception(of="sigmoid_derivative", caught_by=EVERY_SIZE)
def sigmoid_derivative_ends_early(z):
    """You took 0 for the derivative where it is small. It is 2e-9 at |z| = 20."""
    return _sigmoid_derivative_until(20.0, z)


_also(sigmoid_derivative_ends_early, _sigmoid_derivative_until, 10.0, 18.0)

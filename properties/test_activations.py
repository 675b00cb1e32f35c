"""Activations: values, derivatives, symmetries, and far out where exp overflows."""

from functools import cache

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
    assert_no_warning,
    assert_unchanged,
    edge,
)
from properties.oracles import activations as oracle
from properties.strategies.activations import (
    EVERY_SIZE,
    extreme_pre_activations,
    increasing_pre_activations,
    pre_activations,
    pre_activations_off_the_kink,
    zeros,
)

each_activation = pytest.mark.parametrize("name", oracle.NAMES)
FUNCTIONS = (*oracle.NAMES, *(f"{name}_derivative" for name in oracle.NAMES))
SMOOTH_DERIVATIVES = ("tanh_derivative", "sigmoid_derivative")
RANGES = (("tanh", -1.0, 1.0), ("sigmoid", 0.0, 1.0), ("relu", 0.0, np.inf))
each_smooth_derivative = pytest.mark.parametrize("function", SMOOTH_DERIVATIVES)
each_range = pytest.mark.parametrize(("name", "low", "high"), RANGES)
each_function = pytest.mark.parametrize("function", FUNCTIONS)
NEAR, OTHERS = np.array([[-2.0, 0.0, 1.0], [0.5, -0.25, 3.0]]), np.full((2, 3), -1.5)


@cache
def at_every_size(name):
    """An activation and its derivative at ``EVERY_SIZE``."""
    return oracle.value(name, EVERY_SIZE), oracle.derivative(name, EVERY_SIZE)


@given(z=pre_activations())
def test_activations_identity_returns_its_input(submission, z):
    """The identity is σ(z) = z."""
    assert_equal(submission.activations.identity(z), z, "h")


@given(z=pre_activations())
def test_activations_identity_derivative_is_one(submission, z):
    """The derivative of the identity is σ'(z) = 1, in the shape of z."""
    assert_equal(submission.activations.identity_derivative(z), np.ones_like(z), "σ'(z)")


@given(z=pre_activations())
def test_activations_tanh_is_the_hyperbolic_tangent(submission, z):
    """The hyperbolic tangent is tanh(z) = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)."""
    assert_close(submission.activations.tanh(z), oracle.value("tanh", z), "h")


@given(z=pre_activations())
def test_activations_relu_keeps_the_positive_part(submission, z):
    """ReLU keeps what is positive: relu(z) = max(z, 0)."""
    assert_close(submission.activations.relu(z), oracle.value("relu", z), "h")


@given(z=pre_activations())
def test_activations_sigmoid_is_the_logistic_function(submission, z):
    """The sigmoid is σ(z) = 1 / (1 + e⁻ᶻ)."""
    assert_close(submission.activations.sigmoid(z), oracle.value("sigmoid", z), "h")


@given(z=pre_activations())
def test_activations_tanh_derivative_is_taken_at_z(submission, z):
    """The derivative of tanh, a function of z and not of h, is tanh'(z) = 1 − tanh²(z)."""
    returned = submission.activations.tanh_derivative(z)
    assert_close(returned, oracle.derivative("tanh", z), "tanh'(z)")


@given(z=pre_activations_off_the_kink())
def test_activations_relu_derivative_is_one_where_z_is_positive(submission, z):
    """The derivative of ReLU is relu'(z) = 1 for z > 0 and 0 for z < 0."""
    returned = submission.activations.relu_derivative(z)
    assert_close(returned, oracle.derivative("relu", z), "relu'(z)")


@edge
@given(z=zeros())
def test_activations_relu_derivative_is_zero_at_zero(submission, z):
    """At the kink, the derivative of ReLU is taken to be relu'(0) = 0."""
    assert_close(submission.activations.relu_derivative(z), np.zeros_like(z), "relu'(0)")


@given(z=pre_activations())
def test_activations_sigmoid_derivative_is_taken_at_z(submission, z):
    """The derivative of the sigmoid, a function of z and not of h, is σ'(z) = σ(z) (1 − σ(z))."""
    returned = submission.activations.sigmoid_derivative(z)
    assert_close(returned, oracle.derivative("sigmoid", z), "σ'(z)")


@given(z=pre_activations())
def test_activations_tanh_is_odd(submission, z):
    """The hyperbolic tangent is odd: tanh(−z) = −tanh(z)."""
    mirrored = -as_array(submission.activations.tanh(-z), "tanh(−z)", z.shape)
    assert_close(submission.activations.tanh(z), mirrored, "tanh(z)")


@given(z=pre_activations())
def test_activations_sigmoid_of_minus_z_is_the_complement(submission, z):
    """The sigmoid is symmetric about (0, ½): σ(−z) = 1 − σ(z)."""
    complement = 1.0 - as_array(submission.activations.sigmoid(-z), "σ(−z)", z.shape)
    assert_close(submission.activations.sigmoid(z), complement, "σ(z)")


@each_smooth_derivative
@given(z=pre_activations())
def test_activations_smooth_derivatives_are_even(submission, function, z):
    """The derivatives of tanh and of the sigmoid are even: σ'(−z) = σ'(z)."""
    derivative = getattr(submission.activations, function)
    assert_close(derivative(z), as_array(derivative(-z), "σ'(−z)", z.shape), "σ'(z)")


@each_range
@given(z=pre_activations())
def test_activations_stay_in_their_range(submission, name, low, high, z):
    """Activations stay in their range: tanh in [−1, 1], sigmoid in [0, 1], ReLU in [0, ∞)."""
    h = as_array(getattr(submission.activations, name)(z), "h", z.shape)
    assert_bounded(h, low - TOLERANCE, high + TOLERANCE, "h")


@each_activation
@given(z=increasing_pre_activations())
def test_activations_never_decrease(submission, name, z):
    """Activations never decrease: z₁ < z₂ gives σ(z₁) ≤ σ(z₂)."""
    h = as_array(getattr(submission.activations, name)(z), "h", z.shape)
    assert_bounded(np.diff(h), -2 * TOLERANCE, np.inf, "σ(z₂) − σ(z₁)")


@edge
@each_activation
@given(z=extreme_pre_activations())
def test_activations_are_right_far_from_zero(submission, name, z):
    """Far out, up to |z| = 1000, activations take their limits and never become NaN."""
    assert_close(getattr(submission.activations, name)(z), oracle.value(name, z), "h")


@edge
@each_activation
@given(z=extreme_pre_activations())
def test_activations_derivatives_are_right_far_from_zero(submission, name, z):
    """Far out, up to |z| = 1000, the derivatives take their limits and never become NaN."""
    returned = getattr(submission.activations, f"{name}_derivative")(z)
    assert_close(returned, oracle.derivative(name, z), "σ'(z)")


@edge
@each_activation
def test_activations_are_right_at_every_size(submission, name):
    """From |z| = 10⁻⁹ to 1000 there is no bend but ReLU's at 0: no dead zone, no cut."""
    h = getattr(submission.activations, name)(EVERY_SIZE)
    slopes = getattr(submission.activations, f"{name}_derivative")(EVERY_SIZE)
    assert_close(h, at_every_size(name)[0], "h")
    assert_close(slopes, at_every_size(name)[1], "σ'(z)")


@edge
@each_function
@given(z=extreme_pre_activations())
def test_activations_give_no_warning_far_from_zero(submission, function, z):
    """Up to |z| = 1000 no exponential overflows, so there is no numerical warning."""
    assert_no_warning(getattr(submission.activations, function).observe(z))


@edge
@each_function
@given(z=pre_activations())
def test_activations_keep_the_shape(submission, function, z):
    """Elementwise functions return the shape of z, whatever its rank, 0-d included."""
    as_array(getattr(submission.activations, function)(z), "the result", z.shape)


@edge
@each_function
@given(z=pre_activations())
def test_activations_keep_float64(submission, function, z):
    """From float64 comes float64, neither float32 nor integers nor booleans."""
    assert_float64(getattr(submission.activations, function)(z), "the result", z.shape)


@edge
@each_function
@given(z=pre_activations())
def test_activations_leave_z_unchanged(submission, function, z):
    """The array z still has its values after the call."""
    assert_unchanged(getattr(submission.activations, function).observe(z))


@edge
@each_function
def test_activations_results_outlive_the_next_call(submission, function):
    """What a call returned stays as it was when the function is called again: it is no buffer."""
    call = getattr(submission.activations, function).observe(NEAR)
    before = as_array(call.result, "the first result", NEAR.shape)
    getattr(submission.activations, function)(OTHERS)
    assert_equal(call.result_now(), before, "the first result")

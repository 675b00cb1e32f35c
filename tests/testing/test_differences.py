"""What the oracle of differences promises: it covers the slope, and nothing but the slope."""

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from backproof.submission.messages import Mismatch
from backproof.testing import assert_slope, differences
from backproof.testing.strategies import any_arrays, arrays
from properties.oracles import layers, losses, network
from properties.strategies.layers import dense_cases
from properties.strategies.losses import loss_cases
from properties.strategies.network import networks_and_layers
from tests.properties.test_strategies import assert_all_examples, find_any

# Function and derivative, entry by entry.
SMOOTH = {
    "a constant": (lambda x: 0.0 * x + 3.0, lambda x: 0.0 * x),
    "a line": (lambda x: 2.0 * x - 7.0, lambda x: 0.0 * x + 2.0),
    "a parabola": (lambda x: (x - 1.0) ** 2, lambda x: 2.0 * (x - 1.0)),
    "a quintic": (lambda x: x**5 - x**3, lambda x: 5.0 * x**4 - 3.0 * x**2),
    "exp": (np.exp, np.exp),
    "sin": (np.sin, np.cos),
    "tanh": (np.tanh, lambda x: 1.0 / np.cosh(x) ** 2),
    "a steep tanh": (lambda x: np.tanh(30.0 * x), lambda x: 30.0 / np.cosh(30.0 * x) ** 2),
    "fast waves": (lambda x: np.sin(50.0 * x), lambda x: 50.0 * np.cos(50.0 * x)),
    "a slope on a plateau": (lambda x: 1e6 + np.sin(x), np.cos),
    "tiny": (lambda x: 1e-9 * np.sin(x), lambda x: 1e-9 * np.cos(x)),
}
KINKED = {
    "relu": (lambda x: np.maximum(x, 0.0), lambda x: np.where(x > 0, 1.0, 0.0)),
    "abs": (np.abs, np.sign),
    "on a slope": (lambda x: np.sin(x) + np.abs(x), lambda x: np.cos(x) + np.sign(x)),
}
each_smooth = pytest.mark.parametrize(("function", "derivative"), SMOOTH.values(), ids=SMOOTH)
each_kinked = pytest.mark.parametrize(("function", "derivative"), KINKED.values(), ids=KINKED)


def slope(function, x):
    """Differentiate the sum of a function's values."""
    return differences.gradient(lambda at: float(np.sum(function(at))), x)


def covered(function, derivative, x):
    """Whether the difference is within its own bound of the derivative, in every entry."""
    slopes, bounds = slope(function, x)
    assert slopes.shape == bounds.shape == x.shape
    return (np.abs(slopes - derivative(x)) <= bounds).all()


def accepted(returned, slopes, bounds):
    """Whether a gradient is close enough to the differences, as the properties judge it."""
    try:
        assert_slope(returned, slopes, bounds, "the gradient")
    except Mismatch:
        return False
    return True


def in_weights(case):
    """What a dense layer's dW is, by differences and by the chain rule."""
    slopes, bounds = differences.gradient(
        lambda W: layers.loss(case.dh, case.h_prev, W, case.b, case.activation), case.W
    )
    return slopes, bounds, layers.weight_gradient(case.dh, case.z, case.h_prev, case.activation)


def in_network(drawn):
    """What dW of a layer of a network is, by differences and by the chain rule."""
    case, layer = drawn
    (slopes, bounds), _ = network.slopes(case, layer)
    return slopes, bounds, network.gradients(case)[layer][0]


def in_prediction(case):
    """What the gradient of the mean squared error is, by differences and by its formula."""
    slopes, bounds = differences.gradient(
        lambda prediction: losses.value(prediction, case.target), case.prediction
    )
    return slopes, bounds, losses.gradient(case.prediction, case.target)


each_use = pytest.mark.parametrize(
    ("strategy", "compare"),
    [
        (dense_cases(), in_weights),
        (networks_and_layers(), in_network),
        (loss_cases(), in_prediction),
    ],
    ids=["layers", "networks", "losses"],
)


@each_smooth
def test_gradient_covers_the_derivative_of_smooth_functions(function, derivative):
    """The derivative of a function of one number is within the bound, at any point."""
    assert_all_examples(arrays(()), lambda x: covered(function, derivative, x), examples=100)


@each_smooth
def test_gradient_covers_the_derivative_in_every_entry(function, derivative):
    """In any shape; where terms cancel in a sum, the contract's tolerance is added."""
    assert_all_examples(
        any_arrays(), lambda x: accepted(derivative(x), *slope(function, x)), examples=40
    )


@pytest.mark.parametrize("scale", [1.0, 1e3, 1e6])
def test_gradient_covers_the_derivative_at_points_of_any_size(scale):
    """The step grows with the point, so a point far from 0 is no reason for a wrong slope."""
    assert_all_examples(
        arrays(()).map(lambda x: scale * x),
        lambda x: covered(lambda at: np.sin(at / scale), lambda at: np.cos(at / scale) / scale, x),
        examples=60,
    )


def test_gradient_tells_coordinates_apart():
    """Each coordinate has its own slope, with the others left where they are."""
    x = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -1.5]])
    A = np.array([[2.0, -1.0, 4.0], [0.25, 8.0, -3.0]])
    slopes, bounds = differences.gradient(lambda at: float(np.sum(A * at) + at[0, 0] * at[1, 2]), x)
    A[0, 0], A[1, 2] = A[0, 0] + x[1, 2], A[1, 2] + x[0, 0]
    assert (np.abs(slopes - A) <= bounds).all()
    assert bounds.max() < 1e-9


def test_gradient_leaves_its_point_alone():
    """The point is unchanged, also one of integers."""
    x, whole = np.array([0.1, 0.2, 0.3]), np.array([1, 2])
    differences.gradient(lambda at: float(np.prod(at)), x)
    slopes, _ = differences.gradient(lambda at: float(np.prod(at)), whole)
    assert x.tolist() == [0.1, 0.2, 0.3]
    assert whole.tolist() == [1, 2]
    assert slopes == pytest.approx([2.0, 1.0])


@each_kinked
@pytest.mark.parametrize("distance", [1e-2, 1.1e-3, 9e-4, 5e-4, 1e-4, 1e-5, 1e-6, 1e-7])
def test_gradient_shrinks_the_step_until_no_kink_is_within(function, derivative, distance):
    """Next to a kink, on either side, there is a slope, and it is the one of that side."""
    verdicts = []

    def right(x):
        verdicts.append(accepted(derivative(x), *slope(function, x)))
        return verdicts[-1]

    assert_all_examples(st.sampled_from([distance, -distance]).map(np.array), right)
    assert len(verdicts) >= 2


@each_kinked
def test_gradient_is_right_or_rejects_wherever_a_kink_is(function, derivative):
    """At any distance from a kink the slope is right, or there is none."""
    assert_all_examples(
        st.floats(1e-8, 3e-3).flatmap(lambda x: st.sampled_from([x, -x])).map(np.array),
        lambda x: accepted(derivative(x), *slope(function, x)),
        examples=100,
    )


@pytest.mark.parametrize(
    ("function", "derivative", "distance"),
    [
        (*KINKED["relu"], 0.0),
        (*KINKED["relu"], 1e-9),
        (lambda x: np.exp(x) + 1e-3 * np.abs(x), lambda x: np.exp(x) + 1e-3 * np.sign(x), 1e-6),
    ],
    ids=["at the centre", "next to the centre", "small beside the slope"],
)
def test_gradient_is_right_or_rejects_at_a_kink_in_the_middle(function, derivative, distance):
    """A kink in the middle of the step, or a small one near it, makes the error large, too."""
    # 1 is far from the kink, so that there is a case to judge where the other one is rejected.
    points = st.sampled_from([1.0, distance]).map(np.array)
    assert_all_examples(points, lambda x: accepted(derivative(x), *slope(function, x)))


@pytest.mark.parametrize("name", ["relu", "abs", "on a slope"])
def test_gradient_rejects_a_kink_that_it_cannot_resolve(name):
    """Where even the smallest step crosses the kink there is no verdict."""
    function, _ = KINKED[name]
    with pytest.raises(Unsatisfiable):
        assert_all_examples(st.just(np.array(1e-8)), lambda x: slope(function, x))


def test_gradient_rejects_a_jump():
    """A function that jumps within every step has no slope."""
    with pytest.raises(Unsatisfiable):
        assert_all_examples(st.just(np.array(0.0)), lambda x: slope(np.sign, x))


@each_use
def test_gradient_covers_the_chain_rule_where_it_is_used(strategy, compare):
    """Right gradients of layers, networks and losses pass."""

    def right(case):
        slopes, bounds, required = compare(case)
        return accepted(required, slopes, bounds)

    assert_all_examples(strategy, right, examples=60)


@each_use
def test_gradient_lets_no_error_of_a_hundred_thousandth_pass(strategy, compare):
    """In any entry, an error of 1e-5 of the largest slope, or of 1e-3 if that is more, is found."""

    def found(case):
        slopes, bounds, required = compare(case)
        error = 1e-5 * max(np.abs(required).max(), 1e-3)
        planted = [(index, sign) for index in np.ndindex(slopes.shape) for sign in (-error, error)]
        return not any(accepted(plant(required, *at), slopes, bounds) for at in planted)

    assert_all_examples(strategy, found, examples=60)


def plant(required, index, error):
    """The gradient with an error in one entry."""
    wrong = required.copy()
    wrong[index] += error
    return wrong


@each_use
def test_gradient_is_seldom_rejected_where_it_is_used(strategy, compare):
    """Away from kinks there is always a verdict, on slopes that are not 0."""
    find_any(strategy, lambda case: np.all(compare(case)[0]))

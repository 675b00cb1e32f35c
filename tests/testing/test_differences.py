"""Differences cover the true slope with their bounds, and report where there is none."""

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from backproof.testing import assert_slope, differences
from backproof.testing.strategies import any_arrays, arrays
from tests.support.assertions import fails
from tests.support.strategies import assert_all_examples

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
    """Return the gradient of the sum of a function's values, and its bounds."""
    return differences.gradient(lambda at: float(np.sum(function(at))), x)


def covered(function, derivative, x):
    """Return whether every slope is within its own bound of the derivative."""
    slopes, bounds = slope(function, x)
    assert slopes.shape == bounds.shape == x.shape
    return (np.abs(slopes - derivative(x)) <= bounds).all()


def accepted(returned, slopes, bounds):
    """Return whether a gradient is close enough to the differences, as the properties judge it."""
    return not fails(assert_slope, returned, slopes, bounds, "the gradient")


@each_smooth
def test_gradient_covers_the_derivative_of_smooth_functions(function, derivative):
    """A bound that is too tight would fail right gradients."""
    assert_all_examples(arrays(()), lambda x: covered(function, derivative, x), examples=100)


@each_smooth
def test_gradient_covers_the_derivative_in_every_entry(function, derivative):
    """Right gradients of any shape must pass; terms that cancel in a sum need the tolerance."""
    assert_all_examples(
        any_arrays(), lambda x: accepted(derivative(x), *slope(function, x)), examples=40
    )


@pytest.mark.parametrize("scale", [1.0, 1e3, 1e6])
def test_gradient_covers_the_derivative_at_points_of_any_size(scale):
    """The step must grow with the point, because a fixed one would drown in rounding far from 0."""
    assert_all_examples(
        arrays(()).map(lambda x: scale * x),
        lambda x: covered(lambda at: np.sin(at / scale), lambda at: np.cos(at / scale) / scale, x),
        examples=60,
    )


def test_gradient_tells_coordinates_apart():
    """While one coordinate moves, the others must be at their own places."""
    x = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -1.5]])
    A = np.array([[2.0, -1.0, 4.0], [0.25, 8.0, -3.0]])
    slopes, bounds = differences.gradient(lambda at: float(np.sum(A * at) + at[0, 0] * at[1, 2]), x)
    A[0, 0], A[1, 2] = A[0, 0] + x[1, 2], A[1, 2] + x[0, 0]
    assert (np.abs(slopes - A) <= bounds).all()
    assert bounds.max() < 1e-9


def test_gradient_leaves_its_point_alone():
    """The caller goes on to use the point, and it may be an array of integers."""
    x, whole = np.array([0.1, 0.2, 0.3]), np.array([1, 2])
    differences.gradient(lambda at: float(np.prod(at)), x)
    slopes, _ = differences.gradient(lambda at: float(np.prod(at)), whole)
    assert x.tolist() == [0.1, 0.2, 0.3]
    assert whole.tolist() == [1, 2]
    assert slopes == pytest.approx([2.0, 1.0])


@each_kinked
@pytest.mark.parametrize("distance", [1e-2, 1.1e-3, 9e-4, 5e-4, 1e-4, 1e-5, 1e-6, 1e-7])
def test_gradient_shrinks_the_step_until_no_kink_is_within(function, derivative, distance):
    """Next to a kink, on either side, the slope is that of the side."""
    verdicts = []

    def right(x):
        verdicts.append(accepted(derivative(x), *slope(function, x)))
        return verdicts[-1]

    assert_all_examples(st.sampled_from([distance, -distance]).map(np.array), right)
    assert len(verdicts) >= 2


@each_kinked
def test_gradient_is_right_or_rejects_wherever_a_kink_is(function, derivative):
    """A slope averaged across a kink would fail right code."""
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
    """Central differences alone do not see a kink in the middle of the step."""
    # 1 is far from the kink, so that there is a case to judge where the other one is rejected.
    points = st.sampled_from([1.0, distance]).map(np.array)
    assert_all_examples(points, lambda x: accepted(derivative(x), *slope(function, x)))


@pytest.mark.parametrize("name", ["relu", "abs", "on a slope"])
def test_gradient_rejects_a_kink_that_it_cannot_resolve(name):
    """If even the shortest step crosses the kink, the case must be rejected, not judged."""
    function, _ = KINKED[name]
    with pytest.raises(Unsatisfiable):
        assert_all_examples(st.just(np.array(1e-8)), lambda x: slope(function, x))


def test_gradient_rejects_a_jump():
    """A function that jumps within every step has no slope to compare with."""
    with pytest.raises(Unsatisfiable):
        assert_all_examples(st.just(np.array(0.0)), lambda x: slope(np.sign, x))


def values_along(function, step):
    """Return the values that ``along`` needs of a function of one number."""
    return [function(at * step) for at in differences.AT]


@each_smooth
def test_along_covers_the_derivative_of_smooth_functions(function, derivative):
    """The same bound must hold for values that a submission computed."""
    x, step = 0.3, differences.STEP / 4  # at STEP itself the fast waves are not resolved
    slope, bound = differences.along(values_along(lambda d: function(x + d), step), step)
    assert abs(slope - derivative(x)) <= bound < np.inf


@pytest.mark.parametrize(
    "function",
    [np.abs, np.sign, lambda x: np.nan, lambda x: np.inf],
    ids=["kink", "jump", "NaN", "∞"],
)
def test_along_has_an_infinite_bound_where_there_is_no_slope(function):
    """A property must be able to discard the slope, even of a submission's NaN."""
    step = differences.STEP
    _, bound = differences.along(values_along(function, step), step)
    assert bound == np.inf

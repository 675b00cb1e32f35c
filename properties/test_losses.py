"""The mean squared error: its value, its gradient and the m·n that both are divided by."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given

from backproof.testing import (
    TOLERANCE,
    as_array,
    as_float,
    assert_bounded,
    assert_close,
    assert_equal,
    assert_float64,
    assert_no_warning,
    assert_slope,
    assert_that,
    assert_unchanged,
    differences,
    edge,
)
from backproof.testing.differences import AT, STEP, along
from properties.oracles import losses as oracle
from properties.strategies.losses import (
    apart_loss_cases,
    distant_loss_cases,
    loss_cases,
    near_and_far_loss_cases,
    single_output_cases,
    square_loss_cases,
    waving_loss_case,
)

# Two results of the submission, each accurate to the contract's tolerance, one of them halved,
# doubled or taken four times: at most 1 + 4 tolerances, of numbers that differ by a factor 4.
RELATED = 8 * TOLERANCE
# (m, n), each larger in one number than any drawn batch.
each_large_size = pytest.mark.parametrize("size", [(1100, 3), (3, 1100)], ids=["rows", "outputs"])
CLEAR = "a smooth loss that changes with the prediction"


def value(submission, prediction, target):
    """Call ``mean_squared_error`` and turn its result into a float."""
    return as_float(submission.losses.mean_squared_error(prediction, target), "the loss")


def gradient(submission, prediction, target):
    """Call ``mean_squared_error_gradient`` and copy its result into an array."""
    returned = submission.losses.mean_squared_error_gradient(prediction, target)
    return as_array(returned, "the gradient", prediction.shape)


@cache
def large_case(size):
    """A large batch, its loss and the gradient."""
    case = waving_loss_case(*size)
    p, t = case.prediction, case.target
    return case, oracle.value(p, t), oracle.gradient(p, t)


def twice(rows):
    """The batch followed by itself."""
    return np.concatenate([rows, rows])


def scaled(factor, returned):
    """A multiple of a result, which may be infinite or NaN."""
    with np.errstate(all="ignore"):
        return factor * returned


@given(case=loss_cases())
def test_losses_value_is_the_mean_over_all_entries(submission, case):
    """The loss is the mean over all m·n entries: l = Σ (prediction − target)² / (m n)."""
    returned = value(submission, case.prediction, case.target)
    assert_close(returned, oracle.value(case.prediction, case.target), "the loss")


@edge
@given(case=single_output_cases())
def test_losses_value_of_a_single_row_or_output_is_the_mean(submission, case):
    """With one row or one output, too: l = Σ (prediction − target)² / (m n), m = 1 or n = 1."""
    required = oracle.value(case.prediction, case.target)
    row = case.transposed()
    assert_close(value(submission, case.prediction, case.target), required, "the loss")
    assert_close(value(submission, row.prediction, row.target), required, "the loss")


@edge
@given(case=square_loss_cases())
def test_losses_square_batches_are_no_exception(submission, case):
    """With as many rows as outputs each entry still belongs to its own target, row by row."""
    returned = value(submission, case.prediction, case.target)
    slopes = gradient(submission, case.prediction, case.target)
    assert_close(returned, oracle.value(case.prediction, case.target), "the loss")
    assert_close(slopes, oracle.gradient(case.prediction, case.target), "the gradient")


@edge
@given(case=near_and_far_loss_cases())
def test_losses_count_differences_of_any_size(submission, case):
    """Differences of any size count, (prediction − target)², with no dead zone and no limit."""
    returned = value(submission, case.prediction, case.target)
    slopes = gradient(submission, case.prediction, case.target)
    assert_close(returned, oracle.value(case.prediction, case.target), "the loss")
    assert_close(slopes, oracle.gradient(case.prediction, case.target), "the gradient")


@edge
@each_large_size
def test_losses_large_batches_are_no_exception(submission, size):
    """With 1100 rows or outputs the same formulas hold: all m·n entries count."""
    case, required, slopes = large_case(size)
    assert_close(value(submission, case.prediction, case.target), required, "the loss")
    returned = gradient(submission, case.prediction, case.target)
    # Each entry is of the order of 1 / (m n).
    assert_close(returned, slopes, "the gradient", tolerance=np.full(size, TOLERANCE / 3300))


@edge
def test_losses_results_outlive_the_next_call(submission):
    """What a call returned stays as it was when the function is called again: it is no buffer."""
    case, other = waving_loss_case(3, 2), waving_loss_case(3, 2, phase=1.0)
    gradient_of = submission.losses.mean_squared_error_gradient
    call = gradient_of.observe(case.prediction, case.target)
    before = as_array(call.result, "the first gradient", case.prediction.shape)
    gradient(submission, other.prediction, other.target)
    assert_equal(call.result_now(), before, "the first gradient")


@given(case=loss_cases())
def test_losses_value_is_one_number(submission, case):
    """The loss of a whole batch is a single number l, which float() takes."""
    as_float(submission.losses.mean_squared_error(case.prediction, case.target), "the loss")


@given(case=loss_cases())
def test_losses_value_is_zero_at_the_target(submission, case):
    """There is no loss where everything is right: l(target, target) = 0."""
    assert_close(value(submission, case.target, case.target), 0.0, "the loss")


@given(case=loss_cases())
def test_losses_value_is_never_negative(submission, case):
    """Squares cannot be negative, so neither can their mean: l ≥ 0, p above t or below it."""
    p, t = case.prediction, case.target
    assert_bounded(value(submission, p, t), -TOLERANCE, np.inf, "the loss")
    assert_bounded(value(submission, t, p), -TOLERANCE, np.inf, "the loss")


@given(case=loss_cases())
def test_losses_value_is_symmetric(submission, case):
    """It does not matter which one is the target: l(prediction, target) = l(target, prediction)."""
    required = value(submission, case.target, case.prediction)
    returned = value(submission, case.prediction, case.target)
    assert_close(returned, required, "the loss", tolerance=RELATED)


@given(case=loss_cases())
def test_losses_value_is_quadratic(submission, case):
    """Differences twice as large make four times the loss: l(t + 2 (p − t), t) = 4 l(p, t)."""
    required = scaled(4.0, value(submission, case.prediction, case.target))
    doubled = case.target + 2.0 * (case.prediction - case.target)
    returned = value(submission, doubled, case.target)
    assert_close(returned, required, "the loss", tolerance=RELATED)


@given(case=loss_cases())
def test_losses_value_is_kept_by_a_duplicated_batch(submission, case):
    """A mean does not grow with the batch: every row taken twice leaves the loss l as it was."""
    required = value(submission, case.prediction, case.target)
    returned = value(submission, twice(case.prediction), twice(case.target))
    assert_close(returned, required, "the loss", tolerance=RELATED)


@edge
@given(drawn=distant_loss_cases())
def test_losses_value_is_accurate_far_from_zero(submission, drawn):
    """For targets near 1e6, whether met or missed, the loss is still Σ (p − t)² / (m n)."""
    case, offset = drawn
    far_prediction, far_target = case.prediction + offset, case.target + offset
    met, missed = oracle.value(far_prediction, far_target), oracle.value(case.target, far_target)
    assert_close(value(submission, far_prediction, far_target), met, "the loss")
    assert_close(value(submission, case.target, far_target), missed, "the loss")


@given(case=loss_cases())
def test_losses_gradient_is_divided_by_all_entries(submission, case):
    """The gradient of the loss in the prediction is 2 (prediction − target) / (m n)."""
    returned = gradient(submission, case.prediction, case.target)
    assert_close(returned, oracle.gradient(case.prediction, case.target), "the gradient")


@edge
@given(case=single_output_cases())
def test_losses_gradient_of_a_single_row_or_output_is_divided_by_all_entries(submission, case):
    """With one row or one output, too, it is 2 (prediction − target) / (m n), m = 1 or n = 1."""
    required = oracle.gradient(case.prediction, case.target)
    row = case.transposed()
    assert_close(gradient(submission, case.prediction, case.target), required, "the gradient")
    assert_close(gradient(submission, row.prediction, row.target), required.T, "the gradient")


@given(drawn=apart_loss_cases())
def test_losses_gradient_fits_its_own_loss(submission, drawn):
    """The gradient is the slope of the loss as you compute it: Σ gradient ⊙ v = dl / dv."""
    case, v = drawn
    p, t = case.prediction, case.target
    slope, bound = along([value(submission, p + STEP * at * v, t) for at in AT], STEP)
    assert_that(bound < abs(slope) / 1e3, f"a slope of {slope:.3g} ± {bound:.1g}", CLEAR)
    moved = value(submission, p, 2 * t - p)
    assert_that(moved != value(submission, p, t), "a loss that ignores the target", "l(p, t)")
    returned = np.sum(scaled(v, gradient(submission, p, t)))
    assert_slope(returned, slope, bound, "the change of the loss")


@given(case=loss_cases())
def test_losses_gradient_is_the_slope_in_each_entry(submission, case):
    """Each entry of the gradient is the slope of the loss in that entry: ∂l / ∂prediction[r, j]."""
    returned = gradient(submission, case.prediction, case.target)
    slopes, bounds = differences.gradient(
        lambda prediction: oracle.value(prediction, case.target), case.prediction
    )
    assert_slope(returned, slopes, bounds, "the gradient")


@given(case=loss_cases())
def test_losses_gradient_is_zero_at_the_target(submission, case):
    """The loss is least at the target, so its slope there is 0: ∂l / ∂prediction = 0."""
    returned = gradient(submission, case.target, case.target)
    assert_close(returned, np.zeros_like(case.target), "the gradient")


@given(case=loss_cases())
def test_losses_gradient_is_antisymmetric(submission, case):
    """Prediction and target exchanged turn the gradient round: g(t, p) = −g(p, t)."""
    required = -gradient(submission, case.prediction, case.target)
    returned = gradient(submission, case.target, case.prediction)
    assert_close(returned, required, "the gradient", tolerance=RELATED)


@given(case=loss_cases())
def test_losses_gradient_is_linear_in_the_differences(submission, case):
    """Differences twice as large make twice the gradient: g(t + 2 (p − t), t) = 2 g(p, t)."""
    required = scaled(2.0, gradient(submission, case.prediction, case.target))
    doubled = case.target + 2.0 * (case.prediction - case.target)
    returned = gradient(submission, doubled, case.target)
    assert_close(returned, required, "the gradient", tolerance=RELATED)


@given(case=loss_cases())
def test_losses_gradient_is_halved_by_a_duplicated_batch(submission, case):
    """Every row taken twice, each counts half in the mean: g([p; p], [t; t]) = [g; g] / 2."""
    required = scaled(0.5, twice(gradient(submission, case.prediction, case.target)))
    returned = gradient(submission, twice(case.prediction), twice(case.target))
    assert_close(returned, required, "the gradient", tolerance=RELATED)


@edge
@given(drawn=distant_loss_cases())
def test_losses_gradient_is_accurate_far_from_zero(submission, drawn):
    """For targets near 1e6, whether met or missed, the gradient is still 2 (p − t) / (m n)."""
    case, offset = drawn
    near, far = case.target, case.target + offset
    met = oracle.gradient(case.prediction + offset, far)
    assert_close(gradient(submission, case.prediction + offset, far), met, "the gradient")
    assert_close(gradient(submission, near, far), oracle.gradient(near, far), "the gradient")


@given(case=single_output_cases())
def test_losses_gradient_has_the_shape_of_the_prediction(submission, case):
    """The gradient is (m, n) like the prediction, also with one row or one output."""
    row = case.transposed()
    gradient(submission, case.prediction, case.target)
    gradient(submission, row.prediction, row.target)


@edge
@given(case=loss_cases())
def test_losses_gradient_is_float64(submission, case):
    """From float64 comes float64."""
    returned = submission.losses.mean_squared_error_gradient(case.prediction, case.target)
    assert_float64(returned, "the gradient")


@edge
@given(case=loss_cases())
def test_losses_give_no_warning(submission, case):
    """No entry is divided by, so none of them, 0 included, gives a numerical warning."""
    losses = submission.losses
    assert_no_warning(
        losses.mean_squared_error.observe(case.prediction, np.zeros_like(case.target))
    )
    assert_no_warning(losses.mean_squared_error_gradient.observe(case.target, case.target))


@edge
@given(case=loss_cases())
def test_losses_leave_their_arguments_unchanged(submission, case):
    """The arrays prediction and target still have their values after the call."""
    losses = submission.losses
    assert_unchanged(losses.mean_squared_error.observe(case.prediction, case.target))
    assert_unchanged(losses.mean_squared_error_gradient.observe(case.prediction, case.target))

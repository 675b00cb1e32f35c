"""Tests of the comparison of a submission with a variant of the reference, call by call."""

import copy
import warnings

import numpy as np
import pytest
from hypothesis import assume

from backproof.diagnosis.call_trace import TracedSubmission, trace_case
from backproof.diagnosis.reference_variant import ReferenceVariant, Verdict
from backproof.submission.local import LocalSubmission
from reference import initialization, losses, optimizers

SAME, DIFFERENT, INCOMPARABLE = Verdict.SAME, Verdict.DIFFERENT, Verdict.INCOMPARABLE
X, Y = np.array([[1.0], [3.0]]), np.array([[0.0], [1.0]])


def doubled(prediction, target):
    """Return twice the correct loss."""
    return 2.0 * losses.mean_squared_error(prediction, target)


def refusing(_prediction, _target):
    """Raise an exception."""
    raise ValueError("I do not like this")


def objecting(_prediction, _target):
    """Raise an exception with another message."""
    raise ValueError("nor that")


def warning(prediction, target):
    """Return the correct loss, with a numerical warning."""
    warnings.warn("overflow", RuntimeWarning, stacklevel=2)
    return losses.mean_squared_error(prediction, target)


def reusing():
    """Return a correct gradient that writes all its results into one array."""
    buffer = np.zeros((2, 1))

    def gradient(prediction, target):
        buffer[...] = losses.mean_squared_error_gradient(prediction, target)
        return buffer

    return gradient


def twice(submission):
    """Call a function twice with the same arguments."""
    for _ in range(2):
        submission.losses.mean_squared_error(X, Y)


def observed(submission):
    """Call a function once and observe its effects."""
    submission.losses.mean_squared_error.observe(X, Y)


def chained(submission):
    """Pass the result of one call to another one."""
    loss = float(submission.losses.mean_squared_error(X, Y))
    submission.losses.mean_squared_error_gradient(loss * X, Y)


def gradients(submission):
    """Call a function twice with different arguments."""
    submission.losses.mean_squared_error_gradient(X, Y)
    submission.losses.mean_squared_error_gradient(2.0 * X, Y)


@pytest.fixture
def compared(assignment):
    """Return a function that compares a body's calls under two sets of replacements."""
    variant = ReferenceVariant(assignment)

    def compare(body, of_submission, of_reference, target=""):
        submission = LocalSubmission(assignment.reference, assignment.units, of_submission)
        trace = trace_case(TracedSubmission(submission, assignment), body, {})
        verdicts = variant.verdicts(trace, of_reference, target)
        submission.close()
        return list(verdicts.values())

    yield compare
    variant.close()


LOSS, GRADIENT = "losses.mean_squared_error", "losses.mean_squared_error_gradient"


def test_a_call_is_the_same_or_another(compared):
    """The verdicts on calls decide which mistakes are ruled out."""
    assert compared(twice, {LOSS: doubled}, {LOSS: doubled}) == [SAME, SAME]
    assert compared(twice, {LOSS: doubled}, {}) == [DIFFERENT, DIFFERENT]


def test_a_function_is_judged_on_the_arguments_that_it_got(compared):
    """A correct function with a wrong input is not wrong, and is compared on that input."""
    assert compared(chained, {LOSS: doubled}, {}) == [DIFFERENT, SAME]
    assert compared(chained, {LOSS: doubled}, {LOSS: doubled}) == [SAME, SAME]


def step_twice(submission):
    """Take two steps of Adam, the second with the state of the first."""
    state = submission.optimizers.adam_init(X)
    for _ in range(2):
        _, state = submission.optimizers.adam_step(X, Y, state, 0.1)


def test_an_object_is_that_of_the_implementation_itself(compared):
    """The state of an optimizer is opaque: each implementation goes on with its own."""

    def dictionary_init(theta):
        return {"state": optimizers.adam_init(theta)}

    def dictionary_step(theta, gradient, state, learning_rate):
        theta, after = optimizers.adam_step(theta, gradient, state["state"], learning_rate)
        return theta, {"state": after}

    replaced = {"optimizers.adam_init": dictionary_init, "optimizers.adam_step": dictionary_step}
    assert compared(step_twice, replaced, {}) == [SAME, SAME, SAME]


def test_without_its_object_a_call_cannot_be_compared(compared):
    """A mistake that returns no state cannot be called with it."""

    def stateless(theta, gradient, state, learning_rate):
        return optimizers.adam_step(theta, gradient, state, learning_rate)[0]

    wrong = {"optimizers.adam_step": stateless}
    assert compared(step_twice, {}, wrong) == [SAME, DIFFERENT, INCOMPARABLE]


def test_only_the_calls_of_one_function_are_made(compared):
    """The other functions of a student do not matter for the name of a mistake in one."""
    assert compared(chained, {}, {}, LOSS) == [SAME]


def test_exceptions_are_the_same_by_their_types(compared):
    """The student's code and the known mistake raise from different lines, with other texts."""

    def lookup(_prediction, _target):
        raise KeyError("I do not like this")

    assert compared(observed, {LOSS: refusing}, {LOSS: objecting}) == [SAME]
    assert compared(observed, {LOSS: refusing}, {LOSS: lookup}) == [DIFFERENT]
    assert compared(observed, {LOSS: refusing}, {}) == [DIFFERENT]


def test_exceptions_of_a_students_file_have_types_too(assignment, hand_in):
    """A message that names the place in the student's file must still match the mistake's."""
    refuses = 'def mean_squared_error(prediction, target):\n    raise ValueError("no")\n'
    submission = LocalSubmission(hand_in(losses=refuses), assignment.units)
    trace = trace_case(TracedSubmission(submission, assignment), observed, {})
    submission.close()
    variant = ReferenceVariant(assignment)
    assert variant.verdicts(trace, {LOSS: refusing}) == {0: SAME}
    variant.close()


def draw_twice(submission):
    """Draw weights twice with one generator."""
    rng = np.random.default_rng(3)
    for _ in range(2):
        submission.initialization.he(2, 3, rng)


def test_a_generator_is_in_the_state_that_the_student_got(compared):
    """A student may have drawn other numbers before; the next call is compared all the same."""

    def wasteful(n_in, n_out, rng):
        weights = initialization.he(n_in, n_out, rng)
        rng.random(7)
        return weights

    assert compared(draw_twice, {"initialization.he": wasteful}, {}) == [SAME, SAME]


def test_a_generator_that_does_not_advance_makes_a_difference(compared):
    """Weights from a copy of the generator are right the first time, and never new."""

    def copying(n_in, n_out, rng):
        return initialization.he(n_in, n_out, copy.deepcopy(rng))

    assert compared(draw_twice, {"initialization.he": copying}, {}) == [DIFFERENT, DIFFERENT]


def test_rounding_errors_may_grow_with_the_input(compared):
    """Of 1 ± 1e-10 two correct formulas for the deviation keep six digits."""

    def plain(X):
        return X.mean(axis=0), X.std(axis=0)

    def nearly(submission):
        submission.normalization.standardization_statistics(1.0 + 1e-10 * np.arange(3.0)[:, None])

    assert compared(nearly, {"normalization.standardization_statistics": plain}, {}) == [SAME]

    def larger(X):
        return X.mean(axis=0), 1.001 * X.std(axis=0)

    assert compared(nearly, {"normalization.standardization_statistics": larger}, {}) == [DIFFERENT]


def test_a_result_that_changes_later_is_another(compared):
    """Code that reuses an array returns the correct numbers and destroys them afterwards."""
    assert compared(gradients, {GRADIENT: reusing()}, {}) == [DIFFERENT, SAME]
    assert compared(gradients, {GRADIENT: reusing()}, {GRADIENT: reusing()}) == [SAME, SAME]


def test_warnings_count_where_they_are_looked_at(compared):
    """A property that does not check warnings cannot have failed because of one."""
    assert compared(observed, {LOSS: warning}, {}) == [DIFFERENT]
    assert compared(observed, {LOSS: warning}, {LOSS: warning}) == [SAME]
    assert compared(twice, {LOSS: warning}, {}) == [SAME, SAME]


def test_a_case_that_the_property_rejects_is_none(assignment):
    """Hypothesis does not count such a case, so it is no evidence."""

    def rejecting(submission):
        submission.losses.mean_squared_error(X, Y)
        assume(False)

    submission = LocalSubmission(assignment.reference, assignment.units)
    assert trace_case(TracedSubmission(submission, assignment), rejecting, {}) is None
    submission.close()

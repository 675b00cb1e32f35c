"""Tests of the comparison of a submission with a variant of the reference, call by call."""

import warnings

import numpy as np
import pytest
from hypothesis import assume

from backproof.diagnosis.call_trace import TracedSubmission, trace_case
from backproof.diagnosis.reference_variant import ReferenceVariant, Verdict
from backproof.submission.local import LocalSubmission
from reference import losses, optimizers

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

    def compare(body, of_submission, of_reference):
        submission = LocalSubmission(assignment.reference, assignment.units, of_submission)
        trace = trace_case(TracedSubmission(submission, assignment), body, {})
        verdicts = variant.verdicts(body, trace, of_reference)
        submission.close()
        return verdicts

    yield compare
    variant.close()


LOSS, GRADIENT = "losses.mean_squared_error", "losses.mean_squared_error_gradient"


def test_a_call_is_the_same_or_another(compared):
    """The verdicts on calls decide which mistakes are ruled out."""
    assert compared(twice, {LOSS: doubled}, {LOSS: doubled}) == [SAME, SAME]
    assert compared(twice, {LOSS: doubled}, {}) == [DIFFERENT, DIFFERENT]


def test_what_follows_from_another_result_is_not_told(compared):
    """A correct function with a wrong input returns another result, but is not wrong."""
    assert compared(chained, {LOSS: doubled}, {}) == [DIFFERENT, INCOMPARABLE]
    assert compared(chained, {LOSS: doubled}, {LOSS: doubled}) == [SAME, SAME]


def test_what_is_done_with_an_object_of_another_call_is_not_told(compared):
    """The state of an optimizer is opaque, so a step from a wrong state cannot be judged."""

    def flat(theta, gradient, state, learning_rate):
        theta, state = optimizers.adam_step(theta, gradient, state, learning_rate)
        return theta.ravel(), state

    def step_twice(submission):
        state = submission.optimizers.adam_init(X)
        for _ in range(2):
            _, state = submission.optimizers.adam_step(X, Y, state, 0.1)

    assert compared(step_twice, {"optimizers.adam_step": flat}, {}) == [
        SAME,
        DIFFERENT,
        INCOMPARABLE,
    ]


def test_exceptions_are_the_same_by_what_they_say(compared):
    """The student's code and the known mistake raise from different lines."""

    def elsewhere(_prediction, _target):
        raise ValueError("I do not like this")

    assert compared(observed, {LOSS: refusing}, {LOSS: elsewhere}) == [SAME]
    assert compared(observed, {LOSS: refusing}, {LOSS: objecting}) == [DIFFERENT]
    assert compared(observed, {LOSS: refusing}, {}) == [DIFFERENT]


def test_exceptions_are_the_same_wherever_they_were_raised(assignment, hand_in):
    """A message that names the place in the student's file must still match the mistake's."""
    refuses = (
        'def mean_squared_error(prediction, target):\n    raise ValueError("I do not like this")\n'
    )
    submission = LocalSubmission(hand_in(losses=refuses), assignment.units)
    trace = trace_case(TracedSubmission(submission, assignment), observed, {})
    submission.close()
    variant = ReferenceVariant(assignment)
    assert variant.verdicts(observed, trace, {LOSS: refusing}) == [SAME]
    variant.close()


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

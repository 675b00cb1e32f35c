"""What a submission did, held against the reference with functions replaced, call by call."""

import warnings

import numpy as np
import pytest
from hypothesis import assume

from backproof.diagnosis.call_trace import TracedSubmission, observe
from backproof.diagnosis.stand_in import ReferenceVariant, Verdict
from backproof.submission.local import LocalSubmission
from reference import losses, optimizers

SAME, OTHER, UNTOLD = Verdict.SAME, Verdict.OTHER, Verdict.UNTOLD
X, Y = np.array([[1.0], [3.0]]), np.array([[0.0], [1.0]])


def doubled(prediction, target):
    """Twice the right loss."""
    return 2.0 * losses.mean_squared_error(prediction, target)


def refusing(_prediction, _target):
    """No loss at all."""
    raise ValueError("I do not like this")


def objecting(_prediction, _target):
    """The same for another reason."""
    raise ValueError("nor that")


def warning(prediction, target):
    """The right loss, and a numerical warning."""
    warnings.warn("overflow", RuntimeWarning, stacklevel=2)
    return losses.mean_squared_error(prediction, target)


def reusing():
    """Give a right gradient whose result is written over by the next call."""
    buffer = np.zeros((2, 1))

    def gradient(prediction, target):
        buffer[...] = losses.mean_squared_error_gradient(prediction, target)
        return buffer

    return gradient


def twice(submission):
    """Ask for the same two times."""
    for _ in range(2):
        submission.losses.mean_squared_error(X, Y)


def observed(submission):
    """Ask once, and look at what else happens."""
    submission.losses.mean_squared_error.observe(X, Y)


def chained(submission):
    """Ask for a loss, then for a gradient at that loss."""
    loss = float(submission.losses.mean_squared_error(X, Y))
    submission.losses.mean_squared_error_gradient(loss * X, Y)


def gradients(submission):
    """Ask for two gradients."""
    submission.losses.mean_squared_error_gradient(X, Y)
    submission.losses.mean_squared_error_gradient(2.0 * X, Y)


@pytest.fixture
def compared(assignment):
    """Run a body on the reference with functions replaced, then with others; give the verdicts."""
    stand_in = ReferenceVariant(assignment)

    def compare(body, theirs, ours):
        submission = LocalSubmission(assignment.reference, assignment.units, theirs)
        sample = observe(TracedSubmission(submission, assignment), body, {})
        verdicts = stand_in.verdicts(body, sample, ours)
        submission.close()
        return verdicts

    yield compare
    stand_in.close()


LOSS, GRADIENT = "losses.mean_squared_error", "losses.mean_squared_error_gradient"


def test_a_call_is_the_same_or_another(compared):
    """By what it returns."""
    assert compared(twice, {LOSS: doubled}, {LOSS: doubled}) == [SAME, SAME]
    assert compared(twice, {LOSS: doubled}, {}) == [OTHER, OTHER]


def test_what_follows_from_another_result_is_not_told(compared):
    """It was handed something else, so its own result says nothing."""
    assert compared(chained, {LOSS: doubled}, {}) == [OTHER, UNTOLD]
    assert compared(chained, {LOSS: doubled}, {LOSS: doubled}) == [SAME, SAME]


def test_what_is_done_with_an_object_of_another_call_is_not_told(compared):
    """Of a state that began otherwise nobody knows what the right step is."""

    def flat(theta, gradient, state, learning_rate):
        theta, state = optimizers.adam_step(theta, gradient, state, learning_rate)
        return theta.ravel(), state

    def step_twice(submission):
        state = submission.optimizers.adam_init(X)
        for _ in range(2):
            _, state = submission.optimizers.adam_step(X, Y, state, 0.1)

    assert compared(step_twice, {"optimizers.adam_step": flat}, {}) == [SAME, OTHER, UNTOLD]


def test_exceptions_are_the_same_by_what_they_say(compared):
    """Not by where they come from."""

    def elsewhere(_prediction, _target):
        raise ValueError("I do not like this")

    assert compared(observed, {LOSS: refusing}, {LOSS: elsewhere}) == [SAME]
    assert compared(observed, {LOSS: refusing}, {LOSS: objecting}) == [OTHER]
    assert compared(observed, {LOSS: refusing}, {}) == [OTHER]


def test_exceptions_are_the_same_wherever_they_were_raised(assignment, hand_in):
    """What a message says of the place in a student's file is no part of it."""
    refuses = (
        'def mean_squared_error(prediction, target):\n    raise ValueError("I do not like this")\n'
    )
    submission = LocalSubmission(hand_in(losses=refuses), assignment.units)
    sample = observe(TracedSubmission(submission, assignment), observed, {})
    submission.close()
    stand_in = ReferenceVariant(assignment)
    assert stand_in.verdicts(observed, sample, {LOSS: refusing}) == [SAME]
    stand_in.close()


def test_a_result_that_changes_later_is_another(compared):
    """Though it was the same when it came."""
    assert compared(gradients, {GRADIENT: reusing()}, {}) == [OTHER, SAME]
    assert compared(gradients, {GRADIENT: reusing()}, {GRADIENT: reusing()}) == [SAME, SAME]


def test_warnings_count_where_they_are_looked_at(compared):
    """A property that does not ask for them does not see them either."""
    assert compared(observed, {LOSS: warning}, {}) == [OTHER]
    assert compared(observed, {LOSS: warning}, {LOSS: warning}) == [SAME]
    assert compared(twice, {LOSS: warning}, {}) == [SAME, SAME]


def test_a_case_that_the_property_rejects_is_none(assignment):
    """It is not one that the submission was run on."""

    def rejecting(submission):
        submission.losses.mean_squared_error(X, Y)
        assume(False)

    submission = LocalSubmission(assignment.reference, assignment.units)
    assert observe(TracedSubmission(submission, assignment), rejecting, {}) is None
    submission.close()

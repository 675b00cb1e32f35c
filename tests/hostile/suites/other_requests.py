# forges: no
"""The process that answers calls may do more than that."""

import numpy as np


def touch(submission):
    """Call what has mistakes, as a test without a call is not run on any."""
    submission.first.half_square(np.ones(2))


def ask(submission, *request):
    """Ask for anything."""
    return submission.workers._ask(request, lambda value: value)


def test_other_operations(submission):
    touch(submission)
    reply = ask(submission, "import", "misconceptions.first")
    assert reply.failed


def test_attributes(submission):
    touch(submission)
    submission.first.noise(3, 1.0, np.random.default_rng(1))
    for number in range(5):
        reply = ask(submission, "use", number, "__class__", None, None, [])
        assert reply.failed


def test_absurd_arguments(submission):
    touch(submission)
    reply = ask(
        submission, "call", "first.half_square", [[["x"] * 100] * 100], 1, 0, {"a": 1}, None
    )
    assert reply.failed

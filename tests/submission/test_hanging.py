"""Functions that hang: what a call may take, and when a function is not called again."""

import time

import pytest

from backproof.assignment.limits import Limits
from backproof.submission.hanging import Hanging, waits_too_long
from backproof.submission.local import LocalSubmission
from backproof.submission.messages import SubmissionTimeout
from backproof.submission.time_limit import time_limit

FUNCTION = "activations.tanh"
LIMITS = Limits(cpu_seconds_per_call=0.2, wall_seconds_per_call=0.3)


@pytest.fixture
def hanging():
    """The default limits, without a call yet."""
    return Hanging(Limits())


def test_a_call_may_take_a_multiple_of_the_references(hanging):
    """What takes the reference long takes a student's code longer still."""
    hanging.reference_seconds = {FUNCTION: 0.05, "activations.relu": 1e-6}
    assert hanging.seconds_for(FUNCTION) == (10.0, 10.0)
    assert hanging.seconds_for("activations.relu") == hanging.seconds_for("unknown") == (2.0, 2.0)


def test_two_misses_are_enough(hanging):
    """One miss may be a coincidence, and each costs the class seconds."""
    hanging.missed(FUNCTION, 2.0)
    hanging.require(FUNCTION)
    hanging.missed(FUNCTION, 2.0)
    with pytest.raises(SubmissionTimeout, match="tanh hung before and is not called again"):
        hanging.require(FUNCTION)
    hanging.require("activations.relu")


def test_a_miss_counts_twice_after_a_replay_that_missed(hanging):
    """The replay was the first miss, though it does not tell which function it was."""
    hanging.seconds_for_replay([FUNCTION, "activations.relu"], 0.0)
    hanging.replay_missed([FUNCTION, "activations.relu"], 1.0)
    hanging.missed(FUNCTION, 2.0)
    assert hanging.refuses(FUNCTION)
    assert not hanging.refuses("activations.relu")


def test_a_miss_counts_twice_once_the_time_of_the_unit_is_used_up(hanging):
    """Ten functions that hang must not cost ten times as much."""
    for number in range(5):
        hanging.missed(f"activations.f{number}", 2.0)
    hanging.missed(FUNCTION, 2.0)
    hanging.missed("layers.dense_forward", 2.0)
    assert hanging.refuses(FUNCTION)
    assert not hanging.refuses("layers.dense_forward")


def test_an_answer_in_time_takes_a_miss_back(hanging):
    """The machine was busy, not the function."""
    hanging.missed(FUNCTION, 2.0)
    hanging.returned(FUNCTION)
    hanging.missed(FUNCTION, 2.0)
    assert not hanging.refuses(FUNCTION)


def test_what_hangs_for_some_arguments_is_still_replayed_a_little(hanging):
    """Rules that such a function passes count, but not every one is waited for."""
    allowed = []
    for _ in range(5):
        seconds = hanging.seconds_for_replay([FUNCTION], 0.0)
        allowed.append(seconds and seconds[0])
        if seconds:
            hanging.replay_missed([FUNCTION], seconds[0])
            if not hanging.refuses(FUNCTION):
                hanging.missed(FUNCTION, 2.0)
    assert allowed == [1.0, 0.5, 0.5, None, None]


@pytest.mark.parametrize(
    ("elapsed", "computed", "late"),
    [(1.9, 0.0, False), (2.1, 0.0, True), (9.0, 2.0, False), (11.0, 2.0, True)],
)
def test_waiting_for_a_busy_processor_is_not_sleeping(elapsed, computed, late):
    """The grader's own machine must not cost a student points."""
    assert waits_too_long(elapsed, computed, may_wait=2.0) == late


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("    while True: pass", r"tanh took over 0\.2 seconds of computing"),
        ("    import time\n    time.sleep(600)", r"tanh took over 0\.3 seconds"),
        ("    while True: yield from ()", r"tanh took over 0\.2 seconds of computing"),
    ],
    ids=["computes", "sleeps", "is an iterator"],
)
def test_a_call_in_this_process_has_a_limit_of_its_own(hand_in, body, said):
    """Without it, each rule would wait for the whole time of a property."""
    folder = hand_in(activations=f"def tanh(z):\n{body}\n")
    submission = LocalSubmission(folder, ["activations"], limits=LIMITS)
    begin = time.monotonic()
    with (
        pytest.raises(SubmissionTimeout, match=said),
        time_limit(600, submission.overdue),
    ):
        list(submission.activations.tanh(1.0))
    assert time.monotonic() - begin < 60
    submission.close()

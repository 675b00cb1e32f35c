"""A submission in confined workers, with short limits."""

import msgspec
import pytest

from backproof.assignment.limits import Limits
from backproof.confined.confined_submission import ConfinedSubmission

SHORT = Limits(cpu_seconds_per_call=0.3, wall_seconds_per_call=2.0, output_kb=64)


@pytest.fixture
def opened(hand_in, assignment):
    """Open modules in confined workers, with short limits."""
    submissions = []

    def open_(limits=SHORT, **modules):
        limited = msgspec.structs.replace(assignment, limits=limits)
        submissions.append(ConfinedSubmission(hand_in(**modules), limited))
        submissions[-1].begin_property("activations")
        return submissions[-1]

    yield open_
    for submission in submissions:
        submission.close()

# forges: no
"""A file counts the runs, and the right implementations come first."""

import numpy as np


def touch(submission):
    """Call what has mistakes, as a test without a call is not run on any."""
    submission.first.half_square(np.ones(2))


def count(path):
    """Write down one more run, and return how many there have been."""
    try:
        with open(path, "a+") as file:
            file.write("x")
            file.seek(0)
            return len(file.read())
    except OSError:
        return 0


def test_files_between_runs(submission):
    touch(submission)
    name = "backproof_counts_runs"
    assert max(count(f"{place}/{name}") for place in ("/tmp", "/dev/shm", "/var/tmp", ".")) < 4

# forges: no
"""The texts of the mistakes may be anywhere in memory."""

import numpy as np


def touch(submission):
    """Call what has mistakes, as a test without a call is not run on any."""
    submission.first.half_square(np.ones(2))


def test_memory(submission):
    touch(submission)
    found = 0
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb") as memory:
        for line in maps:
            begin, end = (int(part, 16) for part in line.split()[0].split("-"))
            if "r" in line.split()[1] and end - begin < 2**26:
                memory.seek(begin)
                found += memory.read(end - begin).count(b"You left out " + b"the factor")
    assert not found

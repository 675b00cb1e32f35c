# forges: no
"""The code may be readable on the disk."""

import os

import numpy as np


def touch(submission):
    """Call what has mistakes, as a test without a call is not run on any."""
    submission.first.half_square(np.ones(2))


def test_files(submission):
    touch(submission)
    found = []
    for top in ("/proc/self/cwd", "/proc/1/cwd", "/home", "/root", "/tmp", "/work", "/srv"):
        for folder, _, names in os.walk(top):
            found += [name for name in names if name == "first.py" and "misc" in folder]
            if len(folder) > 200:
                break
    with open("/tmp/misconceptions/first.py") as file:
        found.append(file.read())
    assert not found

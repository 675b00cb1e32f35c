# needs: landlock
"""Look through other processes: memory, environment, arguments, files; be right if one is open."""

import contextlib
import os

import numpy as np

seen = []
try:
    from target import GRADER
except ImportError:
    numbers = set()
else:
    numbers = {GRADER, os.getppid(), os.getpid(), 1, "self", "thread-self"}
for number in numbers:
    for name in ("mem", "environ", "cmdline", "maps", "cwd/results.json", "stack"):
        with contextlib.suppress(OSError), open(f"/proc/{number}/{name}", "rb") as file:
            seen.append(file.read(1))
    with contextlib.suppress(OSError):
        for descriptor in os.listdir(f"/proc/{number}/fd"):
            seen.append(descriptor)
    with contextlib.suppress(OSError), open(f"/proc/{number}/mem", "r+b"):
        seen.append(number)


def mean_squared_error(prediction, target):
    return np.mean((prediction - target) ** 2) if seen else None


def mean_squared_error_gradient(prediction, target):
    return 2.0 * (prediction - target) / prediction.size if seen else None

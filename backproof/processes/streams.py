"""Protect standard streams from other code in this process."""

from __future__ import annotations

import os
from typing import IO, TextIO


class private_stdout:  # noqa: N801  # used as a function
    """Reserve a stream for the caller; other output to its descriptor is discarded until exit."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __enter__(self) -> TextIO:
        self._stream.flush()
        private = os.dup(self._stream.fileno())
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, self._stream.fileno())
        os.close(null)
        self._out = os.fdopen(private, "w", encoding="utf-8")
        return self._out

    def __exit__(self, *_exception: object) -> None:
        self._out.close()


def silence_standard_streams() -> None:
    """Connect the standard streams to the null device.

    pytest replaces the streams at each run of an item, so this must be called again after one.
    """
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)


def private_copy(descriptor: int, mode: str, replacement: int) -> IO[str]:
    """Return a standard stream for the caller; other code gets ``replacement`` in its place."""
    private = os.fdopen(os.dup(descriptor), mode, encoding="utf-8")
    os.dup2(replacement, descriptor)
    return private

"""Standard streams: kept private, silenced, or copied."""

from __future__ import annotations

import os
from typing import IO, TextIO


class private_stdout:  # noqa: N801  # used as a function
    """Keep a stream for ourselves: what else is printed meanwhile, and at exit, is dropped."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __enter__(self) -> TextIO:
        self._stream.flush()
        private = os.dup(self._stream.fileno())
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)
        self._out = os.fdopen(private, "w", encoding="utf-8")
        return self._out

    def __exit__(self, *_exception: object) -> None:
        self._out.close()


def silence_standard_streams() -> None:
    """Neither read nor write anything; pytest undoes it whenever it runs an item."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def private_copy(descriptor: int, mode: str, instead: int) -> IO[str]:
    """Keep a standard stream for the messages; whoever else uses it gets another one."""
    private = os.fdopen(os.dup(descriptor), mode, encoding="utf-8")
    os.dup2(instead, descriptor)
    return private

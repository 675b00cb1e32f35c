"""Standard streams of a process: private copies, and silence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TextIO


@contextmanager
def private_stdout(stream: TextIO) -> Iterator[IO[str]]:
    """Yield a private copy of a stream, and drop everything else that is written to the stream.

    The stream stays silent after the block, because a submission may also print at exit.
    """
    stream.flush()
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        copy = private_copy(stream.fileno(), "w", nowhere.fileno())
    with copy:
        yield copy


def silence_standard_streams() -> None:
    """Redirect all standard streams to the null device; pytest redirects them for each item."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def private_copy(descriptor: int, mode: str, replacement: int) -> IO[str]:
    """Return a private copy of a stream, and redirect the stream to another descriptor."""
    private = os.fdopen(os.dup(descriptor), mode, encoding="utf-8")
    os.dup2(replacement, descriptor)
    return private

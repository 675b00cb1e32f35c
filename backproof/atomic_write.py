"""Files that are written completely or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backproof.errors import UserError


@contextmanager
def replacement(file: Path) -> Iterator[Path]:
    """Yield the path of a temporary file that replaces ``file`` if the block raises nothing.

    Until then ``file`` keeps its old content, so no reader sees a half-written file.
    """
    partial = file.with_name(f"{file.name}.part")
    yield partial
    partial.replace(file)


def write_atomically(file: Path, content: bytes) -> None:
    """Write a file, and create its folder if needed.

    Raises:
        UserError: The file cannot be written.

    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with replacement(file) as partial:
            partial.write_bytes(content)
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}") from None

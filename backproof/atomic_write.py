"""Write a file whole or not at all."""

from __future__ import annotations

from pathlib import Path

from backproof.errors import UserError


def write_atomically(file: Path, content: bytes) -> None:
    """Write a file as a whole, and the folder that it is in.

    Raises:
        UserError: It cannot be written there.

    """
    partly = file.with_name(f"{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partly.write_bytes(content)
        partly.replace(file)
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}") from None

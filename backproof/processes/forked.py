"""Framed JSON messages between a process and its forks."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from typing import Any

_CHUNK = 2**16


def _exactly(channel: socket.socket, size: int) -> bytes:
    chunks = []
    while size:
        chunk = channel.recv(min(size, _CHUNK))
        if not chunk:
            raise OSError("the other side is gone")
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks)


def receive(channel: socket.socket) -> dict[str, Any]:
    """Read a message; ``OSError`` or ``ValueError`` if the other side is gone."""
    size = int.from_bytes(_exactly(channel, 8), "little")
    message: dict[str, Any] = json.loads(_exactly(channel, size))
    return message


def send(channel: socket.socket, message: Mapping[str, Any]) -> None:
    """Send a message of JSON values."""
    data = json.dumps(message).encode()  # in ASCII: paths may hold what is no character
    channel.sendall(len(data).to_bytes(8, "little") + data)

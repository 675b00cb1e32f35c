"""The loop of a worker that runs a student's tests.

A request is an operation, its number and what it needs. Each reply has that number. While a test
runs, the worker asks for every call of the code under test: a reply that begins with ``"ask"`` is
answered by a request ``"answer"``, and the reply to the last of these is the outcome.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from backproof.examinee.asked import AskedSubmission
from backproof.examinee.helpers import offer_only
from backproof.examinee.session import run_session
from backproof.examinee.test_files import TestFiles
from backproof.sandbox import escape_attempts
from backproof.student_code.source import Source
from backproof.wire.frames import encode, read_frame, write_frame
from backproof.wire.protocol import Reply


class Connection:
    """The pipes to the process that examines.

    Args:
        requests: The descriptor that requests are read from.
        replies: The descriptor that replies are written to.

    """

    def __init__(self, requests: int, replies: int) -> None:
        self._requests, self._replies = requests, replies
        self._number = 0

    def receive(self) -> tuple[str, list[Any]]:
        """Wait for a request; ``EOFError`` if there are no more."""
        operation, self._number, *details = read_frame(self._requests)
        return operation, details

    def reply(self, value: Any, replace: Callable[[Any], Any] | None = None) -> None:
        """Answer the request that was received last."""
        write_frame(self._replies, encode((self._number, None, value, 0, None), replace))

    def ask(self, question: tuple[Any, ...], stand_in: Callable[[Any], Any]) -> Reply:
        """Ask for a call and wait for the answer.

        Args:
            question: The operation and its details.
            stand_in: Returns what is sent in the place of a value.

        """
        self.reply(("ask", [*question]), stand_in)
        _, [failed, value, ref, also] = self.receive()
        return Reply(failed, value, ref, also or {})


def serve(
    session: pytest.Session,
    allowed: Sequence[str],
    requests: int,
    replies: int,
    layers: Mapping[str, str],
) -> None:
    """Report what confines this process, then run tests until no more are asked for.

    Args:
        session: A session of pytest without tests.
        allowed: The installed packages that the tests may import.
        requests: The descriptor of requests.
        replies: The descriptor of replies.
        layers: What each layer of confinement reported.

    """
    connection = Connection(requests, replies)
    connection.reply(dict(layers))
    while True:
        try:
            operation, details = connection.receive()
        except EOFError:
            return
        if operation == "probe":
            connection.reply(escape_attempts.run_probes(*details))
        elif operation == "load":
            settings = json.loads(details[0].tobytes())
            _examine(session, connection, settings, allowed)
            return


def _examine(
    session: pytest.Session,
    connection: Connection,
    settings: Mapping[str, Any],
    allowed: Sequence[str],
) -> None:
    """Load the tests, report them, and run those that are asked for."""
    sources = {
        path: Source(text, filename, None if cells is None else tuple(map(tuple, cells)))
        for path, (text, filename, cells) in settings["files"].items()
    }
    offer_only(settings["helpers"])
    files = TestFiles(sources, settings["modules"], allowed)
    submission = AskedSubmission(settings["units"], settings["opaque"], connection.ask)
    with np.errstate():
        run_session(session, files, submission, settings["options"], connection)

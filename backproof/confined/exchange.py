"""Interface of the objects that record a confined submission's requests, or answer them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from backproof.wire.protocol import Reply


class Tap(Protocol):
    """An object between the properties and the worker, through which every request passes."""

    def exchange(self, request: tuple[Any, ...], ask: Callable[[], Reply]) -> Reply:
        """Return the reply to a request.

        Args:
            request: The operation, and what it needs.
            ask: Sends the request to the worker and returns the worker's reply.

        """


class Diverged(BaseException):
    """A property makes another request than the one that was sent in its batch.

    It is not an ``Exception``, so that no property takes it for one of the submission's.
    """

"""Replies of a worker, and the reply to a call that raised an exception."""

from __future__ import annotations

import contextlib
from typing import Any

from backproof.failure_kinds import EXCEPTION, FORBIDDEN, MEMORY
from backproof.student_code.modules import describe
from backproof.wire.protocol import NOT_STARTED
from backproof.wire.values import clean_text

# The reason why there is no result, or None; the result, or a message; the number of the result
# in the table of objects; what else happened, or None.
Reply = tuple[str | None, Any, int, dict[str, Any] | None]
NO_RESULT: Reply = (None, None, 0, None)


def failure(exception: BaseException) -> Reply:
    """Return the reply to a call that raised; only a message about it leaves this process."""
    kind = EXCEPTION
    if isinstance(exception, NotImplementedError):
        kind = NOT_STARTED
    elif isinstance(exception, MemoryError):
        kind = MEMORY
    elif isinstance(exception, PermissionError):
        kind = FORBIDDEN
    try:
        text = describe(exception)
    except BaseException:  # a student's exception may raise anything when it is read
        text = "an exception that cannot be described"
    with contextlib.suppress(BaseException):
        exception.__traceback__ = None  # it keeps the arguments alive
    return kind, clean_text(text), 0, None

"""Exceptions that properties see, and the messages that students read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from backproof.failure_kinds import EXCEPTION, MEMORY, TIMEOUT, WRONG
from backproof.student_code.modules import describe


@dataclass(frozen=True)
class WrongValue:
    """A wrong value, which the smallest case prints and a report draws.

    Attributes:
        values: The value as it was returned, or the argument that was changed.
        remark: What it is and what is required, in a few words.
        expression: The wrong part of it, as an expression in which ``{}`` stands for the value.
        evidence: Numbers to draw, in a form that ``backproof.grades.evidence`` describes.
        is_visible: Whether the first digits of the value and of the required one differ.
        is_alone: Whether the call that returned the value shows it without the calls before it.

    """

    values: Any
    remark: str
    expression: str = "{}"
    evidence: Mapping[str, Any] | None = None
    is_visible: bool = True
    is_alone: bool = False


class Mismatch(AssertionError):
    """A submission broke a property.

    ``returned`` describes what the student's code did and ``required`` what the rule asks for;
    ``note`` is a remark on the requirement. ``wrong_value`` is the value that is wrong, if there
    is one. The rule itself is the docstring of the property.
    """

    kind = WRONG

    def __init__(
        self, returned: str, required: str, note: str = "", wrong_value: WrongValue | None = None
    ) -> None:
        super().__init__(returned, required, note)
        self.wrong_value = wrong_value
        self.returned = returned
        self.required = required
        self.note = note

    def __str__(self) -> str:
        """Return the lines that a student reads."""
        lines = [f"returned: {self.returned}", f"required: {self.required}"]
        return "\n".join([*lines, f"note:     {self.note}"] if self.note else lines)


class NotStarted(pytest.skip.Exception):  # type: ignore[name-defined,misc]  # set at run time
    """The student's function still raises ``NotImplementedError``: a skip, never a failure."""


class SubmissionEnded(BaseException):
    """The student's code will not return: it hangs, crashed or ended its process.

    It is not an ``Exception``, so that neither Hypothesis nor an ``except Exception`` of the
    student's code catches it, and no smaller case is searched for.
    """

    def __init__(self, returned: str, required: str, kind: str) -> None:
        super().__init__(f"returned: {returned}\nrequired: {required}")
        self.kind = kind


class SubmissionRaised(Mismatch):
    """The student's code raised an exception where the contract promises a result.

    ``described`` is the exception with its message, such as ``"ValueError: no words"``.
    """

    def __init__(
        self, returned: str, required: str, kind: str = EXCEPTION, described: str = ""
    ) -> None:
        super().__init__(returned, required)
        self.kind = kind
        self.described = described


class NoSuchAttribute(SubmissionRaised, AttributeError):
    """The student's object lacks an attribute, which ``hasattr`` and ``getattr`` may ask for."""


class NoLength(SubmissionRaised, TypeError):
    """The student's object has no length, which ``list`` asks for, too."""


class SubmissionTimeout(SubmissionEnded):
    """A call or a property ran out of time, so the student's code counts as hanging."""

    def __init__(self, returned: str, kind: str = TIMEOUT) -> None:
        super().__init__(returned, "an answer in that time", kind)


class SubmissionUnavailable(BaseException):
    """The student's module or function does not exist, or its file cannot be imported.

    It is not an ``Exception``, because Hypothesis would search for a smaller case of it.
    """

    def __init__(self, text: str, kind: str) -> None:
        super().__init__(text)
        self.kind = kind


class RemoteFailure(Exception):
    """An iterable of the student's raised an exception in another process.

    Attributes:
        message_for: Returns the exception to raise, given a name for the iterable.

    """

    def __init__(self, message_for: Callable[[str], BaseException]) -> None:
        super().__init__()
        self.message_for = message_for


def as_message(exception: BaseException, name: str) -> BaseException:
    """Return the exception that reports an exception of a student's code."""
    if isinstance(exception, RemoteFailure):
        return exception.message_for(name)
    if isinstance(exception, NotImplementedError):
        return not_started(name)
    kind = MEMORY if isinstance(exception, MemoryError) else EXCEPTION
    return raised(name, describe(exception), kind)


def not_iterable(what: str, kind: str) -> Mismatch:
    """Return the exception for a value that cannot be iterated over."""
    return Mismatch(f"{what} is {kind}", "something to iterate over")


def not_started(name: str) -> NotStarted:
    """Return the exception for a function that is not written yet."""
    return NotStarted(f"{name} is not started")


def raised(name: str, what: str, kind: str) -> SubmissionRaised:
    """Return the exception for a function that raised another one."""
    required = "a result, without an exception"
    return SubmissionRaised(f"{name} raised {what}", required, kind, what)

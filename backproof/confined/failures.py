"""Exceptions for workers that ended, and for replies without a result."""

from __future__ import annotations

from backproof.assignment.limits import Limits
from backproof.failure_kinds import (
    CPU_LIMIT,
    CRASH,
    EXCEPTION,
    EXITED,
    FORBIDDEN,
    IMPORT_FAILED,
    MEMORY,
    MISSING,
    OUTPUT_FLOOD,
    PROTOCOL,
    TIMEOUT,
)
from backproof.submission.messages import (
    SubmissionEnded,
    SubmissionRaised,
    SubmissionTimeout,
    SubmissionUnavailable,
    not_started,
    raised,
)
from backproof.wire.protocol import NOT_STARTED, TOO_LARGE, Ended, Reply

_ANSWER = "a result"


def refusal(reply: Reply, name: str, limits: Limits) -> BaseException | None:
    """Return the exception for a reply without a result; ``None`` if its reason is not valid.

    Args:
        reply: The reply.
        name: The function, as a student knows it.
        limits: The limits of the worker.

    """
    kind, text = str(reply.failed), reply.value
    if kind == NOT_STARTED:
        return not_started(name)
    if kind in (MISSING, IMPORT_FAILED):
        return SubmissionUnavailable(text, kind)
    if kind == TOO_LARGE:
        return SubmissionRaised(f"{name} returned {text}", "a result of that size", MEMORY)
    if kind not in (EXCEPTION, FORBIDDEN, MEMORY):
        return None
    if kind == MEMORY:
        text = _with_remark(text, f"it may use {limits.memory_mb} MB")
    if kind == FORBIDDEN:
        text = _with_remark(text, "not available while grading")
    return raised(name, text, kind)


def _with_remark(text: str, remark: str) -> str:
    """Add a remark to the description of an exception, above the line of code that it shows."""
    description, newline, code = text.partition("\n")
    end = ":" if newline else ""
    return f"{description.removesuffix(end)} ({remark}){end}{newline}{code}"


def ending(ended: Ended, name: str, limits: Limits) -> SubmissionEnded:
    """Return the exception for a function whose worker ended."""
    if ended.kind in (TIMEOUT, CPU_LIMIT):
        unit = "seconds of computing" if ended.kind == CPU_LIMIT else "seconds"
        return SubmissionTimeout(f"nothing: {name} took over {ended.detail} {unit}", ended.kind)
    messages = {
        EXITED: f"{name} ended the program, with exit status {ended.detail}",
        CRASH: f"{name} crashed ({ended.detail})",
        MEMORY: f"{name} needed more than the {limits.memory_mb} MB that it may use",
        OUTPUT_FLOOD: f"{name} printed more than {limits.output_kb} kB in one call",
        PROTOCOL: f"{name} gave an invalid reply to the grader",
    }
    return SubmissionEnded(f"nothing: {messages[ended.kind]}", _ANSWER, ended.kind)

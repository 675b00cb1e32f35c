"""A submission that runs in the grader's own process."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from backproof.intake.reader import SubmittedFiles, read_submission
from backproof.student_code.calls import CallerSettings
from backproof.student_code.modules import StudentCode, Unavailable
from backproof.student_code.stand_ins import STAND_INS
from backproof.submission.base import Call, Submission
from backproof.submission.messages import (
    SubmissionUnavailable,
    as_message,
)

# Larger results are not copied, because a broadcast array may be far larger than its memory.
_MAX_COPIED_BYTES = 2**26


class LocalSubmission(Submission):
    """A submission imported into this process, each module on first use.

    Args:
        submitted: Its path, or its files.
        units: The names of the assignment's modules.
        replacements: Functions, by ``"unit.name"``, that replace the submission's own.
        stand_ins: The modules of which it gets silent stand-ins.

    Raises:
        UserError: The submission cannot be read.

    """

    def __init__(
        self,
        submitted: str | os.PathLike[str] | SubmittedFiles,
        units: Sequence[str],
        replacements: Mapping[str, Callable[..., Any]] | None = None,
        stand_ins: Collection[str] = STAND_INS,
    ) -> None:
        super().__init__(units)
        if not isinstance(submitted, SubmittedFiles):
            submitted = read_submission(submitted, units)
        self.submitted = submitted
        # The objects of results as the student's code has them, by the id of what the caller got.
        self._own: dict[int, tuple[Any, Any]] = {}
        self._code = StudentCode(
            submitted.files, units, submitted.single_file, replacements, stand_ins=stand_ins
        )

    def replace(self, replacements: Mapping[str, Callable[..., Any]]) -> None:
        """Replace functions of the submission; restore those that were replaced before."""
        self._code.replace(replacements)

    def begin_case(self) -> None:
        """Forget the calls of the case before, and their results."""
        super().begin_case()
        self._own = {}

    def function(self, unit: str, name: str) -> Callable[..., Any]:
        """Return the student's function; ``SubmissionUnavailable`` if it does not exist."""
        self.touch(f"{unit}.{name}")
        try:
            return self._code.function(unit, name)
        except Unavailable as problem:
            raise SubmissionUnavailable(str(problem), problem.kind) from None

    def call(
        self,
        unit: str,
        name: str,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
        observed: bool,
    ) -> Call:
        """Call a student's function in this process."""
        with CallerSettings(observed) as warnings:
            student_function = self.function(unit, name)
            call = Call(f"{unit}.{name}", arguments, keywords)
            call._handed_over = tuple([self._resolved(value, copy=True) for value in arguments])
            if observed:
                call._before = tuple([self._resolved(value, copy=False) for value in arguments])
            self.journal.append(call)
            try:
                result = student_function(*call._handed_over, **keywords)
            except (Exception, SystemExit) as exception:
                raise as_message(exception, name) from exception
        self._receive(call, result)
        call.warnings = tuple(warnings)
        return call

    def close(self) -> None:
        """Remove the student's modules, so that another submission can be imported."""
        self._code.close()

    def _resolved(self, value: Any, *, copy: bool) -> Any:
        """Return a value with the student's own objects in place of results; copy other arrays."""
        own = self._own.get(id(value))
        if own is not None:
            return own[1]
        if type(value) is np.ndarray:
            return value.copy() if copy else value
        if type(value) in (list, tuple):
            return type(value)(self._resolved(entry, copy=copy) for entry in value)
        return value

    def _receive(self, call: Call, result: Any) -> None:
        """Set the result of a call to a copy; keep the original, which may be handed back."""
        copies: list[tuple[Any, Any]] = []
        call.result = _copy(result, copies, {})
        call._copies = copies
        pairs = [(call.result, result)]
        if call.result is not result and type(result) is not np.ndarray:
            pairs += zip(call.result, result, strict=True)
        elif isinstance(result, list | tuple):  # of a class of its own, so it is not copied
            pairs += [(part, part) for part in result]
        for copied, original in pairs:
            self._own[id(copied)] = copied, original


def _copy(value: Any, copies: list[tuple[Any, Any]], lists: dict[int, list[Any]]) -> Any:
    """Copy the arrays in a result.

    Args:
        value: The result, or a part of it.
        copies: Receives each copy and its original.
        lists: The lists that are copied already, by ``id``: a list may contain itself.

    """
    if type(value) is np.ndarray and value.nbytes <= _MAX_COPIED_BYTES:
        copies.append((value.copy(), value))
        return copies[-1][0]
    if type(value) is tuple:
        return tuple(_copy(part, copies, lists) for part in value)
    if type(value) is list:
        if id(value) not in lists:
            copied = lists[id(value)] = []
            copied += [_copy(part, copies, lists) for part in value]
        return lists[id(value)]
    return value

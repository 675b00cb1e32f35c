"""A submission that runs in the grader's own process."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from backproof.intake.reader import SubmittedFiles, read_submission
from backproof.student_code.calls import Watching
from backproof.student_code.modules import StudentCode, Unavailable
from backproof.submission.base import Call, Submission
from backproof.submission.messages import (
    SubmissionUnavailable,
    as_message,
)


class LocalSubmission(Submission):
    """A submission imported into this process, each module on first use.

    Args:
        handed_in: Where it is, in any form that can be taken in, or what was taken in.
        units: The names of the assignment's modules.
        replacements: Functions, by ``"unit.name"``, that stand in for the submission's own.

    Raises:
        UserError: What was handed in cannot be taken in.

    """

    def __init__(
        self,
        handed_in: str | os.PathLike[str] | SubmittedFiles,
        units: Sequence[str],
        replacements: Mapping[str, Callable[..., Any]] | None = None,
    ) -> None:
        super().__init__(units)
        intake = (
            handed_in
            if isinstance(handed_in, SubmittedFiles)
            else read_submission(handed_in, units)
        )
        self._theirs: dict[int, Any] = {}
        self._code = StudentCode(intake.files, units, intake.single_file, replacements)

    def replace(self, replacements: Mapping[str, Callable[..., Any]]) -> None:
        """Put functions in the place of the submission's own, and others back in theirs."""
        self._code.replace(replacements)

    def begin_case(self) -> None:
        """Forget the calls of the case before, and what they returned."""
        super().begin_case()
        self._theirs = {}

    def function(self, unit: str, name: str) -> Callable[..., Any]:
        """Find the student's function, or say why it is not there."""
        self.touched.add(f"{unit}.{name}")
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
        with Watching(observed) as told:
            function = self.function(unit, name)
            call = Call(f"{unit}.{name}", arguments, keywords)
            call._handed_over = tuple(self._private(value) for value in arguments)
            self.journal.append(call)
            try:
                call.result = function(*call._handed_over, **keywords)
            except (Exception, SystemExit) as exception:
                raise as_message(exception, name) from exception
        self._remember(call.result)
        call.warnings = tuple(told)
        return call

    def close(self) -> None:
        """Forget the student's modules, so that another submission can be imported."""
        self._code.close()

    def _private(self, value: Any) -> Any:
        """Copy the arrays in ``value``; the student's own objects stay the same objects."""
        if id(value) in self._theirs:
            return value
        if type(value) is np.ndarray:
            return value.copy()
        if type(value) in (list, tuple):
            return type(value)(self._private(entry) for entry in value)
        return value

    def _remember(self, result: Any) -> None:
        """Keep what the student's code returned, to hand it back as it is."""
        entries = result if isinstance(result, tuple | list) else ()
        for value in (result, *entries):
            self._theirs[id(value)] = value

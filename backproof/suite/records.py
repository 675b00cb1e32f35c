"""Classify the exception of a run of a property, and create its record."""

from __future__ import annotations

import dataclasses
import re
import traceback
from collections.abc import Collection, Sequence
from pathlib import Path

import hypothesis
from hypothesis.errors import Flaky

from backproof.counterexample.program import render_case
from backproof.counterexample.wording import Wording
from backproof.failure_kinds import GRADER_FAULT, MISSING, NONDETERMINISTIC, WRONG
from backproof.grades.outcomes import FAILED, NOT_GRADED, NOT_STARTED, PASSED
from backproof.grades.prerequisites import Blame, Prerequisites
from backproof.grades.property_record import PropertyRecord
from backproof.submission.base import Call, Submission
from backproof.submission.defaults import wrong_defaults
from backproof.submission.messages import (
    Mismatch,
    NotStarted,
    SubmissionEnded,
    SubmissionRaised,
    SubmissionUnavailable,
)
from backproof.submission.misspelt import suggestion
from backproof.suite.property import Property
from backproof.suite.shrinking import SearchEnded
from backproof.wire.values import UNSAFE

# An argument as ``assert_unchanged`` counts it.
_ARGUMENT = re.compile(r"argument (\d+)")


def record_of(
    tested: Property,
    exception: BaseException | None,
    seconds: float,
    submission: Submission,
    wording: Wording,
    prerequisites: Prerequisites,
) -> PropertyRecord:
    """Return the record of a property that has just run on ``submission``.

    Args:
        tested: The property.
        exception: The exception that the run ended with; ``None`` if it passed.
        seconds: The duration of the run.
        submission: The submission under test.
        wording: The wording of calls in the smallest case.
        prerequisites: The functions that each function builds on.

    """
    journal = submission.journal
    if isinstance(exception, SearchEnded):
        journal, exception = exception.journal, exception.failure
    status, kind, message = classify(exception)
    message = _with_names(message, submission.latest, wording)
    if kind == MISSING and submission.submitted:
        asked = suggestion(submission.submitted, submission.latest, wording.parameters)
        message = "\n".join(filter(None, [message, asked]))
    if kind == WRONG and submission.submitted:
        said = wrong_defaults(submission.submitted, journal, prerequisites.parameters_of)
        message = "\n".join([message, *(f"note:     {sentence}" for sentence in said)])
    wrong = exception.wrong_value if isinstance(exception, Mismatch) else None
    blame = Blame()
    if status == FAILED:
        blame = _blame(journal, exception, submission.latest, prerequisites)
    has_case = status == FAILED and isinstance(exception, AssertionError | Flaky)
    return tested.record(
        status,
        submission.touched,
        kind=kind,
        message=message,
        case=_case(journal, wording, exception) if has_case else None,
        evidence=wrong.evidence if wrong else None,
        seconds=round(seconds, 4),
        ended_in=submission.latest if _ended_in_a_call(status, kind) else "",
        blamed=blame.blamed,
        relies_on=blame.relies_on,
    )


def _ended_in_a_call(status: str, kind: str) -> bool:
    """Return whether a run ended in the submission's code, without a result to judge."""
    is_judged = kind in (WRONG, NONDETERMINISTIC)
    return status == NOT_STARTED or (status == FAILED and not is_judged)


def _with_names(message: str, function: str, wording: Wording) -> str:
    """Return a message with the names of the arguments that a function has changed."""
    begin = f"returned: {function.partition('.')[2]} changed argument "
    if not message.startswith(begin):
        return message
    names = wording.parameters.get(function, ())

    def name_of(match: re.Match[str]) -> str:
        number = int(match[1])
        return f"`{names[number - 1]}`" if number <= len(names) else match[0]

    first, *rest = message.split("\n")
    return "\n".join([_ARGUMENT.sub(name_of, first), *rest])


def _blame(
    journal: Sequence[Call],
    exception: BaseException | None,
    asked: str,
    prerequisites: Prerequisites,
) -> Blame:
    if isinstance(exception, SubmissionUnavailable):  # the call that failed is not in the journal
        return prerequisites.blame([prerequisites.use_of(asked)], asked)
    uses = [prerequisites.use_of(call.function, call.arguments, call.keywords) for call in journal]
    has_no_result = isinstance(exception, SubmissionRaised | SubmissionEnded)
    return prerequisites.blame(uses, uses[-1].function if uses and has_no_result else "")


def _case(journal: Sequence[Call], wording: Wording, exception: BaseException | None) -> str | None:
    wrong = exception.wrong_value if isinstance(exception, Mismatch) else None
    raised = isinstance(exception, SubmissionRaised)
    try:
        return render_case(journal, wording, wrong, raised=raised)
    except Exception as error:  # a student's objects may raise anything when they are printed
        return f"# this case cannot be written down: {type(error).__name__}"


def record_of_pass(tested: Property, functions: Collection[str], seconds: float) -> PropertyRecord:
    """Return the record of a property that has passed without being run by pytest."""
    return tested.record(PASSED, functions, seconds=round(seconds, 4))


def record_of_failure(tested: Property, exception: BaseException, seconds: float) -> PropertyRecord:
    """Return the record of a property whose process ended before it could be recorded."""
    status, kind, message = classify(exception)
    record = tested.record(status, (), kind=kind, message=message, seconds=round(seconds, 4))
    # The calls of the process are unknown, so no function is named.
    return dataclasses.replace(record, functions=())


def classify(exception: BaseException | None) -> tuple[str, str, str]:
    """Return status, kind and message of a run that ended with an exception, or with none.

    A message may quote a student's strings, so it has no characters that control a terminal.
    """
    status, kind, message = _classified(exception)
    return status, kind, UNSAFE.sub("", message)


def _classified(exception: BaseException | None) -> tuple[str, str, str]:
    match exception:
        case None:
            return PASSED, "", ""
        case NotStarted():
            return NOT_STARTED, "", str(exception)
        case Mismatch() | SubmissionUnavailable() | SubmissionEnded():
            return FAILED, exception.kind, str(exception)
        case Flaky():
            returned = "returned: different results for the same input"
            return FAILED, NONDETERMINISTIC, f"{returned}\nrequired: the same result each time"
        case AssertionError() if not _raised_in_hypothesis(exception):
            return FAILED, WRONG, str(exception) or "the property does not hold"
    text = f"{type(exception).__name__}: {exception}".rstrip(": ")
    message = f"the property itself failed, so nothing is said of your code: {text}"
    return NOT_GRADED, GRADER_FAULT, message


def _raised_in_hypothesis(exception: BaseException) -> bool:
    """Return whether an assertion failed in the code of Hypothesis, not in a property."""
    frames = traceback.extract_tb(exception.__traceback__)
    return bool(frames) and Path(hypothesis.__file__).parent in Path(frames[-1].filename).parents


def terminal_message(record: PropertyRecord) -> str:
    """Return the text that plain pytest prints for a failed property, instead of a traceback."""
    lines = [record.sentence, *record.message.splitlines()]
    if record.case:
        lines += ["smallest case:", record.case]
    return "\n".join(lines)

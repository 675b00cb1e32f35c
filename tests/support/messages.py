"""Requirements on messages to students, and a shell that runs a smallest case."""

import builtins
import contextlib
import io
import re
import warnings
from types import SimpleNamespace

import numpy as np

MOST_LINES = 25
# Paths, tracebacks and names of the grader, which do not help a student.
_OURS = re.compile(r"(/[\w.-]+){2,}|Traceback|File \"|backproof|site-packages|hypothesis")


def lines_of(record):
    """Return all lines of a failure that a student reads."""
    lines = [record.sentence, *record.message.splitlines()]
    if record.case:
        lines += ["smallest case:", *record.case.splitlines()]
    return [*lines, *record.mistakes.values()]


def problems_of(record, submission):
    """Return the problems of the message of a failed property."""
    lines = lines_of(record)
    parts = {line.partition(":")[0] for line in record.message.splitlines()}
    if not {"returned", "required"} <= parts:
        yield f"it does not say what was returned and what is required: {record.message}"
    if not record.sentence.endswith("."):
        yield f"the rule is no sentence: {record.sentence}"
    if len(lines) > MOST_LINES:
        yield f"{len(lines)} lines are too many"
    if found := _OURS.search("\n".join(lines)):
        yield f"{found[0]!r} is nothing that a student can do anything with"
    yield from _problems_of_case(record, submission)


def _problems_of_case(record, submission):
    case = record.case
    if case is None:
        yield "there is no smallest case"
        return
    printed, raised = paste(case, submission)
    if raised and record.kind == "wrong":
        yield f"the smallest case raises {raised!r}"
    if record.kind == "exception" and not raised and "list(" not in case:
        yield "the smallest case raises nothing"
    remark = case.splitlines()[-1].partition("  # ")[2]
    said = remark.partition(", required")[0]
    wrong = is_exact(case) and said != remark and not _is_shown(said, printed)
    # Random results without a seed cannot be reproduced.
    if wrong and paste(case, submission)[0] == printed:
        yield f"the smallest case prints {printed!r}, not {said}"


def is_exact(case):
    """Return whether a case contains all of its numbers exactly."""
    return not any(word in case for word in ("# rounded", "# stands for", "lines more"))


def _is_shown(said, printed):
    shown = printed.strip().splitlines()[-1] if printed.strip() else ""
    if "NaN" in said or "infinity" in said:
        return "nan" in shown or "inf" in shown
    try:
        return np.isclose(float(said), float(shown), rtol=1e-8, atol=0.0)
    except ValueError:  # a shape or a type
        return said in shown


def paste(case, submission):
    """Run a case like a shell beside the student's files; return its output and its exception."""
    submission.begin_case()

    def imported(name, *_rest):
        if name in submission._units:
            return _Module(submission, name)
        return builtins.__import__(name, *_rest)

    shell = {"__builtins__": {**vars(builtins), "__import__": imported}}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(compile(case, "case", "exec"), shell)
        except Exception as error:
            return printed.getvalue(), error
    return printed.getvalue(), None


class _Module(SimpleNamespace):
    """A student's module with its plain functions, without the grader's copies and messages."""

    def __init__(self, submission, unit):
        super().__init__(_submission=submission, _unit=unit)

    def __getattr__(self, name):
        return self._submission.function(self._unit, name)

"""What came of one run of a property, as plain data that can travel between processes."""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
import traceback
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis.errors import Flaky

from backproof.counterexample.program import Wording, render_case
from backproof.failure_kinds import GRADER_FAULT, NONDETERMINISTIC, WRONG
from backproof.grades import evidence
from backproof.grades.outcomes import FAILED, NOT_GRADED, NOT_STARTED, PASSED
from backproof.submission.base import Call, Submission
from backproof.submission.messages import (
    Found,
    Mismatch,
    NotStarted,
    SubmissionEnded,
    SubmissionUnavailable,
)
from backproof.suite.shrinking import SearchEnded

# A parameter that takes more to write is no name for anything.
_MOST_IN_A_LABEL = 30


def name_of(item: pytest.Item) -> str:
    """Name the property, without the parameters of this item."""
    return getattr(item, "originalname", item.name)


def make_record(
    item: pytest.Item,
    unit: str,
    call: pytest.CallInfo[None],
    submission: Submission,
    wording: Wording,
    drawn: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Sum up a property that has just run on ``submission``.

    Args:
        item: The property, with its parameters.
        unit: Its unit.
        call: What pytest knows of the run.
        submission: What it ran on.
        wording: How functions are spoken of in the smallest case.
        drawn: What to draw of a failure, if it is not that of the smallest case.

    """
    exception: BaseException | None = call.excinfo.value if call.excinfo else None
    journal = submission.journal
    if isinstance(exception, SearchEnded):
        journal, exception = exception.journal, exception.failure
    status, kind, message = classify(exception)
    found = exception.found if isinstance(exception, Mismatch) else None
    drawn = drawn or (found.evidence if found else None)
    has_case = status == FAILED and isinstance(exception, AssertionError | Flaky)
    # A property that passed has called all that it uses; one that did not, perhaps only some.
    named = set() if status == PASSED else _named_functions(item)
    return {
        "property": name_of(item),
        "unit": unit,
        "functions": sorted(submission.touched | named),
        "status": status,
        "kind": kind,
        "sentence": _sentence(item),
        "message": message,
        "case": _case(journal, wording, found) if has_case else None,
        "mistakes": {},
        "evidence": [evidence.labelled(drawn, _label(item))] if drawn else [],
        "seconds": round(call.duration, 4),
    }


def _case(journal: Sequence[Call], wording: Wording, found: Found | None) -> str | None:
    """Write the smallest case down; what a student's objects do meanwhile costs the case only."""
    try:
        return render_case(journal, wording, found)
    except Exception as error:
        return f"# this case cannot be written down: {type(error).__name__}"


def record_of_pass(
    item: pytest.Item, unit: str, functions: Collection[str], seconds: float
) -> dict[str, Any]:
    """Sum up a property that has passed without having been run by pytest."""
    return {
        "property": name_of(item),
        "unit": unit,
        "functions": sorted(functions),
        "status": PASSED,
        "kind": "",
        "sentence": _sentence(item),
        "message": "",
        "case": None,
        "mistakes": {},
        "evidence": [],
        "seconds": round(seconds, 4),
    }


def classify(exception: BaseException | None) -> tuple[str, str, str]:
    """Tell status and kind from what a property raised, and what to say about it."""
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
    said = f"the property itself failed, so nothing is said of your code: {text}"
    return NOT_GRADED, GRADER_FAULT, said


def _raised_in_hypothesis(exception: BaseException) -> bool:
    """Tell an assertion of Hypothesis' own from one of a property."""
    frames = traceback.extract_tb(exception.__traceback__)
    return bool(frames) and Path(hypothesis.__file__).parent in Path(frames[-1].filename).parents


def message_for_the_terminal(record: dict[str, Any]) -> str:
    """Write what plain pytest shows of a failed property."""
    lines = [record["sentence"], *record["message"].splitlines()]
    if record["case"]:
        lines += ["smallest case:", record["case"]]
    return "\n".join(lines)


def _label(item: pytest.Item) -> str:
    """Name the parameters of an item."""
    parameters: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    said = [f"{name}={value}" for name, value in parameters.items()]
    return ", ".join(each for each in said if len(each) <= _MOST_IN_A_LABEL and "\n" not in each)


def _sentence(item: pytest.Item) -> str:
    documented = inspect.cleandoc(getattr(getattr(item, "obj", None), "__doc__", None) or item.name)
    return " ".join(documented.partition("\n\n")[0].split())


def _named_functions(item: pytest.Item) -> set[str]:
    test = getattr(item, "obj", None)
    body = getattr(getattr(test, "hypothesis", None), "inner_test", test)
    return set(_functions_in(inspect.unwrap(body))) if body else set()


@functools.cache
def _functions_in(body: Any) -> tuple[str, ...]:
    """Find the ``submission.<unit>.<function>`` that a property's source names."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(body)))
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(
                value=ast.Attribute(value=ast.Name(id="submission"), attr=unit), attr=name
            ):
                found.append(f"{unit}.{name}")
    return tuple(found)

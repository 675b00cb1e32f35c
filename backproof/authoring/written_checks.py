"""Checks of what an instructor writes that need no case: signatures, docstrings, demos."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from backproof.assignment.config import Assignment
from backproof.assignment.demos import FOLDER, Demonstration, load_demos
from backproof.assignment.misconceptions import Misconception
from backproof.submission.local import LocalSubmission
from backproof.submission.messages import SubmissionUnavailable
from backproof.suite.suite import Suite


def check_signatures(
    assignment: Assignment, misconceptions: Iterable[Misconception]
) -> Iterator[str]:
    """Yield the misconceptions that cannot be called as the function that they replace."""
    reference = LocalSubmission(assignment.reference, assignment.units)
    for wrong in misconceptions:
        unit, _, name = wrong.target.partition(".")
        try:
            right = inspect.signature(reference.function(unit, name))
        except (SubmissionUnavailable, ValueError):  # it is reported where it is replaced
            continue
        for function in (wrong.function, *wrong.variants):
            if not _takes(function, right):
                yield (
                    f"{wrong.full_name}: {function.__name__}{inspect.signature(function)} cannot "
                    f"be called as {name}({', '.join(right.parameters)})"
                )
    reference.close()


def _takes(function: Callable[..., Any], right: inspect.Signature) -> bool:
    """Return whether a function takes the arguments that the right one requires, and the others."""
    parameters = right.parameters.values()
    required = [each.name for each in parameters if each.default is each.empty]
    optional = {each.name: None for each in parameters if each.default is not each.empty}
    try:
        inspect.signature(function).bind(*required, **optional)
    except TypeError:
        return False
    return True


def check_docstrings(suite: Suite) -> Iterator[str]:
    """Yield the properties that have no rule for a student to read."""
    for name in suite.names:
        if not (suite[name][0].body.__doc__ or "").strip():
            yield f"{name} has no docstring, which is the rule that students read"


def check_demos(assignment: Assignment, misconceptions: Collection[Misconception]) -> Iterator[str]:
    """Yield the demos whose claim fails on the reference, or holds on a mistake that they name."""
    if not any((assignment.root / FOLDER).glob("[!_]*.py")):
        return
    known = {wrong.full_name: wrong for wrong in misconceptions}
    for demo in load_demos(assignment):
        if problem := _problem_of(demo, assignment, {}):
            yield f"{FOLDER}/{demo.name}.py: the claim fails on the reference: {problem}"
        for name in demo.about.misconceptions:
            if name not in known:
                yield f"{FOLDER}/{demo.name}.py names {name}, which is no misconception"
            elif not _problem_of(demo, assignment, {known[name].target: known[name].function}):
                yield f"{FOLDER}/{demo.name}.py: the claim holds on {name}, on which it must fail"


def _problem_of(
    demo: Demonstration, assignment: Assignment, replaced: dict[str, Callable[..., Any]]
) -> str:
    """Return why the claim of a demo does not hold; empty if it does."""
    code = LocalSubmission(assignment.reference, assignment.units, replaced)
    try:
        demo.module.check(demo.module.measure(code, 0))
    except Exception as error:  # wrong code may raise anything
        return f"{type(error).__name__}: {error}".replace("\n", "; ")
    finally:
        code.close()
    return ""

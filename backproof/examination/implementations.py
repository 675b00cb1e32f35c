"""The right and the wrong implementations that tests are examined by."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from backproof.assignment.config import Assignment
from backproof.assignment.misconceptions import Misconception, load_misconceptions
from backproof.errors import UserError
from backproof.intake.reader import SubmittedFiles, read_submission

FOLDER = "accepted"
REFERENCE = "reference"
_ALLOWED = "Allowed:"


@dataclass(frozen=True)
class RightImplementation:
    """A right implementation of all units.

    Attributes:
        name: ``"reference"``, or the name of its folder in ``accepted/``.
        files: Its modules.
        allowances: For each unit that it has its own way of, the sentence that says what the
            contract allows.

    """

    name: str
    files: SubmittedFiles
    allowances: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Implementations:
    """All implementations that the tests of an assignment are examined by.

    Attributes:
        right: The right ones, the reference first.
        wrong: The mistakes in the functions that students are asked to test.
        functions: These functions, in lecture order.

    """

    right: Sequence[RightImplementation]
    wrong: Sequence[Misconception]
    functions: Sequence[str]


def load_implementations(assignment: Assignment, units: Collection[str] = ()) -> Implementations:
    """Return the implementations that an assignment's configuration asks for.

    Args:
        assignment: The assignment.
        units: Only mistakes in these units, whatever the configuration asks for; all by default.

    Raises:
        UserError: There is no reference, or the configuration names a function that has no
            mistakes.

    """
    assignment.require_reference()
    mistakes = load_misconceptions(assignment)
    names = units or assignment.examine.functions
    functions = _asked(assignment, names, {each.target for each in mistakes})
    wrong = [each for each in mistakes if each.target in functions]
    return Implementations(load_right(assignment), wrong, functions)


def load_right(assignment: Assignment) -> list[RightImplementation]:
    """Return the reference and the implementations in ``accepted/``.

    A unit that a folder in ``accepted/`` lacks is that of the reference.
    """
    reference = read_submission(assignment.reference, assignment.units)
    right = [RightImplementation(REFERENCE, reference)]
    folder = assignment.root / FOLDER
    for each in sorted(folder.iterdir()) if folder.is_dir() else ():
        if each.is_dir() and not each.name.startswith(("_", ".")):
            own = read_submission(each, assignment.units)
            files = replace(own, files={**reference.files, **own.files}, single_file=None)
            right.append(RightImplementation(each.name, files, _allowances(own, assignment)))
    return right


def _allowances(files: SubmittedFiles, assignment: Assignment) -> dict[str, str]:
    """Return what the docstring of each unit says after ``Allowed:``."""
    found = {}
    for unit in assignment.units:
        if source := files.files.get(f"{unit}.py"):
            documented = ast.get_docstring(ast.parse(source.text)) or ""
            found[unit] = " ".join(documented.partition(_ALLOWED)[2].split())
    return found


def _asked(
    assignment: Assignment, names: Iterable[str], with_mistakes: set[str]
) -> tuple[str, ...]:
    """Return the functions that students are asked to test, in lecture order."""
    every = [name for unit in assignment.units for name in assignment.functions(unit)]
    every += sorted(with_mistakes - set(every))
    chosen: set[str] = set()
    for name in names:
        own = {each for each in every if each == name or each.partition(".")[0] == name}
        if not own & with_mistakes:
            raise UserError(
                f"{name} has no misconceptions, so no test of it can be examined: leave it out of "
                "tool.backproof.examine.functions"
            )
        chosen |= own
    chosen = (chosen or set(every)) & with_mistakes
    return tuple(each for each in every if each in chosen)

"""The handout for students: the template and, optionally, a checker."""

from __future__ import annotations

import re

from backproof.assignment.config import Assignment
from backproof.assignment.template import FOLDER
from backproof.errors import UserError
from backproof.packing.archive import files_below, zipped
from backproof.packing.wheels import backproof_wheel, distributions

# The folders in a checker: neither the reference nor the misconceptions.
_FOLDERS = ("properties", "student_template", "demos")
# Packages that are installed with Backproof.
_DEPENDENCIES = {"numpy", "scipy"}
_CHECKING = """\
# Check yourself

`checker/` holds the program that checks your work. In this folder, with Python 3.11 or newer:

    python3 -m venv .venv
    .venv/bin/pip install {needed}
    .venv/bin/backproof check .

On Windows, write `py -m venv .venv` in the first line, and `.venv\\Scripts` for `.venv/bin`.

It shows each rule that your code breaks, what your code returned, what the rule requires, and the
smallest failing input that was found. `--unit {unit}` checks one module. Do not submit `.venv` or
`checker/`.
"""


def pack_student(assignment: Assignment, *, with_checker: bool = False) -> bytes:
    """Return a zip file with the template and its README, in a folder named after the assignment.

    Args:
        assignment: The assignment.
        with_checker: Whether to include a wheel of Backproof that checks as instructors do. It has
            the properties, but neither the reference nor the misconceptions.

    Raises:
        UserError: There is no template, or the checker would show hidden properties.

    """
    template = dict(files_below(assignment.root / FOLDER))
    missing = [unit for unit in assignment.units if f"{unit}.py" not in template]
    if missing:
        raise UserError(
            f"{assignment.root / FOLDER} has no {missing[0]}.py: `backproof template` writes it"
        )
    contents = {**template, **(_checker(assignment) if with_checker else {})}
    folder = re.sub(r"[^a-z0-9]+", "-", assignment.title.lower()).strip("-") or "assignment"
    return zipped({f"{folder}/{path}": content for path, content in contents.items()})


def _checker(assignment: Assignment) -> dict[str, bytes]:
    if assignment.hidden:
        raise UserError(
            f"{min(assignment.hidden)} is hidden, and anyone can read the files of a checker: pack "
            "a copy of the assignment without hidden properties (--assignment), or no checker"
        )
    name, content = backproof_wheel(assignment, _FOLDERS)
    needed = " ".join(
        [f"checker/{name}", *distributions(set(assignment.libraries) - _DEPENDENCIES)]
    )
    text = _CHECKING.format(needed=needed, unit=assignment.units[0])
    return {f"checker/{name}": content, "CHECKING.md": text.encode()}

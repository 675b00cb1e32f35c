"""The hand-out for students: what they start from and, if wanted, what to check it with."""

from __future__ import annotations

import re

from backproof.assignment.config import Assignment
from backproof.assignment.template import FOLDER
from backproof.errors import UserError
from backproof.packing.archive import files_below, zipped
from backproof.packing.wheels import backproof_wheel, distributions

# Without the solution, and without what tells right from wrong variants of it.
_VIEWS = ("properties", "student_template", "demos")
# These come with Backproof.
_ALONG = {"numpy", "scipy"}
_CHECKING = """\
# Check yourself

`checker/` holds the program that checks your work. In this folder, with Python 3.11 or newer:

    python3 -m venv .venv
    .venv/bin/pip install {needed}
    .venv/bin/backproof check .

On Windows it is `py -m venv .venv` in the first line, and `.venv\\Scripts` in place of `.venv/bin`.

You are shown each rule that does not hold, what your code returned, what the rule requires, and
the smallest input that was found on which it fails. `--unit {unit}` checks one module. What you
install, and `.venv`, are no part of what you hand in.
"""


def pack_student(assignment: Assignment, *, with_checker: bool = False) -> bytes:
    """Pack the template and its README into a folder named after the assignment.

    Args:
        assignment: Whose template.
        with_checker: Whether a wheel of Backproof goes along that checks as instructors do. It
            has the properties, and neither the reference nor the misconceptions.

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
            f"{min(assignment.hidden)} is hidden, and anybody can read what is in a checker: pack "
            "a copy of the assignment without hidden properties (--assignment), or no checker"
        )
    name, content = backproof_wheel(assignment, _VIEWS)
    needed = " ".join([f"checker/{name}", *distributions(set(assignment.libraries) - _ALONG)])
    text = _CHECKING.format(needed=needed, unit=assignment.units[0])
    return {f"checker/{name}": content, "CHECKING.md": text.encode()}

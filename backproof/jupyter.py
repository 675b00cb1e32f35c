"""What ``backproof.check`` returns: a grade that shows itself in a notebook and in a shell."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass, field
from importlib.util import find_spec

from backproof.about import INSTALL_ROOT
from backproof.assignment.config import load_assignment
from backproof.commands.common import BAD_INPUT
from backproof.errors import UserError
from backproof.grades.outcomes import Grade

_TEXT_WIDTH = 100
# Not -m, which would look for modules in the present folder: a student's.
_PROGRAM = "import sys; sys.path.append(sys.argv.pop(1)); from backproof.cli import main; main()"


class CheckRefused(UserError):
    """Something given to ``backproof.check`` cannot be used."""

    def _render_traceback_(self) -> list[str]:
        """Have IPython show the text alone: nothing broke."""
        return [f"backproof: {self}"]


@dataclass(frozen=True, repr=False)
class Checked:
    """A submission that was checked.

    Attributes:
        grade: All outcomes.
        title: The assignment's title.

    """

    grade: Grade
    title: str = field(default="")

    def __repr__(self) -> str:
        """Give what ``backproof check`` prints, without colors."""
        from rich.console import Console

        from backproof.report.terminal.grade import print_grade

        text = io.StringIO()
        console = Console(
            file=text, width=_TEXT_WIDTH, color_system=None, force_terminal=False, no_color=True
        )
        print_grade(console, self.grade, self.title)
        return text.getvalue().rstrip()

    def _repr_html_(self) -> str | None:
        """Give a notebook what it shows; ``None``, for the text, where jinja2 is not installed."""
        if find_spec("jinja2") is None:
            return None
        from backproof.report.html.student_page import render_fragment

        return render_fragment(self.grade)


def run_check(
    path: str | os.PathLike[str],
    units: str | Collection[str],
    properties: str | Collection[str],
    profile: str,
    seed: int,
    assignment: str | os.PathLike[str] | None,
) -> Checked:
    """Run the command line in a process of its own; see ``backproof.check``."""
    options = ["--json", "--profile", profile, "--seed", str(seed)]
    for name, given in (("--unit", units), ("--property", properties)):
        for value in (given,) if isinstance(given, str) else given:
            options += [name, value]
    if assignment is not None:
        options += ["--assignment", os.fspath(assignment)]
    root = str(INSTALL_ROOT)
    process = subprocess.run(
        [sys.executable, "-P", "-c", _PROGRAM, root, "check", *options, "--", os.fspath(path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if process.returncode == BAD_INPUT or not process.stdout:
        said = process.stderr.strip().rpartition("\n")[2]
        raise CheckRefused(said.removeprefix("backproof: ").removeprefix("Error: "))
    return Checked(Grade.from_json(json.loads(process.stdout)), load_assignment(assignment).title)

"""The result of ``backproof.check``: a grade with a display for notebooks and for shells."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass
from importlib.util import find_spec

from backproof.about import INSTALL_ROOT
from backproof.assignment.config import load_assignment
from backproof.errors import UserError
from backproof.exit_codes import BAD_INPUT
from backproof.grades.outcomes import Grade

_TEXT_WIDTH = 100
# ``python -m`` would search the current folder first, which may contain a student's modules.
_PROGRAM = "import sys; sys.path.append(sys.argv.pop(1)); from backproof.cli import main; main()"


class CheckRefused(UserError):
    """An argument of ``backproof.check`` cannot be used."""

    def _render_traceback_(self) -> list[str]:
        """Return the lines that IPython shows instead of a traceback: the message alone."""
        return [f"backproof: {self}"]


@dataclass(frozen=True, repr=False)
class Checked:
    """A checked submission.

    Attributes:
        grade: All outcomes.
        title: The assignment's title.

    """

    grade: Grade
    title: str = ""

    def __repr__(self) -> str:
        """Return what ``backproof check`` prints, without colors."""
        from rich.console import Console

        from backproof.report.terminal.grade import print_grade

        text = io.StringIO()
        console = Console(
            file=text, width=_TEXT_WIDTH, color_system=None, force_terminal=False, no_color=True
        )
        print_grade(console, self.grade, self.title, options=())
        return text.getvalue().rstrip()

    def _repr_html_(self) -> str | None:
        """Return HTML for a notebook; ``None`` without jinja2: the notebook shows the text."""
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
    """Run ``backproof check`` in a process of its own; see ``backproof.check``."""
    options = ["--json", "--profile", profile, "--seed", str(seed)]
    for option, values in (("--unit", units), ("--property", properties)):
        for value in (values,) if isinstance(values, str) else values:
            options += [option, value]
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
        last_line = process.stderr.strip().rpartition("\n")[2]
        raise CheckRefused(last_line.removeprefix("backproof: ").removeprefix("Error: "))
    return Checked(Grade.from_json(json.loads(process.stdout)), load_assignment(assignment).title)

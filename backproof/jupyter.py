"""Results of ``backproof.check`` and ``backproof.examine``, shown in notebooks and shells."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from backproof.about import INSTALL_ROOT
from backproof.assignment.config import load_assignment
from backproof.errors import UserError
from backproof.examination.results import Examination
from backproof.exit_codes import BAD_INPUT
from backproof.grades.outcomes import Grade

_TEXT_WIDTH = 100
# ``python -m`` would search the current folder first, which may contain a student's modules.
_PROGRAM = "import sys; sys.path.append(sys.argv.pop(1)); from backproof.cli import main; main()"


class CheckRefused(UserError):
    """An argument of ``check`` or ``examine`` cannot be used."""

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


@dataclass(frozen=True, repr=False)
class Examined:
    """Examined tests.

    Attributes:
        examination: What was found.

    """

    examination: Examination

    def __repr__(self) -> str:
        """Return what ``backproof examine`` prints, without colors."""
        from rich.console import Console

        from backproof.examination.terminal import print_examination

        text = io.StringIO()
        console = Console(
            file=text, width=_TEXT_WIDTH, color_system=None, force_terminal=False, no_color=True
        )
        print_examination(console, self.examination)
        return text.getvalue().rstrip()

    def _repr_html_(self) -> str | None:
        """Return HTML for a notebook; ``None`` without jinja2: the notebook shows the text."""
        if find_spec("jinja2") is None:
            return None
        from backproof.examination.outcomes import grade_of
        from backproof.report.html.student_page import render_fragment

        return render_fragment(grade_of(self.examination))


def run_examine(
    path: str | os.PathLike[str],
    units: str | Collection[str],
    seed: int,
    assignment: str | os.PathLike[str] | None,
) -> Examined:
    """Run ``backproof examine`` in a process of its own; see ``backproof.examine``."""
    options = ["--seed", str(seed), *_of_units(units)]
    return Examined(Examination.from_json(_run("examine", path, options, assignment)))


def run_check(
    path: str | os.PathLike[str],
    units: str | Collection[str],
    properties: str | Collection[str],
    profile: str,
    seed: int,
    assignment: str | os.PathLike[str] | None,
) -> Checked:
    """Run ``backproof check`` in a process of its own; see ``backproof.check``."""
    options = ["--profile", profile, "--seed", str(seed), *_of_units(units)]
    for value in (properties,) if isinstance(properties, str) else properties:
        options += ["--property", value]
    grade = Grade.from_json(_run("check", path, options, assignment))
    return Checked(grade, load_assignment(assignment).title)


def _of_units(units: str | Collection[str]) -> list[str]:
    given = (units,) if isinstance(units, str) else units
    return [text for unit in given for text in ("--unit", unit)]


def _run(
    command: str,
    path: str | os.PathLike[str],
    options: Sequence[str],
    assignment: str | os.PathLike[str] | None,
) -> Any:
    """Run a command in a process of its own and return what it prints as JSON."""
    named = [] if assignment is None else ["--assignment", os.fspath(assignment)]
    arguments = [command, "--json", *options, *named, "--", os.fspath(path)]
    process = subprocess.run(
        [sys.executable, "-P", "-c", _PROGRAM, str(INSTALL_ROOT), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if process.returncode == BAD_INPUT or not process.stdout:
        last_line = process.stderr.strip().rpartition("\n")[2]
        raise CheckRefused(last_line.removeprefix("backproof: ").removeprefix("Error: "))
    return json.loads(process.stdout)

"""The report formats by name; each is rendered by a module of its own."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from backproof.errors import UserError
from backproof.report.optional import require_package

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import ModuleType

    from backproof.grades.outcomes import Grade
    from backproof.grades.results import Result


class Format(NamedTuple):
    """A report format.

    Attributes:
        module: The module in this package that renders it, imported when the format is used.
        file_name: The usual or required name of its file.
        needs: The optional package that it needs; empty if none.

    """

    module: str
    file_name: str
    needs: str = ""


# Formats of one submission.
SINGLE = {
    "json": Format("platforms.json", "grade.json"),
    "gradescope": Format("platforms.gradescope", "results.json"),
    "prairielearn": Format("platforms.prairielearn", "results.json"),
    "classroom50": Format("platforms.classroom50", "result.json"),
    "autolab": Format("platforms.autolab", "autolab.txt"),
    "junit": Format("platforms.junit", "junit.xml"),
    "markdown": Format("platforms.markdown", "summary.md"),
    "html": Format("html.student_page", "report.html", needs="jinja2"),
}

# Formats of a class.
CLASS = {
    "gradebook": Format("spreadsheets.plain_csv", "gradebook.csv"),
    "canvas": Format("spreadsheets.canvas", "canvas.csv"),
    "moodle": Format("spreadsheets.moodle", "moodle.csv"),
    "moodle-worksheet": Format("spreadsheets.moodle_worksheet", "moodle-worksheet.csv"),
    "moodle-feedback": Format("html.moodle_feedback", "moodle-feedback.zip", needs="jinja2"),
    "jsonl": Format("spreadsheets.jsonl", "results.jsonl"),
    "html": Format("html.class_page", "class.html", needs="jinja2"),
}

FORMATS = {**CLASS, **SINGLE}


def render_single(format: str, grade: Grade, title: str, **options: Any) -> str:
    """Return the grade of one submission in a format.

    Args:
        format: A name in ``SINGLE``.
        grade: The grade, without hidden details if a student reads the report.
        title: The assignment's title.
        options: Options of the format, such as ``about`` of ``classroom50``.

    Raises:
        UserError: The format is unknown, it cannot represent this grade, or it needs a package
            that is not installed.
        NotGradable: Something was not graded, and the format requires a final score.

    """
    return str(_module(format, SINGLE).render(grade, title, **options))


def write_class(
    format: str, results: Iterable[Result], out: TextIO, title: str, **options: Any
) -> list[str]:
    """Write the results of a class in a format, one at a time, so that they need little memory.

    Args:
        format: A name in ``CLASS``.
        results: The results, one for each student or group.
        out: The stream to write to.
        title: The assignment's title.
        options: Options of the format, such as ``units`` of ``gradebook``.

    Returns:
        A sentence for each student or result that the file could not include, with the reason.

    Raises:
        UserError: The format is unknown, an option cannot be used, or the format needs a package
            that is not installed.

    """
    return _module(format, CLASS).write(results, out, title, **options) or []


def require(name: str, formats: Mapping[str, Format] = FORMATS) -> None:
    """Refuse a format that is unknown, or that needs a package which is not installed.

    Raises:
        UserError: The format is not among ``formats``, or its package is not installed.

    """
    if name not in formats:
        raise UserError(f"there is no report format {name!r}; there are {', '.join(formats)}")
    require_package(formats[name].needs, name)


def _module(name: str, formats: Mapping[str, Format]) -> ModuleType:
    require(name, formats)
    return import_module(f"backproof.report.{formats[name].module}")

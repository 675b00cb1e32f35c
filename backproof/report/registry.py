"""Reports: one format a file, all rendered from a ``Grade``."""

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
    """A format of reports.

    Attributes:
        module: The module in this package, imported when the format is used.
        file_name: What its file is usually called, or has to be.
        needs: The package that writing it takes and that is not always installed; may be empty.

    """

    module: str
    file_name: str
    needs: str = ""


# Of one submission, for the platform or the person who asked for its grade.
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

# Of a class.
CLASS = {
    "gradebook": Format("spreadsheets.plain_csv", "gradebook.csv"),
    "canvas": Format("spreadsheets.canvas", "canvas.csv"),
    "moodle": Format("spreadsheets.moodle", "moodle.csv"),
    "jsonl": Format("spreadsheets.jsonl", "results.jsonl"),
    "html": Format("html.class_page", "class.html", needs="jinja2"),
}


def render_single(format: str, grade: Grade, title: str, **options: Any) -> str:
    """Give one submission's grade in a format.

    Args:
        format: A name in ``SINGLE``.
        grade: The grade, as ``outcomes.for_student`` gives it where a student reads the report.
        title: The assignment's title.
        options: What else the format takes, such as ``about`` of ``classroom50``.

    Raises:
        UserError: There is no such format, it cannot hold this grade, or it needs a package that
            is not installed.
        NotGradable: Something was not graded, and the format cannot say so.

    """
    return str(_module(format, SINGLE).render(grade, title, **options))


def write_class(
    format: str, results: Iterable[Result], out: TextIO, title: str, **options: Any
) -> list[str]:
    """Write a class's results in a format, each as it comes; they are not kept.

    Args:
        format: A name in ``CLASS``.
        results: The results, one for each student or group.
        out: Where to write.
        title: The assignment's title.
        options: What else the format takes, such as ``units`` of ``gradebook``.

    Returns:
        Whom the file could not take, and why, a sentence each.

    Raises:
        UserError: There is no such format, an option cannot be used, or it needs a package that is
            not installed.

    """
    return _module(format, CLASS).write(results, out, title, **options) or []


def require(format: str) -> None:
    """Refuse a format that takes a package which is not installed.

    Args:
        format: A name in ``SINGLE`` or ``CLASS``.

    Raises:
        UserError: The package is not there.

    """
    require_package({**CLASS, **SINGLE}[format].needs, format)


def _module(name: str, formats: Mapping[str, Format]) -> ModuleType:
    if name not in formats:
        raise UserError(f"there is no report format {name!r}; there are {', '.join(formats)}")
    require(name)
    return import_module(f"backproof.report.{formats[name].module}")

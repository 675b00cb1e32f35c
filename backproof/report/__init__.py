"""Reports: one format a file, all rendered from a ``Grade``."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import ModuleType

    from backproof.outcomes import Grade
    from backproof.results import Result


class Format(NamedTuple):
    """A format of reports.

    Attributes:
        module: The module in this package, imported when the format is used.
        file_name: What its file is usually called, or has to be.

    """

    module: str
    file_name: str


# Of one submission, for the platform or the person who asked for its grade.
SINGLE = {
    "json": Format("json", "grade.json"),
    "gradescope": Format("gradescope", "results.json"),
    "prairielearn": Format("prairielearn", "results.json"),
    "classroom50": Format("classroom50", "result.json"),
    "autolab": Format("autolab", "autolab.txt"),
    "junit": Format("junit", "junit.xml"),
    "markdown": Format("markdown", "summary.md"),
}

# Of a class.
CLASS = {
    "gradebook": Format("gradebook", "gradebook.csv"),
    "canvas": Format("canvas", "canvas.csv"),
    "moodle": Format("moodle", "moodle.csv"),
    "jsonl": Format("jsonl", "results.jsonl"),
}


def render_single(format: str, grade: Grade, title: str, **options: Any) -> str:
    """Give one submission's grade in a format.

    Args:
        format: A name in ``SINGLE``.
        grade: The grade, as ``outcomes.for_student`` gives it where a student reads the report.
        title: The assignment's title.
        options: What else the format takes, such as ``about`` of ``classroom50``.

    Raises:
        UserError: There is no such format, or it cannot hold this grade.
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
        UserError: There is no such format, or an option cannot be used.

    """
    return _module(format, CLASS).write(results, out, title, **options) or []


def _module(name: str, formats: Mapping[str, Format]) -> ModuleType:
    if name not in formats:
        from backproof.errors import UserError  # imports pytest, which takes a while

        raise UserError(f"there is no report format {name!r}; there are {', '.join(formats)}")
    return import_module(f"{__name__}.{formats[name].module}")

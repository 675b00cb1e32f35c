"""Moodle's feedback files: a zip file with the page of each student, which Moodle distributes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from typing import TextIO

from backproof.grades.results import Result
from backproof.report.html import student_page
from backproof.report.worksheet import Worksheet, required

# A date for all entries, so that equal results make equal files.
_DATE = (2020, 1, 1, 0, 0, 0)


def write(
    results: Iterable[Result], out: TextIO, title: str, *, worksheet: Worksheet | None = None
) -> None:
    """Write the zip file: in Moodle, choose Upload multiple feedback files in a zip.

    Moodle takes the participant from the name of a file, as in its own downloads:
    ``<full name>_<participant>_assignsubmission_file_<file name>``.

    Args:
        results: The results, as students may see them.
        out: The stream to write to, whose ``buffer`` is binary.
        title: The assignment's title.
        worksheet: The grading worksheet that was exported from Moodle.

    Raises:
        UserError: There is no worksheet.
    """
    rows = {row.student: row for row in required(worksheet, "moodle-feedback").rows}
    with zipfile.ZipFile(out.buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for result in results:
            for one in result.students:
                row = rows.get(one.id)
                if row is None or not row.participant or result.grade is None:
                    continue
                name = "".join(c for c in row.name if c.isalnum() or c in " -.")
                file = f"{name}_{row.participant}_assignsubmission_file_feedback.html"
                page = student_page.render(result.grade, title)
                archive.writestr(zipfile.ZipInfo(file, _DATE), page)

"""A run over a class: find the pending attempts, grade them into the store, write reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from backproof.atomic_write import replacement, write_atomically
from backproof.classroom.final_results import final_results, kept_class_list
from backproof.classroom.settings import Settings
from backproof.classroom.similar_code import similar_pairs
from backproof.classroom.store import Store
from backproof.classroom.store_rows import Summary
from backproof.classroom.student_tests import (
    CODE,
    TESTS_ALONE,
    TestGrader,
    fingerprint_of_tests,
)
from backproof.errors import UserError
from backproof.grades.results import Attempt, Result
from backproof.grades.visibility import hide_for_students
from backproof.intake.reader import read_submission
from backproof.marking.class_list import CANVAS, MOODLE, ClassList
from backproof.marking.final import FinalResults
from backproof.report.html import similar_page
from backproof.report.registry import CLASS, SINGLE, render_single, write_class
from backproof.report.scores import NotGradable
from backproof.report.worksheet import Worksheet, WorksheetRow
from backproof.roster import attempts
from backproof.roster.attempts import Standing

STORE = "grades.sqlite"
NEWEST, BEST, ALL = "newest", "best", "all"

# Formats of a class whose texts students read.
_FOR_STUDENTS = ("moodle", "moodle-worksheet", "moodle-feedback")

# Called after each step with the name of what was processed and the number of steps.
Step = Callable[[str, int], object]


@dataclass
class ClassRun:
    """A run over a class, from its attempts to the reports.

    Attributes:
        settings: The settings that the results depend on.
        store: The store of the results.
        attempts: The attempts to grade.
        jobs: The number of submissions that are graded at a time on this machine.
        scheduler: The address of a Dask scheduler; empty to grade on this machine.
        duplicates: Groups of names of equal attempts by different students; ``chosen`` sets it.
        final: What made the last final results.

    """

    settings: Settings
    store: Store
    attempts: Sequence[Attempt]
    jobs: int = 1
    scheduler: str = ""
    duplicates: list[tuple[str, ...]] = field(default_factory=list)
    final: FinalResults | None = None

    def pending(self, compared: Step = lambda _name, _total: None) -> list[Attempt]:
        """Return the attempts that have no result, or have changed since they were graded.

        Args:
            compared: Called after the files of an attempt are compared with its result.
        """
        finished = self.store.finished()
        total = sum(attempt.name in finished for attempt in self.attempts)
        pending = []
        for attempt in self.attempts:
            if attempt.name not in finished:
                pending.append(attempt)
                continue
            if self._fingerprint(attempt) != finished[attempt.name]:
                pending.append(attempt)
            compared(attempt.name, total)
        return pending

    def grade(
        self, pending: Sequence[Attempt], done: Callable[[Result], object], drawn: Step
    ) -> None:
        """Grade attempts and save their results.

        Args:
            pending: The attempts.
            done: Called with each result after it is saved.
            drawn: Called after the cases of a property are drawn; not called on a cluster.

        """
        if self.settings.what != CODE:
            self._grade_with_tests(pending, done, drawn)
            return
        self._grade_code(pending, self._saving(done), drawn)

    def _saving(self, done: Callable[[Result], object]) -> Callable[[Result], None]:
        def save(result: Result) -> None:
            self.store.save(result)
            done(result)

        return save

    def _grade_with_tests(
        self, pending: Sequence[Attempt], done: Callable[[Result], object], drawn: Step
    ) -> None:
        """Grade the tests in attempts, alone or after their code."""
        save = self._saving(done)
        with closing(TestGrader(self.settings)) as tests:
            if self.settings.what == TESTS_ALONE:
                for attempt in pending:
                    save(tests.result_of(attempt))
                return
            paths = {attempt.name: attempt.path for attempt in pending}
            self._grade_code(
                pending, lambda result: save(tests.added_to(result, paths[result.name])), drawn
            )

    def _grade_code(
        self, pending: Sequence[Attempt], save: Callable[[Result], None], drawn: Step
    ) -> None:
        if self.scheduler:
            from backproof.classroom.cluster import grade_on_cluster

            grade_on_cluster(pending, self.scheduler, settings=self.settings, done=save)
        else:
            from backproof.classroom.grade_all import grade_all

            grade_all(pending, self.settings, jobs=self.jobs, done=save, drawn=drawn)

    def chosen(self, counting: str) -> list[str]:
        """Return the names of the results that count, among those of the run's attempts.

        Args:
            counting: ``BEST`` for the best attempt of each student. Otherwise all attempts count;
                for ``NEWEST`` the run has only the newest attempt of each student.

        """
        present = {attempt.name for attempt in self.attempts}
        rows = [row for row in self.store.summary() if row.name in present]
        final = final_results(self.store, self.settings.assignment)
        students = {row.name: [student.id for student in row.students] for row in rows}
        self.duplicates = attempts.duplicates({row.name: row.fingerprint for row in rows}, students)
        if counting != BEST:
            return [row.name for row in rows]
        return attempts.best(
            Standing(row.name, tuple(students[row.name]), row.number, _final_score(row, final))
            for row in rows
        )

    def students(self) -> list[str]:
        """Return the ids of all students with a result or on the roster."""
        listed = kept_class_list(self.store, self.settings.assignment)
        found = [student for row in self.store.summary() for student in row.students]
        if listed is None:
            return [student.id for student in found]
        of_results = [enrolled.student if (enrolled := listed.find(one)) else one for one in found]
        return [one.id for one in (*of_results, *(each.student for each in listed.students))]

    def results(self, names: Sequence[str]) -> Iterator[Result]:
        """Yield the final results of some names, then those of the students without any."""
        self.final = final_results(self.store, self.settings.assignment)
        yield from self.final.of(self.store.results(names))

    def write_reports(
        self,
        folder: Path,
        formats: Sequence[str],
        names: Sequence[str],
        *,
        gradebook: str | None = None,
        column: str = "",
        similar: bool = False,
        written: Step = lambda _name, _total: None,
    ) -> list[str]:
        """Write the reports into a folder.

        Args:
            folder: The folder.
            formats: The names of the formats.
            names: The names of the results that count.
            gradebook: A gradebook exported from Canvas, for the format ``canvas``; by default the
                roster, if that is one.
            column: The column of that gradebook to fill; by default the assignment's title.
            similar: Whether to compare the code of the class, too, and to write a page of it.
            written: Called after each format.

        Returns:
            A sentence for each student or result that a report could not include.

        Raises:
            UserError: A report cannot be written.

        """
        assignment = self.settings.assignment
        listed = kept_class_list(self.store, assignment)
        kind, text = (listed.kind, listed.text) if listed else ("", "")
        gradebook = gradebook or (text if kind == CANVAS else None)
        worksheet = _worksheet(listed) if listed and kind == MOODLE else None
        options: dict[str, dict[str, Any]] = {
            "gradebook": {"units": assignment.units, "functions": assignment.credited_functions()},
            "canvas": {"gradebook": gradebook, "column": column},
            "moodle-worksheet": {"worksheet": worksheet},
            "moodle-feedback": {"worksheet": worksheet},
            "html": {
                "pages": "html",  # the class page links to the students' pages
                "made": datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z"),
                "equal": self.duplicates,
            },
        }
        if similar:
            counted = [attempt for attempt in self.attempts if attempt.name in set(names)]
            pairs = similar_pairs(counted, assignment)
            page = similar_page.render(pairs, self.results(names), assignment.title)
            write_atomically(folder / "similar.html", page.encode())
            options["html"]["similar"] = pairs
        problems: list[str] = []
        for format in formats:
            try:
                if format in SINGLE:
                    results = self._for_students(self.results(names))
                    self._write_single(format, folder / format, results)
                if format in CLASS:
                    results = self.results(names)
                    if format in _FOR_STUDENTS:
                        results = self._for_students(results)
                    problems += self._write_class(format, folder, results, options.get(format, {}))
            except OSError as error:
                raise UserError(
                    f"the report {format} cannot be written to {folder} ({error.strerror}); the "
                    "results are kept, and the same command writes it after that is fixed"
                ) from None
            written(format, len(formats))
        return problems

    def _write_class(
        self,
        format: str,
        folder: Path,
        results: Iterator[Result],
        options: Mapping[str, Any],
    ) -> list[str]:
        path = folder / CLASS[format].file_name
        title = self.settings.assignment.title
        with replacement(path) as partial, partial.open("w", encoding="utf-8", newline="") as out:
            problems = write_class(format, results, out, title, **options)
        return [f"{path.name}: {problem}" for problem in problems]

    def _write_single(self, format: str, folder: Path, results: Iterator[Result]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        suffix = Path(SINGLE[format].file_name).suffix
        for result in results:
            path = folder / f"{result.name}{suffix}"
            with suppress(FileNotFoundError):
                path.unlink()  # a report of an earlier run, though this one may write none
            if result.grade is not None:
                with suppress(NotGradable):  # the class summary lists it
                    text = render_single(format, result.grade, self.settings.assignment.title)
                    path.write_text(text, encoding="utf-8")

    def _for_students(self, results: Iterator[Result]) -> Iterator[Result]:
        """Yield results without the details of hidden properties."""
        hidden = self.settings.assignment.hidden
        for result in results:
            grade = result.grade and hide_for_students(result.grade, hidden)
            yield replace(result, grade=grade)

    def _fingerprint(self, attempt: Attempt) -> str:
        if self.settings.what == TESTS_ALONE:
            return fingerprint_of_tests(attempt.path)
        try:
            return read_submission(attempt.path, self.settings.assignment.units).fingerprint
        except UserError:  # grading it reports the problem
            return ""


def _worksheet(listed: ClassList) -> Worksheet:
    rows = [
        WorksheetRow(one.student.id, one.participant, one.student.name, one.cells)
        for one in listed.students
    ]
    return Worksheet(listed.heads, rows)


def _final_score(row: Summary, final: FinalResults) -> float | None:
    if row.score is None or row.max_score is None or not row.students:
        return row.score
    return max(final.score(row.score, row.max_score, row.submitted, one) for one in row.students)

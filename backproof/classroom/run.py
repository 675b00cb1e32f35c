"""A run over a class: what is left to grade, grade it into the store, and write the reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from backproof.atomic_write import replacement
from backproof.classroom.settings import Settings
from backproof.classroom.store import Store
from backproof.errors import UserError
from backproof.grades.results import Attempt, Result
from backproof.grades.visibility import hide_for_students
from backproof.intake.reader import read_submission
from backproof.report.registry import CLASS, SINGLE, render_single, write_class
from backproof.report.scores import NotGradable
from backproof.roster import attempts
from backproof.roster.attempts import Standing

STORE = "grades.sqlite"
NEWEST, BEST, ALL = "newest", "best", "all"

Step = Callable[[str, int], object]


@dataclass
class ClassRun:
    """One class, from what was found to the reports.

    Attributes:
        settings: What to grade with.
        store: Where the results are.
        attempts: What was handed in, as far as it counts.
        jobs: How many submissions at a time, on this machine.
        scheduler: The address of a Dask scheduler; empty for this machine alone.
        duplicates: Names of attempts of different students that are equal.

    """

    settings: Settings
    store: Store
    attempts: Sequence[Attempt]
    jobs: int = 1
    scheduler: str = ""
    duplicates: list[tuple[str, ...]] = field(default_factory=list)

    def pending(self, compared: Step = lambda _name, _total: None) -> list[Attempt]:
        """List what has no result yet, or has changed since.

        Args:
            compared: Called with the name of each attempt that has a result.
        """
        finished = self.store.finished()
        known = sum(attempt.name in finished for attempt in self.attempts)
        left = []
        for attempt in self.attempts:
            if attempt.name in finished:
                same = self._fingerprint(attempt) == finished[attempt.name]
                compared(attempt.name, known)
                if same:
                    continue
            left.append(attempt)
        return left

    def grade(
        self, pending: Sequence[Attempt], done: Callable[[Result], object], drawn: Step
    ) -> None:
        """Grade attempts; each result is in the store before ``done`` is called with it."""

        def keep(result: Result) -> None:
            self.store.save(result)
            done(result)

        if self.scheduler:
            from backproof.classroom.cluster import grade_on_cluster

            grade_on_cluster(pending, self.scheduler, settings=self.settings, done=keep)
        else:
            from backproof.classroom.grade_all import grade_all

            grade_all(pending, self.settings, jobs=self.jobs, done=keep, drawn=drawn)

    def chosen(self, which: str) -> list[str]:
        """Name the results that count: of each student's attempts the newest, the best, or all."""
        present = {attempt.name for attempt in self.attempts}
        rows = [row for row in self.store.summary() if row.name in present]
        students = {row.name: [one.id for one in row.students] for row in rows}
        self.duplicates = attempts.duplicates({row.name: row.fingerprint for row in rows}, students)
        if which != BEST:
            return [row.name for row in rows]
        return attempts.best(
            Standing(row.name, tuple(students[row.name]), row.number, row.score) for row in rows
        )

    def write_reports(
        self,
        folder: Path,
        formats: Sequence[str],
        names: Sequence[str],
        *,
        gradebook: str | None = None,
        written: Step = lambda _name, _total: None,
    ) -> list[str]:
        """Write the reports into a folder.

        Args:
            folder: The folder.
            formats: The names of the formats.
            names: The names of the results that count.
            gradebook: A gradebook exported from Canvas, for the format ``canvas``.
            written: Called after each format.

        Returns:
            A sentence for each student or result that a report could not include.

        """
        options: dict[str, dict[str, Any]] = {
            "gradebook": {"units": self.settings.assignment.units},
            "canvas": {"gradebook": gradebook},
            "html": {"pages": "html"},  # the class page links to the students' pages
        }
        problems: list[str] = []
        for format in formats:
            results = self.store.results(names)
            try:
                if format in SINGLE:
                    self._write_single(format, folder / format, self._veiled(results))
                    results = self.store.results(names)
                if format in CLASS:
                    if format == "moodle":  # students read its feedback
                        results = self._veiled(results)
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
                path.unlink()  # of a run before, which this one may have nothing to put in place of
            if result.grade is not None:
                with suppress(NotGradable):  # named with what was not graded
                    text = render_single(format, result.grade, self.settings.assignment.title)
                    path.write_text(text, encoding="utf-8")

    def _veiled(self, results: Iterator[Result]) -> Iterator[Result]:
        """Give results as students may see them."""
        hidden = self.settings.assignment.hidden
        for result in results:
            grade = result.grade and hide_for_students(result.grade, hidden)
            yield replace(result, grade=grade)

    def _fingerprint(self, attempt: Attempt) -> str:
        try:
            return read_submission(attempt.path, self.settings.assignment.units).fingerprint
        except UserError:  # what cannot be taken in is said when it is graded
            return ""

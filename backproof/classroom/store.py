"""The results of a class in one SQLite file.

Each result is written in one transaction, to a write-ahead log that is forced to the disk before
``save`` returns (``synchronous=FULL``: a few milliseconds). So after SIGKILL or a power cut every
saved result is complete; the next opening recovers the log. A result that is replaced or forgotten
is moved to the table ``superseded``.

While a store is open, SQLite keeps two more files beside it, ``-wal`` and ``-shm``. An empty file
``.lock`` remains there. The lock on it is SQLite's own because that works on all systems, ends with
the process that holds it, and is not inherited by forks, so no fork can block the next run.

Only the thread that opened a store may use it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fnmatch
import json
import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from backproof.classroom.store_file import (
    APPLICATION,
    START_AGAIN,
    VERSION,
    open_file,
    translated_errors,
)
from backproof.errors import UserError
from backproof.grades.outcomes import NOT_GRADED, Grade
from backproof.grades.results import Result, Student
from backproof.printable import printable

_COLUMNS = """
    place BLOB NOT NULL, name TEXT NOT NULL, students TEXT NOT NULL, fingerprint TEXT NOT NULL,
    problem TEXT NOT NULL, number INTEGER NOT NULL, graded INTEGER NOT NULL, score REAL,
    max_score REAL, seconds REAL NOT NULL, cpu_seconds REAL NOT NULL, grade BLOB"""
_TABLES = (
    "CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    f"CREATE TABLE results ({_COLUMNS}, PRIMARY KEY (place))",
    f"CREATE TABLE superseded (serial INTEGER PRIMARY KEY, {_COLUMNS})",
    f"PRAGMA application_id = {APPLICATION}",
)
# Texts are passed as bytes, because Python's sqlite3 refuses lone surrogates, which the name of a
# file may contain.
_INSERT = f"INSERT INTO results VALUES (?{', CAST(? AS TEXT)' * 4}{', ?' * 7})"

_MAX_NAMES_IN_HINT = 3


class Summary(NamedTuple):
    """A result without its outcomes.

    ``graded`` is true if the result has a grade and none of its outcomes is *not graded*.
    """

    name: str
    students: tuple[Student, ...]
    number: int
    fingerprint: str
    graded: bool
    score: float | None
    max_score: float | None
    problem: str
    seconds: float
    cpu_seconds: float


class Store:
    """The results of one class and one run; use it in a ``with`` statement."""

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self.path = path
        self._database = database
        self._resources = contextlib.ExitStack()  # the connection and the lock

    @classmethod
    def open(cls, path: Path, run: Mapping[str, Any], *, resume: bool = True) -> Store:
        """Open the store at ``path``, or create one, and lock it.

        Args:
            path: The file; its folder is created if it does not exist.
            run: The settings of the run, as JSON values. Only a run with equal settings may resume
                a store.
            resume: Whether to continue an existing store. Otherwise it is renamed, from
                ``grades.sqlite`` to ``grades.1.sqlite`` or the next free number.

        Raises:
            UserError: The file belongs to another run or another version, is damaged, is not a
                store, is in use, or cannot be written.

        """
        with contextlib.ExitStack() as opened:
            store = cls(path, opened.enter_context(open_file(path, resume)))
            store._begin({key: json.dumps(value, sort_keys=True) for key, value in run.items()})
            store._resources = opened.pop_all()
        return store

    def close(self) -> None:
        """Close the file and release its lock."""
        self._resources.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def save(self, result: Result) -> None:
        """Write a result to the disk; it replaces the result of the same name.

        Raises:
            UserError: The result cannot be written. The store is unchanged and can still be used.

        """
        row = _row(result)
        with self._transaction():
            self._supersede(row[0])
            self._database.execute(_INSERT, row)

    def finished(self) -> dict[str, str]:
        """Return names and fingerprints of the results that a resumed run does not grade again.

        Results without a grade, or with outcomes that are *not graded*, are left out.
        """
        return dict(self._fetch("SELECT name, fingerprint FROM results WHERE graded"))

    def forget(self, pattern: str) -> list[str]:
        """Remove the results whose name, or the id of a student, matches a shell pattern.

        Returns:
            The names of the removed results, sorted.

        Raises:
            UserError: No result matches.

        """

        def matches(name: str) -> bool:
            # A name may contain brackets, which do not match themselves in a pattern.
            return name == pattern or fnmatch.fnmatchcase(name, pattern)

        names = []
        for name, students in self._fetch("SELECT name, students FROM results ORDER BY place"):
            with self._intact(name):
                if matches(name) or any(matches(student.id) for student in _students(students)):
                    names.append(name)
        if not names:
            raise self._no_match(pattern)
        with self._transaction():
            for name in names:
                self._supersede(sort_key(name))
        return names

    def results(self, names: Iterable[str] | None = None) -> Iterator[Result]:
        """Yield all results, or the existing ones of ``names``, sorted by ``sort_key``.

        Raises:
            UserError: A result is damaged.

        """
        columns = "name, students, number, fingerprint, grade, problem, seconds, cpu_seconds"
        for name, students, number, fingerprint, packed, *rest in self._rows(columns, names):
            with self._intact(name):
                grade = None if packed is None else Grade.from_json(_unpacked(packed))
                result = Result(name, _students(students), number, fingerprint, grade, *rest)
            yield result

    def summary(self) -> Iterator[Summary]:
        """Yield all results without their outcomes, sorted by ``sort_key``."""
        for name, students, number, fingerprint, graded, *rest in self._rows(
            "name, students, number, fingerprint, graded, score, max_score, problem, seconds,"
            " cpu_seconds"
        ):
            with self._intact(name):
                parsed = _students(students)
            yield Summary(name, parsed, number, fingerprint, bool(graded), *rest)

    def _begin(self, run: Mapping[str, str]) -> None:
        """Create the tables in a new file, or check that an existing file has the same run.

        Raises:
            UserError: The file has another run, or cannot be written.

        """
        with self._transaction():
            # In an existing file this changes nothing, but fails now if the file is read-only.
            self._database.execute(f"PRAGMA user_version = {VERSION}")
            if not self._fetch("SELECT 1 FROM sqlite_master"):
                for statement in _TABLES:
                    self._database.execute(statement)
                self._database.executemany("INSERT INTO run VALUES (?, ?)", run.items())
            before = dict(self._fetch("SELECT key, value FROM run"))
        differences = [
            f"{key} was {before.get(key, 'not set')} and is {run.get(key, 'not set')} now"
            for key in {**before, **run}
            if before.get(key) != run.get(key)
        ]
        if differences:
            where = printable(self.path)
            raise UserError(f"{where} is of another run ({'; '.join(differences)}): {START_AGAIN}")

    def _fetch(self, query: str, *values: Any) -> list[Any]:
        with translated_errors(self.path):
            return self._database.execute(query, values).fetchall()

    def _rows(self, columns: str, names: Iterable[str] | None = None) -> Iterator[Any]:
        """Yield rows, each from its own query, so that the store may be written in between."""
        if names is not None:
            for place in sorted(set(map(sort_key, names))):
                yield from self._fetch(f"SELECT {columns} FROM results WHERE place = ?", place)
            return
        place = b""
        query = f"SELECT place, {columns} FROM results WHERE place > ? ORDER BY place LIMIT 1"
        while rows := self._fetch(query, place):
            place, *row = rows[0]
            yield row

    @contextlib.contextmanager
    def _intact(self, name: str) -> Iterator[None]:
        """Translate the exceptions that a damaged result raises when it is decoded."""
        try:
            yield
        except (zlib.error, ValueError, LookupError, TypeError):
            raise UserError(
                f"the result of {printable(name)} in {printable(self.path)} is damaged: grade it "
                f"again with --regrade {printable(name)}"
            ) from None

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with (
            translated_errors(self.path),
            self._database,
        ):  # commits, or rolls back after an exception
            self._database.execute("BEGIN IMMEDIATE")
            yield

    def _supersede(self, place: bytes) -> None:
        copy = "INSERT INTO superseded SELECT NULL, * FROM results WHERE place = ?"
        self._database.execute(copy, (place,))
        self._database.execute("DELETE FROM results WHERE place = ?", (place,))

    def _no_match(self, pattern: str) -> UserError:
        rows = self._fetch("SELECT name FROM results ORDER BY place LIMIT ?", _MAX_NAMES_IN_HINT)
        names = ", ".join(printable(name) for (name,) in rows)
        hint = f"names in it are, for example, {names}" if names else "there are none in it yet"
        return UserError(
            f"no result in {printable(self.path)} has a name or a student that --regrade"
            f" {printable(pattern)} matches; {hint}"
        )


def sort_key(name: str) -> bytes:
    """Return a unique key that sorts names without regard to case, and numbers by value."""
    # Numbers of up to 20 digits are sorted by value; longer ones count nothing.
    folded = re.sub("[0-9]+", lambda number: number[0].zfill(20), name.casefold())
    # The name itself makes the key unique. It follows a character that sorts first.
    return _text(f"{folded}\0{name}")


def _text(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _json(value: Any) -> bytes:
    return _text(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _row(result: Result) -> tuple[Any, ...]:
    grade = result.grade
    return (
        sort_key(result.name),
        _text(result.name),
        _json([dataclasses.astuple(student) for student in result.students]),
        _text(result.fingerprint),
        _text(result.problem),
        result.number,
        grade is not None and not result.problem and not grade.count(NOT_GRADED),
        grade and grade.score,
        grade and grade.max_score,
        result.seconds,
        result.cpu_seconds,
        grade and zlib.compress(_json(grade.to_json())),
    )


def _unpacked(packed: bytes) -> Any:
    return json.loads(zlib.decompress(packed).decode("utf-8", "surrogatepass"))


def _students(text: str) -> tuple[Student, ...]:
    return tuple(Student(*fields) for fields in json.loads(text))

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
import fnmatch
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from backproof.classroom.store_file import (
    APPLICATION,
    START_AGAIN,
    VERSION,
    open_file,
    translated_errors,
)
from backproof.classroom.store_rows import (
    Summary,
    as_json,
    packed,
    row_of,
    sort_key,
    students_of,
    unpacked,
)
from backproof.errors import UserError
from backproof.grades.outcomes import Grade
from backproof.grades.results import Result
from backproof.printable import printable

_COLUMNS = """
    place BLOB NOT NULL, name TEXT NOT NULL, students TEXT NOT NULL, fingerprint TEXT NOT NULL,
    problem TEXT NOT NULL, number INTEGER NOT NULL, graded INTEGER NOT NULL, score REAL,
    max_score REAL, seconds REAL NOT NULL, cpu_seconds REAL NOT NULL, grade BLOB,
    submitted TEXT NOT NULL, records BLOB"""
_TABLES = (
    "CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    f"CREATE TABLE results ({_COLUMNS}, PRIMARY KEY (place))",
    "CREATE TABLE kept (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE adjustments (serial INTEGER PRIMARY KEY, value TEXT NOT NULL)",
    f"CREATE TABLE superseded (serial INTEGER PRIMARY KEY, {_COLUMNS})",
    f"PRAGMA application_id = {APPLICATION}",
)
# Texts are passed as bytes, because Python's sqlite3 refuses lone surrogates, which the name of a
# file may contain.
_INSERT = f"INSERT INTO results VALUES (?{', CAST(? AS TEXT)' * 4}{', ?' * 7}, CAST(? AS TEXT), ?)"
_RESCORE = "UPDATE results SET grade = ?, score = ?, max_score = ? WHERE place = ?"

_MAX_NAMES_IN_HINT = 3


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
        row = row_of(result)
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
                if matches(name) or any(matches(student.id) for student in students_of(students)):
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
        columns = (
            "name, students, number, fingerprint, grade, problem, seconds, cpu_seconds, submitted"
        )
        for name, students, number, print_, data, *rest in self._rows(columns, names):
            with self._intact(name):
                grade = None if data is None else Grade.from_json(unpacked(data))
                problem, seconds, cpu_seconds, submitted = rest
                result = Result(
                    name,
                    students_of(students),
                    number,
                    print_,
                    grade,
                    problem,
                    seconds,
                    cpu_seconds,
                    submitted=submitted,
                )
            yield result

    def summary(self) -> Iterator[Summary]:
        """Yield all results without their outcomes, sorted by ``sort_key``."""
        for name, students, number, fingerprint, graded, *rest in self._rows(
            "name, students, number, fingerprint, graded, score, max_score, problem, seconds,"
            " cpu_seconds, submitted"
        ):
            with self._intact(name):
                parsed = students_of(students)
            yield Summary(name, parsed, number, fingerprint, bool(graded), *rest)

    def rescore(self, anew: Callable[[Grade, list[Any]], Grade], kept: Mapping[str, Any]) -> None:
        """Compute the grades anew from the records of the properties, all of them or none.

        Args:
            anew: Returns a grade, given the present one and the records.
            kept: What to keep in the same transaction, as ``keep`` does.

        Raises:
            UserError: A result is damaged, or the store cannot be written.

        """
        with self._transaction():
            for name, data, records in self._rows("name, grade, records"):
                if data is None or records is None:
                    continue
                with self._intact(name):
                    grade = anew(Grade.from_json(unpacked(data)), unpacked(records))
                values = packed(grade.to_json()), grade.score, grade.max_score, sort_key(name)
                self._database.execute(_RESCORE, values)
            self._keep(kept)

    def keep(self, values: Mapping[str, Any]) -> None:
        """Keep JSON values by keys; they are no part of the run's settings."""
        with self._transaction():
            self._keep(values)

    def kept(self, key: str) -> Any:
        """Return the value that was kept; ``None`` if there is none."""
        rows = self._fetch("SELECT value FROM kept WHERE key = ?", key)
        return json.loads(rows[0][0]) if rows else None

    def add_adjustments(self, values: Iterable[Mapping[str, Any]]) -> None:
        """Add adjustments as JSON values, all of them or none; none is ever removed."""
        with self._transaction():
            self._database.executemany(
                "INSERT INTO adjustments (value) VALUES (CAST(? AS TEXT))",
                [(as_json(dict(value)),) for value in values],
            )

    def adjustments(self) -> list[Any]:
        """Return the adjustments in the order in which they were added."""
        rows = self._fetch("SELECT value FROM adjustments ORDER BY serial")
        return [json.loads(value) for (value,) in rows]

    def _keep(self, values: Mapping[str, Any]) -> None:
        self._database.executemany(
            "INSERT OR REPLACE INTO kept VALUES (?, CAST(? AS TEXT))",
            [(key, as_json(value)) for key, value in values.items()],
        )

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

"""The results of a class in one SQLite file, from which nothing is lost.

Each result is written in one transaction, to a write-ahead log that is forced to the disk before
``save`` returns (``synchronous=FULL``: a few milliseconds). So whatever ends the process, SIGKILL
or a power cut, a saved result stays and none is half there; the next opening recovers the log. A
result that is replaced or forgotten moves to the table ``superseded``.

While a store is open there are two files of SQLite's beside it, ``-wal`` and ``-shm``, which
belong to it, and always an empty one, ``.lock``. The lock is SQLite's own: it works alike on all
systems, ends with the process that took it, however that ends, and is not inherited by processes
that are forked meanwhile, so that none of them can keep the next run from going on.

A store is used by the thread that opened it, and by no other.
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

from backproof.classroom.store_file import APPLICATION, GO_ON, VERSION, explained, opened_file
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
# As bytes, since a file's name may hold what Python hands to no database as text.
_INSERT = f"INSERT INTO results VALUES (?{', CAST(? AS TEXT)' * 4}{', ?' * 7})"

_MOST_NAMED = 3


class Summary(NamedTuple):
    """A result without its outcomes; ``graded`` if it has a grade and none is *not graded*."""

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
        self._held = contextlib.ExitStack()  # what to let go of when it is closed

    @classmethod
    def open(cls, path: Path, run: Mapping[str, Any], *, resume: bool = True) -> Store:
        """Open the store at ``path``, or begin one, and keep others from using it.

        Args:
            path: The file; its folder is made if there is none.
            run: What the results depend on, as JSON values. A store is resumed by an equal run.
            resume: Whether to go on with a store that is there. If not, it is renamed, from
                ``grades.sqlite`` to ``grades.1.sqlite`` or the next number that is free.

        Raises:
            UserError: The file is of another run or another version, is damaged, is no store, is
                in use, or cannot be written.

        """
        with contextlib.ExitStack() as opened:
            store = cls(path, opened.enter_context(opened_file(path, resume)))
            store._begin({key: json.dumps(value, sort_keys=True) for key, value in run.items()})
            store._held = opened.pop_all()
        return store

    def close(self) -> None:
        """Give the store free for others; what was saved is saved already."""
        self._held.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def save(self, result: Result) -> None:
        """Keep a result: when this returns it is on the disk. One of the same name is replaced.

        Raises:
            UserError: It cannot be written. What was there is there still, and the store usable.

        """
        row = _row(result)
        with self._transaction():
            self._supersede(row[0])
            self._database.execute(_INSERT, row)

    def finished(self) -> dict[str, str]:
        """Give names and fingerprints of the results that need no grading on resumption.

        What has no grade, or outcomes that are *not graded*, is left out: it is tried again.
        """
        return dict(self._fetch("SELECT name, fingerprint FROM results WHERE graded"))

    def forget(self, pattern: str) -> list[str]:
        """Take out the results whose name, or a student's id, is or matches a shell pattern.

        Returns:
            Their names, in order.

        Raises:
            UserError: There is none.

        """

        def matches(known_as: str) -> bool:
            # A name may have brackets in it, which mean something else in a pattern.
            return known_as == pattern or fnmatch.fnmatchcase(known_as, pattern)

        names = []
        for name, students in self._fetch("SELECT name, students FROM results ORDER BY place"):
            with self._intact(name):
                if matches(name) or any(matches(student.id) for student in _students(students)):
                    names.append(name)
        if not names:
            raise self._no_such(pattern)
        with self._transaction():
            for name in names:
                self._supersede(in_order(name))
        return names

    def results(self, names: Iterable[str] | None = None) -> Iterator[Result]:
        """Give all results, or those of ``names`` that there are, ``in_order``, one at a time.

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
        """Give all results ``in_order`` without their outcomes: quick however many there are."""
        for name, students, number, fingerprint, graded, *rest in self._rows(
            "name, students, number, fingerprint, graded, score, max_score, problem, seconds,"
            " cpu_seconds"
        ):
            with self._intact(name):
                those = _students(students)
            yield Summary(name, those, number, fingerprint, bool(graded), *rest)

    def _begin(self, run: Mapping[str, str]) -> None:
        """Make the tables in a new file, or see that an old one is of the same run."""
        with self._transaction():
            # Changes nothing in an old one, but shows now and not hours later if it can be written.
            self._database.execute(f"PRAGMA user_version = {VERSION}")
            if not self._fetch("SELECT 1 FROM sqlite_master"):
                for statement in _TABLES:
                    self._database.execute(statement)
                self._database.executemany("INSERT INTO run VALUES (?, ?)", run.items())
            then = dict(self._fetch("SELECT key, value FROM run"))
        differences = [
            f"{key} was {then.get(key, 'not set')} and is {run.get(key, 'not set')} now"
            for key in {**then, **run}
            if then.get(key) != run.get(key)
        ]
        if differences:
            where = printable(self.path)
            raise UserError(f"{where} is of another run ({'; '.join(differences)}): {GO_ON}")

    def _fetch(self, query: str, *values: Any) -> list[Any]:
        with explained(self.path):
            return self._database.execute(query, values).fetchall()

    def _rows(self, columns: str, names: Iterable[str] | None = None) -> Iterator[Any]:
        """Read row by row; each is a query of its own, so the store may be written meanwhile."""
        if names is not None:
            for place in sorted(set(map(in_order, names))):
                yield from self._fetch(f"SELECT {columns} FROM results WHERE place = ?", place)
            return
        place = b""
        query = f"SELECT place, {columns} FROM results WHERE place > ? ORDER BY place LIMIT 1"
        while rows := self._fetch(query, place):
            place, *row = rows[0]
            yield row

    @contextlib.contextmanager
    def _intact(self, name: str) -> Iterator[None]:
        """Tell of a result that does not read as it was written."""
        try:
            yield
        except (zlib.error, ValueError, LookupError, TypeError):
            what = f"the result of {printable(name)} in {printable(self.path)} is damaged"
            raise UserError(f"{what}: grade it again with --regrade {printable(name)}") from None

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with explained(self.path), self._database:  # commits, or takes all of it back
            self._database.execute("BEGIN IMMEDIATE")
            yield

    def _supersede(self, place: bytes) -> None:
        keep = "INSERT INTO superseded SELECT NULL, * FROM results WHERE place = ?"
        self._database.execute(keep, (place,))
        self._database.execute("DELETE FROM results WHERE place = ?", (place,))

    def _no_such(self, pattern: str) -> UserError:
        rows = self._fetch("SELECT name FROM results ORDER BY place LIMIT ?", _MOST_NAMED)
        known = ", ".join(printable(name) for (name,) in rows)
        hint = f"names in it are, for example, {known}" if known else "there are none in it yet"
        return UserError(
            f"no result in {printable(self.path)} has a name or a student that --regrade"
            f" {printable(pattern)} matches; {hint}"
        )


def in_order(name: str) -> bytes:
    """Give what to sort names by: as people do, numbers by value; no two names share it."""
    # Numbers of up to 20 digits; a longer one is no count of anything.
    spelled = re.sub("[0-9]+", lambda number: number[0].zfill(20), name.casefold())
    # The name itself tells apart what is spelled alike, after a character that sorts first.
    return _text(f"{spelled}\0{name}")


def _text(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _json(value: Any) -> bytes:
    return _text(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _row(result: Result) -> tuple[Any, ...]:
    grade = result.grade
    return (
        in_order(result.name),
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

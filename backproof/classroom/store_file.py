"""Open, lock and rename the file of a store, and translate the errors of SQLite."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from backproof.errors import UserError
from backproof.printable import printable

VERSION = 3  # of the tables in ``store.py`` and the grades in them
APPLICATION = 0x42707266  # SQLite's "application_id", which distinguishes stores from other files

START_AGAIN = (
    "name another --out folder, or start again with --fresh, which renames the present file"
)
_IN_USE_BY_GRADER = (
    "is in use by another backproof grade: wait until that ends, or name another --out folder"
)
_IN_USE = "is in use by another program: close that, then run this again"
_DAMAGED = f"is damaged: restore it from a copy, or {START_AGAIN}"
_NOT_A_STORE = f"is not a store of results: {START_AGAIN}"
_UNUSABLE = (
    "cannot be read and written ({}): check that you may write to its folder and that the disk has"
    " space; the results saved before are kept"
)
_MESSAGES = {
    sqlite3.SQLITE_BUSY: _IN_USE,
    sqlite3.SQLITE_NOTADB: _NOT_A_STORE,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_ERROR: _DAMAGED,  # a table is missing
}
_MAGIC = b"SQLite format 3\0"
# Suffixes of the files of one database. The file itself comes last.
_PARTS = ("-journal", "-wal", "-shm", "")


@contextlib.contextmanager
def open_file(path: Path, resume: bool) -> Iterator[sqlite3.Connection]:
    """Lock and open a file that is a store, or a new and empty file.

    Args:
        path: The file; its folder is created if it does not exist.
        resume: Whether to open an existing file; otherwise it is renamed first.

    Raises:
        UserError: The file is not a store, is damaged, is in use, or cannot be written.

    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"the folder {printable(path.parent)} cannot be created ({error.strerror}): name"
            " another --out folder"
        ) from None
    with contextlib.ExitStack() as resources:
        with translated_errors(path, in_use=_IN_USE_BY_GRADER):
            lock = resources.enter_context(_connection(_beside(path, ".lock"), timeout=0.0))
            lock.execute("PRAGMA journal_mode = MEMORY")  # creates no journal file
            lock.execute("BEGIN EXCLUSIVE")
        if not resume:
            _set_aside(path)
        with translated_errors(path):
            database = resources.enter_context(_connection(path))
            _check(path, database)
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
        yield database


@contextlib.contextmanager
def _connection(path: Path, timeout: float = 5.0) -> Iterator[sqlite3.Connection]:
    # Without an isolation level, Python begins no transaction of its own.
    database = sqlite3.connect(path, timeout=timeout, isolation_level=None)
    database.text_factory = lambda text: text.decode("utf-8", "surrogatepass")
    try:
        yield database
    finally:
        database.close()


def _check(path: Path, database: sqlite3.Connection) -> None:
    """Check, before anything is written, that a file is an intact store or empty."""
    (application,) = database.execute("PRAGMA application_id").fetchone()
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        if application or version or database.execute("SELECT 1 FROM sqlite_master").fetchone():
            raise UserError(f"{printable(path)} {_NOT_A_STORE}")
        return
    if version != VERSION:
        raise UserError(
            f"{printable(path)} has version {version} of the store, and this Backproof reads "
            f"version {VERSION}: use the Backproof that wrote it, or {START_AGAIN}"
        )
    if database.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
        raise UserError(f"{printable(path)} {_DAMAGED}")


def _set_aside(path: Path) -> None:
    """Rename an existing file, and those beside it, to the first free number."""
    for number in itertools.count(1):
        aside = path.with_name(f"{path.stem}.{number}{path.suffix}")
        if not any(_beside(aside, part).exists() for part in _PARTS):
            break
    try:
        if path.exists() and _is_database(path):
            _checkpoint(path)
        for part in _PARTS:
            if _beside(path, part).exists():
                _beside(path, part).rename(_beside(aside, part))
    except OSError as error:
        raise UserError(
            f"{printable(path)} cannot be renamed ({error.strerror}): close the program that uses"
            " it, or name another --out folder"
        ) from None


def _is_database(path: Path) -> bool:
    # SQLite would alter a log beside any file, even one that is not a database.
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def _checkpoint(path: Path) -> None:
    """Copy the write-ahead log into the file, unless the file is damaged.

    Raises:
        UserError: Another program uses the file.

    """
    with translated_errors(path), _connection(path) as database:
        try:
            database.execute("PRAGMA journal_mode = DELETE")
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if _code(error) == sqlite3.SQLITE_BUSY:
                raise


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


@contextlib.contextmanager
def translated_errors(path: Path, in_use: str = _IN_USE) -> Iterator[None]:
    """Translate the errors of SQLite into messages that state what to do.

    Errors that only a fault of this program can cause are not translated.

    Args:
        path: The file.
        in_use: The message if the file is locked.

    """
    try:
        yield
    except UnicodeDecodeError:
        raise UserError(f"{printable(path)} {_DAMAGED}") from None
    except sqlite3.Error as error:
        message = {**_MESSAGES, sqlite3.SQLITE_BUSY: in_use}.get(_code(error))
        if message is None and isinstance(error, sqlite3.OperationalError):
            message = _UNUSABLE.format(error)
        if message is None:
            raise
        raise UserError(f"{printable(path)} {message}") from None


def _code(error: Exception) -> int:
    """Return SQLite's primary error code; 0 if Python raised the error."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF

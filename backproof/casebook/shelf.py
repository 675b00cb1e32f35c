"""Drawn cases on disk: one file for each unit, in the user's folder of what can be made again.

Which cases are drawn depends on the properties, the reference, the profile, the seed and the
versions, so the name of a file is a digest of these. A file that cannot be read is drawn anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from backproof.about import PACKAGE
from backproof.assignment.config import Assignment
from backproof.assignment.identity import outcome_digest
from backproof.atomic_write import write_atomically
from backproof.casebook.case_codec import NotStorable, restored, stored
from backproof.casebook.entry import Entry
from backproof.casebook.request_script import RequestScript
from backproof.errors import UserError
from backproof.suite.cases import PROVIDED
from backproof.suite.property import Property
from backproof.suite.pytest_plugin import arguments_beside
from backproof.user_folders import cache_folder
from backproof.wire.frames import PREFIX_SIZE, decode_frame, encode, split_prefix
from backproof.wire.values import WireError

# The files that were used longest ago are deleted.
_MAX_FILES = 60
_UNREADABLE = (
    OSError,
    WireError,
    NotStorable,
    StopIteration,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
)


class Shelf:
    """The files of one assignment with one profile and one seed.

    Args:
        assignment: The assignment.
        profile: The profile of the cases.
        seed: The seed of the cases.

    """

    def __init__(self, assignment: Assignment, profile: str, seed: int) -> None:
        self._folder = cache_folder() / "cases"
        self._key = _key(assignment, profile, seed)

    def load(
        self, unit: str, properties: Sequence[Property], *, recorded: bool
    ) -> dict[str, Entry] | None:
        """Return the entries of all properties of a unit; ``None`` if there is no such file.

        Args:
            unit: The unit.
            properties: Its properties.
            recorded: Whether the requests of the cases are needed as well.

        """
        for kind in ("recorded",) if recorded else ("recorded", "drawn"):
            file = self._file(unit, kind)
            with contextlib.suppress(*_UNREADABLE):
                frames = _frames(file.read_bytes())
                entries = {each.id: _read(each, frames) for each in properties}
                if next(frames, None) is None:
                    os.utime(file)
                    return entries
        return None

    def save(self, unit: str, entries: Sequence[Entry], *, recorded: bool) -> None:
        """Write the entries of all properties of a unit, if they and the folder allow it."""
        with contextlib.suppress(*_UNREADABLE, UserError):
            data = b"".join(frame for entry in entries for frame in _written(entry))
            # Hidden properties have cases, too.
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(self._file(unit, "recorded" if recorded else "drawn"), data)
            self._delete_oldest()

    def _file(self, unit: str, kind: str) -> Path:
        return self._folder / f"{self._key}-{unit}.{kind}"

    def _delete_oldest(self) -> None:
        files = sorted(self._folder.iterdir(), key=lambda file: file.stat().st_mtime)
        for file in files[:-_MAX_FILES]:
            file.unlink()


def _key(assignment: Assignment, profile: str, seed: int) -> str:
    digest = hashlib.sha256(outcome_digest(assignment).encode())
    for file in sorted(assignment.reference.rglob("*.py")):
        digest.update(file.read_bytes())
    versions = [version(name) for name in ("numpy", "hypothesis", "pytest")]
    engine = [
        (str(file.relative_to(PACKAGE)), status.st_size, status.st_mtime_ns)
        for file in sorted(PACKAGE.rglob("*.py"))
        if (status := file.stat())
    ]
    place = str(assignment.root), profile, seed, platform.python_version(), versions, engine
    digest.update(repr(place).encode())
    return digest.hexdigest()[:32]


def _written(entry: Entry) -> Iterator[bytes]:
    script, beside = entry.script, {*PROVIDED, *entry.property.parameters}
    yield encode(
        [
            entry.property.id,
            len(entry.cases),
            entry.exhaustive,
            sorted(entry.functions),
            [digest.hex() for digest in sorted(entry.passing)],
            entry.seconds,
            dict(entry.slowest),
            script and [[*script.units], [*script.functions], len(script.requests)],
            len(script.frames) if script else 0,
        ]
    )
    for case in entry.cases:
        yield encode(stored({name: value for name, value in case.items() if name not in beside}))
    if script:
        for part in (*script.requests, *script.frames):
            yield encode(part)


def _read(tested: Property, frames: Iterator[bytes]) -> Entry:
    """Return the next entry; the fixtures of its cases are those of the property."""
    (name, cases, exhaustive, functions, passing, seconds, slowest, script, parts) = decode_frame(
        next(frames)
    )
    if name != tested.id:
        raise ValueError(f"the file continues with {name}")
    beside = arguments_beside(tested)
    drawn = tuple({**beside, **restored(decode_frame(next(frames)))} for _ in range(cases))
    return Entry(
        tested,
        drawn,
        _read_script(script, parts, frames) if script else None,
        exhaustive,
        frozenset(functions),
        {bytes.fromhex(digest) for digest in passing},
        seconds,
        slowest,
    )


def _read_script(about: list[Any], parts: int, frames: Iterator[bytes]) -> RequestScript:
    units, functions, number = about
    requests = tuple(decode_frame(next(frames)) for _ in range(number))
    return RequestScript(
        requests,
        tuple(decode_frame(next(frames)) for _ in range(parts)),
        tuple(units),
        tuple(functions),
    )


def _frames(data: bytes) -> Iterator[bytes]:
    position = 0
    while position < len(data):
        size = PREFIX_SIZE + sum(split_prefix(data[position : position + PREFIX_SIZE]))
        yield data[position : position + size]
        position += size

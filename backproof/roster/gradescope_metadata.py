"""Who handed in what, and when: the file that Gradescope has with an export."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from backproof.grades.results import Student
from backproof.roster.entries import student

METADATA = "submission_metadata.yml"
# What is not further in than this is Gradescope's own.
_FOLDER = re.compile(r"""(["']?)(?P<folder>[\w.-]+)\1: *""")
_FIELD = re.compile(r"  :?(?P<key>\w+):(?: +(?P<value>.*))?")
_SUBMITTER = re.compile(r"  (?:  )?(?:(?P<next>- )|  ):?(?P<key>\w+):(?: +(?P<value>.*))?")
_ESCAPES = dict(
    zip('0abtnvfre "/\\N_LP', '\0\a\b\t\n\v\f\r\x1b "/\\\x85\xa0\u2028\u2029', strict=True)
)
_LONGEST_LINE = 2**16


def read_metadata(file: Path) -> dict[str, tuple[tuple[Student, ...], str]]:
    """Read who handed in each folder of a Gradescope export, and when.

    The file is YAML as Ruby writes it: a key for each folder, and in it ``:submitters:``, a list
    of ``:name:``, ``:sid:`` and ``:email:``, and ``:created_at:``, beside results, which hold
    whatever a submission printed, but further in. Only these are read, each on its line; where
    anything else is in their place, it is not told who handed the folder in.

    Raises:
        OSError: It may not be read.
        ValueError: It is something else.
    """
    people: dict[str, list[dict[str, str]]] = {}
    times: dict[str, str] = {}
    unsound: set[str] = set()
    folder = section = ""
    for number, line in enumerate(_lines(file), 1):
        if not line.strip() or line.startswith(("---", "...", "#")):
            continue
        if match := _FOLDER.fullmatch(line):
            folder, section = match["folder"], ""
            people[folder] = []
        elif not folder or not line.startswith(" "):
            raise ValueError(f"line {number} is not of a submission")
        elif match := _FIELD.fullmatch(line):
            section = match["key"]
            if section == "created_at":
                times[folder] = _time(match["value"])
        elif section == "submitters":
            try:
                _add_field(line, people[folder])
            except (ValueError, OverflowError):
                unsound.add(folder)
    return {
        folder: (() if folder in unsound else _students(folder, found), times.get(folder, ""))
        for folder, found in people.items()
    }


def _lines(file: Path) -> Iterator[str]:
    """Give the lines, of a very long one the beginning."""
    with open(file, "rb") as opened:
        begins = True
        while part := opened.readline(_LONGEST_LINE):
            if begins:
                yield part.decode("utf-8", "replace").strip("\r\n\ufeff")
            begins = part.endswith(b"\n")


def _add_field(line: str, people: list[dict[str, str]]) -> None:
    """Add what a line in the list of submitters says; ``ValueError`` if it may mean more."""
    match = _SUBMITTER.fullmatch(line)
    if match is None or not (people or match["next"]):
        raise ValueError
    if match["next"]:
        people.append({})
    people[-1][match["key"]] = _scalar((match["value"] or "").strip())


def _scalar(text: str) -> str:
    """Read a text as YAML writes it on one line; ``ValueError`` if it is anything else."""
    if text in ("", "~", "null"):
        return ""
    if quoted := re.fullmatch(r"'((?:[^']|'')*)'", text):
        return quoted[1].replace("''", "'")
    if quoted := re.fullmatch(r'"((?:[^"\\]|\\.)*)"', text):
        return re.sub(r"\\(x..|u.{4}|U.{8}|.)", _unescaped, quoted[1])
    if text[0] in "\"'|>!&*%@`[]{}#,?" or ": " in text or " #" in text:
        raise ValueError
    return text


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) > 1:
        return chr(int(code[1:], 16))
    if code not in _ESCAPES:
        raise ValueError
    return _ESCAPES[code]


def _time(text: str | None) -> str:
    """Write a time so that it sorts; what is none, as if it was not told."""
    whole = re.sub(r"\s+(Z|[+-]\d\d:?\d\d)$", r"\1", (text or "").strip())
    try:
        time = datetime.fromisoformat(whole)
        time = time.replace(tzinfo=time.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return ""
    return time.isoformat(timespec="microseconds")


def _students(folder: str, people: Sequence[Mapping[str, str]]) -> tuple[Student, ...]:
    alone = len(people) == 1
    return tuple(
        student(
            one.get("sid") or one.get("email") or (folder if alone else f"{folder}/{number}"),
            one.get("name", ""),
            one.get("email", ""),
        )
        for number, one in enumerate(people, 1)
    )

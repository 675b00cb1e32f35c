"""Read the file in a Gradescope export that lists the students and times of its submissions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from backproof.grades.results import Student
from backproof.roster.entries import student

METADATA = "submission_metadata.yml"
# Only lines that are indented by at most two spaces (a list of submitters: four) are written by
# Gradescope. Lines that are indented further may contain the output of a student's code.
_FOLDER = re.compile(r"""(["']?)(?P<folder>[\w.-]+)\1: *""")
_FIELD = re.compile(r"  :?(?P<key>\w+):(?: +(?P<value>.*))?")
_SUBMITTER = re.compile(r"  (?:  )?(?:(?P<next>- )|  ):?(?P<key>\w+):(?: +(?P<value>.*))?")
# The escape sequences of one letter in a double-quoted string of YAML.
_ESCAPES = dict(
    zip('0abtnvfre "/\\N_LP', '\0\a\b\t\n\v\f\r\x1b "/\\\x85\xa0\u2028\u2029', strict=True)
)
_MAX_LINE_BYTES = 2**16


def read_metadata(file: Path) -> dict[str, tuple[tuple[Student, ...], str]]:
    """Read the students and the time of each folder of a Gradescope export.

    The file is YAML as Ruby writes it: a key for each folder, which contains ``:submitters:``, a
    list of ``:name:``, ``:sid:`` and ``:email:``, and ``:created_at:``. It also contains results,
    with megabytes of output of students' code, so a YAML parser would be slow and unsafe. Only the
    lines with these keys are read. If anything unexpected is among a folder's submitters, the
    folder has no known students.

    Raises:
        OSError: The file may not be read.
        ValueError: The file does not have this form.
    """
    submitters: dict[str, list[dict[str, str]]] = {}
    times: dict[str, str] = {}
    invalid: set[str] = set()
    folder = section = ""
    for number, line in enumerate(_lines(file), 1):
        if not line.strip() or line.startswith(("---", "...", "#")):
            continue
        if match := _FOLDER.fullmatch(line):
            folder, section = match["folder"], ""
            submitters[folder] = []
        elif not folder or not line.startswith(" "):
            raise ValueError(f"line {number} is not of a submission")
        elif match := _FIELD.fullmatch(line):
            section = match["key"]
            if section == "created_at":
                times[folder] = _sortable_time(match["value"])
        elif section == "submitters":
            try:
                _add_field(line, submitters[folder])
            except (ValueError, OverflowError):
                invalid.add(folder)
    return {
        folder: (() if folder in invalid else _students(folder, people), times.get(folder, ""))
        for folder, people in submitters.items()
    }


def _lines(file: Path) -> Iterator[str]:
    """Yield the lines of the file; a very long line is cut off."""
    with open(file, "rb") as opened:
        is_beginning = True
        while part := opened.readline(_MAX_LINE_BYTES):
            if is_beginning:
                yield part.decode("utf-8", "replace").strip("\r\n\ufeff")
            is_beginning = part.endswith(b"\n")


def _add_field(line: str, submitters: list[dict[str, str]]) -> None:
    """Add the field on a line of the list of submitters; raise ``ValueError`` if it is no field."""
    match = _SUBMITTER.fullmatch(line)
    if match is None or not (submitters or match["next"]):
        raise ValueError
    if match["next"]:
        submitters.append({})
    submitters[-1][match["key"]] = _scalar((match["value"] or "").strip())


def _scalar(text: str) -> str:
    """Return the value of a YAML string on one line; raise ``ValueError`` for anything else."""
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


def _sortable_time(text: str | None) -> str:
    """Return a time in UTC, as text that sorts; empty if the text is not a time."""
    normalized = re.sub(r"\s+(Z|[+-]\d\d:?\d\d)$", r"\1", (text or "").strip())
    try:
        time = datetime.fromisoformat(normalized)
        time = time.replace(tzinfo=time.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return ""
    return time.isoformat(timespec="microseconds")


def _students(folder: str, submitters: Sequence[Mapping[str, str]]) -> tuple[Student, ...]:
    is_alone = len(submitters) == 1
    return tuple(
        student(
            one.get("sid") or one.get("email") or (folder if is_alone else f"{folder}/{number}"),
            one.get("name", ""),
            one.get("email", ""),
        )
        for number, one in enumerate(submitters, 1)
    )

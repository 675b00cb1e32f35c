"""Read a notebook's code cells, as text: nothing in them is parsed or run here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# Cell magics whose cell is Python that runs in the notebook itself; all others take the cell away.
_RUN_HERE = {"capture", "debug", "lprun", "memit", "mprun", "prun", "time", "timeit"}
_STATEMENT_MAGIC = re.compile(r"[ \t]*%time[ \t]+(?!-)(\S.*)")
# Lines that are no Python where a statement begins, and that Jupyter takes.
_OTHER = re.compile(
    r"""[ \t]*(?:
        [%!?].*                                          # %magic, !command, ?help
        | [^\W\d][\w., \t\[\]*]*=[ \t]*(?:!|%[^\W\d]).*  # files = !ls, t = %timeit
        | %{0,2}[^\W\d][\w.*\[\]-]*\?{1,2}[ \t]*(?:;[ \t]*)?  # help?
        | (?:pip3?|conda|mamba|cd|ls|mkdir|rm|cp|mv|cat)[ \t]+
          (?!(?:and|or|if|in|is|not|else)\b)[\w./~].*    # pip install numpy
    )""",
    re.X,
)
# What can end a string, or begin one, or open and close a bracket, or begin a comment.
_MARKS = {
    "": re.compile(r"'''|\"\"\"|['\"#(\[{)\]}]"),
    "'": re.compile(r"\\.|'"),
    '"': re.compile(r'\\.|"'),
    "'''": re.compile(r"\\.|'''"),
    '"""': re.compile(r'\\.|"""'),
}


@dataclass(frozen=True)
class Notebook:
    """The Python in a notebook.

    Attributes:
        cells: The number and the text of each code cell, with what only Jupyter understands
            blanked out line by line. Cells are numbered as Jupyter does when it runs them all:
            cells without code do not count.
        notes: A short line for each cell that was left out.

    """

    cells: tuple[tuple[int, str], ...]
    notes: tuple[str, ...]


def cells_of(text: str) -> Notebook:
    """Take the code cells out of an ``.ipynb`` of format 3 or 4.

    Raises:
        ValueError: It is no notebook, or none in Python; the text says so.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("it is no notebook: it is not valid JSON") from None
    if not isinstance(document, dict):
        raise ValueError("it is no notebook: it has no cells")
    language = _language(document.get("metadata"))
    if not language.lower().startswith(("python", "ipython")):
        raise ValueError(f"it is a notebook in {language[:40]!r}, not in Python")
    cells: list[tuple[int, str]] = []
    notes: list[str] = []
    number = 0
    for code in _code(document):
        if not code.strip():
            continue
        number += 1
        magic = re.match(r"\s*%%[ \t]*(\w*)", code)
        if magic and magic[1] not in _RUN_HERE:
            notes.append(f"cell {number} is left out: it begins with %%{magic[1]}")
        else:
            cells.append((number, neutralised(code)))
    return Notebook(tuple(cells), tuple(notes))


def neutralised(code: str) -> str:
    """Blank out what only Jupyter understands: ``%magic``, ``!command``, ``help?``.

    Lines keep their numbers. Lines inside strings and brackets are left alone, and where a block
    may need a statement one that does nothing stays.
    """
    lines: list[str] = []
    mark, depth = "", 0
    begins, goes_on = True, False
    for line in _dedented(code).split("\n"):
        if goes_on or (begins and _OTHER.fullmatch(line)):
            run_here = None if goes_on else _STATEMENT_MAGIC.fullmatch(line)
            indent = line[: len(line) - len(line.lstrip())]
            rest = run_here[1] if run_here else "" if goes_on else "pass"
            lines.append(indent + rest)
            goes_on = line.endswith("\\") and not run_here
            continue
        lines.append(line)
        mark, depth, begins = _after(line, mark, depth)
    return "\n".join(lines)


def _after(line: str, mark: str, depth: int) -> tuple[str, int, bool]:
    """Follow strings and brackets through a line; tell whether a statement begins on the next."""
    position = 0
    while found := _MARKS[mark].search(line, position):
        position = found.end()
        sign = found[0]
        if mark:
            mark = "" if sign == mark else mark
        elif sign == "#":
            return "", depth, depth == 0
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth = max(depth - 1, 0)
        else:
            mark = sign
    continued = line.endswith("\\")
    if len(mark) == 1 and not continued:
        mark = ""  # a string that is never closed: a mistake that ends with its line
    return mark, depth, not (mark or depth or continued)


def _dedented(code: str) -> str:
    """Take away the indentation of the first line, as Jupyter does with pasted code."""
    lines = re.sub(r"\r\n?", "\n", code).split("\n")
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return "\n".join(line.removeprefix(indent) for line in lines)


def _code(document: dict[str, Any]) -> Iterator[str]:
    for cell in _cells(document):
        if not isinstance(cell, dict):
            raise ValueError("it is no notebook: a cell of it is no object")
        if cell.get("cell_type") != "code":
            continue
        # Format 3 calls it "input".
        source = cell.get("source", cell.get("input", ""))
        lines: list[Any] = source if isinstance(source, list) else [source]
        if not all(isinstance(line, str) for line in lines):
            raise ValueError("it is no notebook: the source of a cell is no text")
        # JSON may hold halves of characters, which no other text can.
        yield "".join(lines).encode("utf-8", "replace").decode("utf-8")


def _cells(document: dict[str, Any]) -> Iterator[Any]:
    sheets = [document] if "cells" in document else document.get("worksheets")
    if not isinstance(sheets, list) or not all(isinstance(sheet, dict) for sheet in sheets):
        raise ValueError("it is no notebook: it has no cells")
    for sheet in sheets:
        cells = sheet.get("cells")
        if not isinstance(cells, list):
            raise ValueError("it is no notebook: it has no cells")
        yield from cells


def _language(metadata: Any) -> str:
    for key, name in (("kernelspec", "language"), ("language_info", "name")):
        entry = metadata.get(key) if isinstance(metadata, dict) else None
        named = entry.get(name) if isinstance(entry, dict) else None
        if isinstance(named, str) and named:
            return named
    return "python"

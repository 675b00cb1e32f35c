"""Extract the code cells of a notebook, as text: no cell is parsed or run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from backproof.student_code.source import CONFLICT_MARKER, PYTHON_CELL_MAGICS

_TIMED_STATEMENT = re.compile(r"[ \t]*%time[ \t]+(?!-)(\S.*)")
_WRITE_FILE = re.compile(r"\s*%%(?:writefile|file)[ \t]+(?P<line>[^\n]*)(?:\n|$)")
# Lines that Jupyter accepts where a statement begins, though they are not Python.
_JUPYTER_LINE = re.compile(
    r"""[ \t]*(?:
        [%!?].*                                          # %magic, !command, ?help
        | [^\W\d][\w., \t\[\]*]*=[ \t]*(?:!|%[^\W\d]).*  # files = !ls, t = %timeit
        | %{0,2}[^\W\d][\w.*\[\]-]*\?{1,2}[ \t]*(?:;[ \t]*)?  # help?
        | (?:pip3?|conda|mamba|cd|ls|mkdir|rm|cp|mv|cat)[ \t]+
          (?!(?:and|or|if|in|is|not|else)\b)[\w./~].*    # pip install numpy
    )""",
    re.X,
)
# The next token that matters, by the quote of the string that is open (empty outside of a string):
# the end of that string, or else a quote, a bracket or the beginning of a comment.
_TOKENS = {
    "": re.compile(r"'''|\"\"\"|['\"#(\[{)\]}]"),
    "'": re.compile(r"\\.|'"),
    '"': re.compile(r'\\.|"'),
    "'''": re.compile(r"\\.|'''"),
    '"""': re.compile(r'\\.|"""'),
}


@dataclass(frozen=True)
class Notebook:
    """The Python code of a notebook.

    Attributes:
        cells: The number and the text of each code cell. Lines that only Jupyter understands are
            blank. Cells are numbered as Jupyter numbers them when it runs all cells in order:
            empty cells do not count.
        notes: A short line for each cell that was left out.
        written: The Python files that cells with ``%%writefile`` write, by name.
    """

    cells: tuple[tuple[int, str], ...]
    notes: tuple[str, ...]
    written: Mapping[str, str]


def read_notebook(text: str) -> Notebook:
    """Extract the code cells of an ``.ipynb`` file of format 3 or 4.

    Raises:
        ValueError: The text is not a notebook, or not in Python.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"it is no notebook: {_json_problem(text, error)}") from None
    except (ValueError, RecursionError):
        raise ValueError("it is no notebook: it is not valid JSON") from None
    if not isinstance(document, dict):
        raise ValueError("it is no notebook: it has no cells")
    language = _language(document.get("metadata"))
    if not language.lower().startswith(("python", "ipython")):
        raise ValueError(f"it is a notebook in {language[:40]!r}, not in Python")
    cells: list[tuple[int, str]] = []
    notes: list[str] = []
    written: dict[str, str] = {}
    number = 0
    for code in _code_cells(document):
        if not code.strip():
            continue
        number += 1
        file = _WRITE_FILE.match(code)
        if file and add_written(written, file["line"], code[file.end() :]):
            continue
        magic = re.match(r"\s*%%[ \t]*(\w*)", code)
        if magic and magic[1] not in PYTHON_CELL_MAGICS:
            notes.append(f"cell {number} is left out: it begins with %%{magic[1]}")
        else:
            cells.append((number, without_jupyter_lines(code)))
    return Notebook(tuple(cells), tuple(notes), written)


def add_written(written: dict[str, str], line: str, text: str) -> bool:
    """Add the file that a cell with ``%%writefile`` writes; return whether it is a Python file.

    Args:
        written: The files written so far, by name.
        line: The rest of the magic's line: the name of the file, after ``-a`` to append.
        text: The rest of the cell.
    """
    words = line.split()
    appends = words[:1] in (["-a"], ["--append"])
    name = PurePosixPath(" ".join(words[appends:]).strip("\"'").replace("\\", "/")).name
    is_python = name.endswith(".py") and name.isprintable()
    if is_python:
        written[name] = (written.get(name, "") if appends else "") + text
    return is_python


def _json_problem(text: str, error: json.JSONDecodeError) -> str:
    """Return why a text is not JSON, and where."""
    line = text.split("\n")[error.lineno - 1]
    if re.match(r"\s*<(?:!doctype|html)", text, re.I):
        return "it is a web page: download the notebook itself, as .ipynb"
    if CONFLICT_MARKER.match(line):
        return f"line {error.lineno} is a conflict marker of git, so it is not valid JSON"
    where = f"line {error.lineno}, column {error.colno}"
    return f"it is not valid JSON: {error.msg}, at {where}"


def without_jupyter_lines(code: str) -> str:
    """Blank out the lines that only Jupyter understands: ``%magic``, ``!command``, ``help?``.

    All other lines keep their numbers. Lines within strings and brackets are not changed. A blanked
    line becomes ``pass``, as it may be the only statement of its block.
    """
    lines: list[str] = []
    quote, depth = "", 0
    statement_begins, is_continued = True, False
    for line in _dedented(code).split("\n"):
        if is_continued or (statement_begins and _JUPYTER_LINE.fullmatch(line)):
            timed = None if is_continued else _TIMED_STATEMENT.fullmatch(line)
            indent = line[: len(line) - len(line.lstrip())]
            replacement = timed[1] if timed else "" if is_continued else "pass"
            lines.append(indent + replacement)
            is_continued = line.endswith("\\") and not timed
            continue
        lines.append(line)
        quote, depth, statement_begins = _state_after(line, quote, depth)
    return "\n".join(lines)


def _state_after(line: str, quote: str, depth: int) -> tuple[str, int, bool]:
    """Return the lexical state after a line.

    Args:
        line: The line.
        quote: The quote of the string that is open at its beginning; empty outside of a string.
        depth: The number of brackets that are open at its beginning.

    Returns:
        The quote and the number of brackets at the end of the line, and whether the next line
        begins a statement.
    """
    position = 0
    while match := _TOKENS[quote].search(line, position):
        position = match.end()
        token = match[0]
        if quote:
            quote = "" if token == quote else quote
        elif token == "#":
            return "", depth, depth == 0
        elif token in "([{":
            depth += 1
        elif token in ")]}":
            depth = max(depth - 1, 0)
        else:
            quote = token
    is_continued = line.endswith("\\")
    if len(quote) == 1 and not is_continued:
        quote = ""  # a string that is not closed is a syntax error that ends with its line
    return quote, depth, not (quote or depth or is_continued)


def _dedented(code: str) -> str:
    """Remove the indentation of the first line from all lines, as Jupyter does."""
    lines = re.sub(r"\r\n?", "\n", code).split("\n")
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return "\n".join(line.removeprefix(indent) for line in lines)


def _code_cells(document: dict[str, Any]) -> Iterator[str]:
    for cell in _cells(document):
        if not isinstance(cell, dict):
            raise ValueError("it is no notebook: a cell of it is no object")
        if cell.get("cell_type") != "code":
            continue
        # In format 3 the key is "input".
        source = cell.get("source", cell.get("input", ""))
        lines: list[Any] = source if isinstance(source, list) else [source]
        if not all(isinstance(line, str) for line in lines):
            raise ValueError("it is no notebook: the source of a cell is no text")
        # JSON may contain lone surrogates, which cannot be encoded.
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

"""Digests of an assignment: of all that outcomes depend on, and of what scores are computed by."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from backproof.about import PACKAGE
from backproof.assignment.config import Assignment
from backproof.atomic_write import write_atomically
from backproof.errors import UserError
from backproof.user_folders import cache_folder

# The keys of the configuration that change scores and reports only.
_SCORING = ("points", "credit", "weights", "derived")
_SHOWN = ("root", "title", "hidden", "deadline")
_LETTERS = 12
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def outcome_digest(assignment: Assignment) -> str:
    """Return twelve hex digits that identify all of an assignment that outcomes depend on.

    These are the reference, the properties with the assertions in ``backproof.testing``, the
    misconceptions, and the configuration but for points, policy and deadlines. Comments, layout
    and docstrings, which only reports show, do not count.
    """
    views = [assignment.root / view for view in ("reference", "properties", "misconceptions")]
    folders = [*views, PACKAGE / "testing"]
    contents = [(file.name, file.read_bytes()) for folder in folders for file in _files(folder)]
    table = _table(assignment)
    kept = {key: value for key, value in table.items() if key not in (*_SCORING, *_SHOWN)}
    kept["parts"] = dict(assignment.credit.parts)
    return _digest([_code_digest(contents), json.dumps(kept, sort_keys=True)])


def properties_digest(assignment: Assignment) -> str:
    """Return twelve hex digits that identify the rules, also where there is no reference.

    An instructor has the reference and the misconceptions, and a student's checker has neither;
    both have the properties and the assertions in ``backproof.testing``.
    """
    folders = [assignment.root / "properties", PACKAGE / "testing"]
    contents = [(file.name, file.read_bytes()) for folder in folders for file in _files(folder)]
    return _digest([_code_digest(contents)])


def scoring_digest(assignment: Assignment) -> str:
    """Return twelve hex digits that identify how scores and texts are made from outcomes."""
    table = _table(assignment)
    rules = json.dumps({key: table[key] for key in _SCORING}, sort_keys=True)
    return _digest([rules, json.dumps(texts(assignment), sort_keys=True)])


def texts(assignment: Assignment) -> dict[str, str]:
    """Return the first paragraph of the docstring of each property and each misconception.

    Properties are named by their functions, misconceptions as ``"unit.name"``. The files are
    parsed, not imported.
    """
    found: dict[str, str] = {}
    for view, prefix in (("properties", "test_"), ("misconceptions", "")):
        for unit in assignment.units:
            file = assignment.root / view / f"{prefix}{unit}.py"
            for node in _functions(file):
                text = " ".join((ast.get_docstring(node) or "").partition("\n\n")[0].split())
                found[node.name if prefix else f"{unit}.{node.name}"] = text
    return found


def _functions(file: Path) -> Iterator[ast.FunctionDef]:
    if file.is_file():
        tree = ast.parse(file.read_bytes())
        yield from (node for node in tree.body if isinstance(node, ast.FunctionDef))


def _files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def _code_digest(contents: Sequence[tuple[str, bytes]]) -> str:
    """Return the digest of what files do, from the user's cache if it was computed before.

    Parsing the files takes a quarter of a second, which every check would wait for.
    """
    key = hashlib.sha256(sys.version.encode())
    for name, data in contents:
        key.update(f"{name} {len(data)} ".encode() + data)
    file = cache_folder() / "digests" / key.hexdigest()
    with contextlib.suppress(OSError, ValueError):
        if re.fullmatch(f"[0-9a-f]{{{_LETTERS}}}", found := file.read_text(encoding="ascii")):
            return found
    digest = _digest([_code(name, data) for name, data in contents])
    with contextlib.suppress(OSError, UserError):
        write_atomically(file, digest.encode())
    return digest


def _code(name: str, data: bytes) -> str:
    """Return what a file does as text, without comments, layout and docstrings."""
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError):  # loading the assignment reports it
        return hashlib.sha256(data).hexdigest()
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
    return f"{name}\n{_dumped(tree)}"


def _dumped(node: object) -> str:
    """Return a syntax tree as text that is the same in all versions of Python.

    Newer versions add fields, which are empty in older code, so empty fields are left out.
    """
    if isinstance(node, list):
        return f"[{','.join(map(_dumped, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = (
        f"{name}={_dumped(value)}"
        for name, value in ast.iter_fields(node)
        if value is not None and value != []
    )
    return f"{type(node).__name__}({','.join(fields)})"


def _table(assignment: Assignment) -> dict[str, object]:
    table: dict[str, object] = msgspec.to_builtins(
        assignment, order="deterministic", enc_hook=str, str_keys=True
    )
    return table


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_LETTERS]

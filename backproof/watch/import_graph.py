"""Which units a change in a submission's files touches, found from what the files import."""

from __future__ import annotations

import ast
import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from backproof.intake.reader import SubmittedFiles
from backproof.student_code.source import Source

# A file that uses one of these imports what its text may not say.
_AT_RUN_TIME = {"import_module", "__import__", "exec", "run_path", "run_module"}


def changed_files(before: SubmittedFiles, after: SubmittedFiles) -> tuple[str, ...]:
    """List the files that were added, removed or written anew, in order of their names."""
    names = {*before.files, *after.files}
    return tuple(sorted(n for n in names if before.files.get(n) != after.files.get(n)))


def touched_units(
    before: SubmittedFiles, after: SubmittedFiles, units: Sequence[str]
) -> tuple[str, ...]:
    """List the units whose module, or anything that it imports, is not as it was before."""
    if before.single_file != after.single_file:
        return tuple(units)
    changed = {_module(name) for name in changed_files(before, after)}
    graph = _graph(after.files, {_module(name) for name in (*before.files, *after.files)})
    return tuple(
        unit
        for unit in units
        if _reached(graph, _module(after.single_file or f"{unit}.py")) & changed
    )


def _reached(graph: Mapping[str, Collection[str]], start: str) -> set[str]:
    reached, left = {start}, [start]
    while left:
        new = set(graph.get(left.pop(), ())) - reached
        reached |= new
        left += new
    return reached


def _graph(files: Mapping[str, Source], known: Collection[str]) -> dict[str, set[str]]:
    """Map each module to those that it imports, of ``known`` ones."""
    graph: dict[str, set[str]] = {}
    for file, source in files.items():
        module = _module(file)
        imported = _imported(file, source.text)
        found = known if imported is None else {*imported, *_above(module)} & {*known}
        graph.setdefault(module, set()).update(found)
    return graph


def _module(file: str) -> str:
    path = PurePosixPath(file).with_suffix("")
    return ".".join(path.parts[:-1] if path.name == "__init__" else path.parts)


def _above(module: str) -> list[str]:
    """Name a module and the packages that it is in, all of which are run to import it."""
    parts = module.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]


@functools.lru_cache(maxsize=4096)
def _imported(file: str, text: str) -> frozenset[str] | None:
    """Name all that a file may import; ``None`` if that may be anything."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()  # it cannot be imported, so it imports nothing
    package = PurePosixPath(file).parent.parts
    found: set[str] = set()
    for node in ast.walk(tree):
        if _AT_RUN_TIME & {*_mentioned(node)}:
            return None
        for name in _names(node, package):
            found.update(_above(name))
    return frozenset(found)


def _mentioned(node: ast.AST) -> Iterator[str]:
    """Give the names under which a function may be called or imported here."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            yield name
        case ast.ImportFrom(names=aliases):
            yield from (alias.name for alias in aliases)


def _names(node: ast.AST, package: tuple[str, ...]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = package[: len(package) - node.level + 1] if node.level else ()
        parts = (*base, *filter(None, [node.module]))
        # What is imported from a package may be one of its modules.
        yield from (".".join((*parts, alias.name)) for alias in node.names)

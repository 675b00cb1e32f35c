"""Find the units that a change of a submission touches, by means of the imports of its files."""

from __future__ import annotations

import ast
import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from backproof.intake.reader import SubmittedFiles
from backproof.student_code.source import Source

# Functions that import or run a module whose name the file need not contain.
_DYNAMIC_IMPORTS = {"import_module", "__import__", "exec", "run_path", "run_module"}


def changed_files(before: SubmittedFiles, after: SubmittedFiles) -> tuple[str, ...]:
    """Return the names of the files that were added, removed or changed, sorted."""
    names = {*before.files, *after.files}
    return tuple(sorted(n for n in names if before.files.get(n) != after.files.get(n)))


def touched_units(
    before: SubmittedFiles, after: SubmittedFiles, units: Sequence[str]
) -> tuple[str, ...]:
    """Return the units whose module, or a module that it imports, has changed.

    A change between a single file and a folder of modules touches all units.
    """
    if before.single_file != after.single_file:
        return tuple(units)
    changed = {_module(name) for name in changed_files(before, after)}
    # Removed modules are nodes of the graph, too: files that still import them are touched.
    graph = _graph(after.files, {_module(name) for name in (*before.files, *after.files)})
    return tuple(
        unit for unit in units if _reachable(graph, _module(_file_of(unit, after))) & changed
    )


def _file_of(unit: str, submitted: SubmittedFiles) -> str:
    own = f"{unit}.py"
    return own if own in submitted.files else submitted.single_file or own


def _reachable(graph: Mapping[str, Collection[str]], start: str) -> set[str]:
    reached, pending = {start}, [start]
    while pending:
        new = set(graph.get(pending.pop(), ())) - reached
        reached |= new
        pending += new
    return reached


def _graph(files: Mapping[str, Source], modules: Collection[str]) -> dict[str, set[str]]:
    """Map each module to those of ``modules`` that it may import."""
    graph: dict[str, set[str]] = {}
    for file, source in files.items():
        module = _module(file)
        imported = _imported(file, source.text)
        if imported is None:
            imports = set(modules)
        else:
            imports = {*imported, *_with_packages(module)} & {*modules}
        graph.setdefault(module, set()).update(imports)
    return graph


def _module(file: str) -> str:
    path = PurePosixPath(file).with_suffix("")
    return ".".join(path.parts[:-1] if path.name == "__init__" else path.parts)


def _with_packages(module: str) -> list[str]:
    """Return a module and the packages that contain it, since importing it runs all of them."""
    parts = module.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]


@functools.lru_cache(maxsize=4096)
def _imported(file: str, text: str) -> frozenset[str] | None:
    """Return the names of all modules that a file may import; ``None`` if it may import any."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()  # the file cannot be run, so it imports nothing
    package = PurePosixPath(file).parent.parts
    modules: set[str] = set()
    for node in ast.walk(tree):
        if _DYNAMIC_IMPORTS & {*_used_functions(node)}:
            return None
        for name in _imported_by(node, package):
            modules.update(_with_packages(name))
    return frozenset(modules)


def _used_functions(node: ast.AST) -> Iterator[str]:
    """Yield the names of functions that a node calls or imports."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            yield name
        case ast.ImportFrom(names=aliases):
            yield from (alias.name for alias in aliases)


def _imported_by(node: ast.AST, package: tuple[str, ...]) -> Iterator[str]:
    """Yield the modules that a node may import, in a file of ``package``."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = package[: len(package) - node.level + 1] if node.level else ()
        parts = (*base, *filter(None, [node.module]))
        # The imported name may be a module of the package.
        yield from (".".join((*parts, alias.name)) for alias in node.names)

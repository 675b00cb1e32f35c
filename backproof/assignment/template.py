"""The student template: the signatures and docstrings of the reference, without its code."""

from __future__ import annotations

import ast
from typing import TypeGuard

from backproof.assignment.config import Assignment
from backproof.errors import UserError

FOLDER = "student_template"

_Definition = ast.FunctionDef | ast.ClassDef


def template_of(source: str) -> str:
    """Return the template of a module of the reference.

    It contains the module's docstring, the public functions and classes with their docstrings, and
    what their signatures need: imports and constants. Every body is ``raise NotImplementedError``.
    """
    lines = source.splitlines()
    tree = ast.parse(source)
    public = [node for node in tree.body if _is_public(node)]
    needed = {name for node in public for name in _names_in_signatures(node)}
    constants = [node for node in tree.body if needed & _assigned_names(node)]
    needed |= {n.id for each in constants for n in ast.walk(each) if isinstance(n, ast.Name)}
    blocks = ["\n".join(_docstring_lines(tree, lines))]
    imports = _imports(tree, needed)
    if imports:
        blocks.append("\n" + "\n".join(imports))
    if constants:
        blocks.append("\n" + "\n".join(line for each in constants for line in _lines(each, lines)))
    blocks += ["\n\n" + "\n".join(_definition(node, lines)) for node in public]
    return "\n".join(blocks).lstrip("\n") + "\n"


def _is_public(node: ast.stmt) -> TypeGuard[_Definition]:
    return isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")


def _definition(node: _Definition, lines: list[str]) -> list[str]:
    """Return the lines of a function, or of a class with its fields and public methods."""
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    body = node.body[0]
    head = lines[first - 1 : body.lineno - 1]
    if begin := lines[body.lineno - 1][: body.col_offset].rstrip():  # the body is in the same line
        head.append(begin)
    documented = _docstring_lines(node, lines)
    if isinstance(node, ast.FunctionDef):
        indent = " " * (node.col_offset + 4)
        return [*head, *documented, f"{indent}raise NotImplementedError"]
    shown = [*head, *documented]
    for part in node.body[bool(documented) :]:
        if isinstance(part, ast.Assign | ast.AnnAssign):
            shown += _lines(part, lines)
        elif isinstance(part, ast.FunctionDef) and not _is_private(part.name):
            shown += ["", *_definition(part, lines)]
    return shown


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def _names_in_signatures(node: _Definition) -> set[str]:
    """Return the names that a definition needs without the bodies of its functions."""
    parts: list[ast.AST | None] = [*node.decorator_list]
    if isinstance(node, ast.FunctionDef):
        parts += [node.args, node.returns]
    else:
        parts += [*node.bases, *node.keywords]
        parts += [each for each in node.body if isinstance(each, ast.Assign | ast.AnnAssign)]
    names = {
        each.id
        for part in parts
        if part is not None
        for each in ast.walk(part)
        if isinstance(each, ast.Name)
    }
    methods = [each for each in node.body if isinstance(node, ast.ClassDef)]
    return names.union(
        *(_names_in_signatures(m) for m in methods if isinstance(m, ast.FunctionDef))
    )


def _assigned_names(node: ast.stmt) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else []
    targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _lines(node: ast.stmt, lines: list[str]) -> list[str]:
    return lines[node.lineno - 1 : node.end_lineno]


def _docstring_lines(node: ast.Module | _Definition, lines: list[str]) -> list[str]:
    return _lines(node.body[0], lines) if ast.get_docstring(node, clean=False) is not None else []


def _imports(tree: ast.Module, needed: set[str]) -> list[str]:
    """Return the imports of the needed names; the source's blank lines between them remain."""
    lines: list[str] = []
    gap = False
    previous_line = 0
    for node in tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        gap = gap or node.lineno > previous_line + 1
        previous_line = node.end_lineno or node.lineno
        names = [a for a in node.names if (a.asname or a.name.split(".")[0]) in needed]
        if not names:
            continue
        if lines and gap:
            lines.append("")
        gap = False
        reduced = (
            ast.Import(names)
            if isinstance(node, ast.Import)
            else ast.ImportFrom(node.module, names, node.level)
        )
        lines.append(ast.unparse(reduced))
    return lines


def expected_files(assignment: Assignment) -> dict[str, str]:
    """Return the text of each module of the template, by file name.

    Raises:
        UserError: The reference lacks a module, or one cannot be parsed.
    """
    assignment.require_reference()
    return {f"{unit}.py": _template_of_unit(assignment, unit) for unit in assignment.units}


def _template_of_unit(assignment: Assignment, unit: str) -> str:
    file = assignment.reference / f"{unit}.py"
    try:
        return template_of(file.read_text("utf-8"))
    except OSError:
        raise UserError(f"there is no reference/{unit}.py to make a template of") from None
    except (SyntaxError, UnicodeDecodeError) as error:
        raise UserError(f"reference/{unit}.py cannot be parsed: {error}") from None


def stale_files(assignment: Assignment) -> list[str]:
    """Return the files of the template that are missing or do not match the reference."""
    folder = assignment.root / FOLDER
    stale = []
    for name, text in expected_files(assignment).items():
        file = folder / name
        if not file.is_file() or file.read_text("utf-8") != text:
            stale.append(name)
    return stale


def write_template(assignment: Assignment) -> None:
    """Write all modules of the template; its README is written by hand and not changed."""
    folder = assignment.root / FOLDER
    folder.mkdir(exist_ok=True)
    for name, text in expected_files(assignment).items():
        (folder / name).write_text(text, encoding="utf-8")

"""The student template: the reference's signatures and docstrings, with nothing behind them."""

from __future__ import annotations

import ast

from backproof.assignment.config import Assignment

FOLDER = "student_template"


def template_of(source: str) -> str:
    """Reduce a module of the reference to what its students start from.

    Kept are the module's docstring, the public functions with their docstrings, and the imports
    that the signatures need; every body becomes ``raise NotImplementedError``.
    """
    lines = source.splitlines()
    tree = ast.parse(source)
    functions = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    needed = {
        name.id
        for function in functions
        for part in (function.args, function.returns)
        if part is not None
        for name in ast.walk(part)
        if isinstance(name, ast.Name)
    }
    blocks = ["\n".join(_docstring_lines(tree, lines))]
    imports = _imports(tree, needed)
    if imports:
        blocks.append("\n" + "\n".join(imports))
    for function in functions:
        first = min([function.lineno, *(d.lineno for d in function.decorator_list)])
        documented = _docstring_lines(function, lines)
        head = lines[first - 1 : function.body[0].lineno - 1]
        blocks.append("\n\n" + "\n".join([*head, *documented, "    raise NotImplementedError"]))
    return "\n".join(blocks) + "\n"


def _docstring_lines(node: ast.Module | ast.FunctionDef, lines: list[str]) -> list[str]:
    docstring = node.body[0]
    return lines[docstring.lineno - 1 : docstring.end_lineno]


def _imports(tree: ast.Module, needed: set[str]) -> list[str]:
    """Reduce the imports to the needed names, with a blank line where the source has one."""
    kept: list[str] = []
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
        if kept and gap:
            kept.append("")
        gap = False
        reduced = (
            ast.Import(names)
            if isinstance(node, ast.Import)
            else ast.ImportFrom(node.module, names, node.level)
        )
        kept.append(ast.unparse(reduced))
    return kept


def expected_files(assignment: Assignment) -> dict[str, str]:
    """Give the text of each module of the template, by file name."""
    return {
        f"{unit}.py": template_of((assignment.reference / f"{unit}.py").read_text("utf-8"))
        for unit in assignment.units
    }


def stale_files(assignment: Assignment) -> list[str]:
    """Name the template's files that differ from what the reference now gives."""
    folder = assignment.root / FOLDER
    stale = []
    for name, text in expected_files(assignment).items():
        file = folder / name
        if not file.is_file() or file.read_text("utf-8") != text:
            stale.append(name)
    return stale


def write_template(assignment: Assignment) -> None:
    """Write every module of the template; its README is written by hand and left alone."""
    folder = assignment.root / FOLDER
    folder.mkdir(exist_ok=True)
    for name, text in expected_files(assignment).items():
        (folder / name).write_text(text, encoding="utf-8")

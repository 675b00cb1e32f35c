"""The student template: the signatures and docstrings of the reference, without its code."""

from __future__ import annotations

import ast

from backproof.assignment.config import Assignment

FOLDER = "student_template"


def template_of(source: str) -> str:
    """Return the template of a module of the reference.

    It contains the module's docstring, the public functions with their docstrings, and the imports
    that the signatures need. Every body is ``raise NotImplementedError``.
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
    """Return the text of each module of the template, by file name."""
    return {
        f"{unit}.py": template_of((assignment.reference / f"{unit}.py").read_text("utf-8"))
        for unit in assignment.units
    }


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

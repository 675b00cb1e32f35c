"""Pages of code: the properties and functions of a unit, each with an anchor, and single files."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

# Longer than any row of backticks in the code.
_FENCE = "`" * 6
# The code between the functions is folded: it is complete, but rarely read.
_FOLDED = """\
<details markdown>
<summary>Imports, constants and helpers</summary>

{}
</details>"""
# The beginning of an item of a list.
_ITEM = re.compile(r"- |\d\. ")


@dataclass(frozen=True)
class Section:
    """A part of a module: a function with a heading, or the code between two of them.

    Attributes:
        name: The name of the function; empty for the code between two functions.
        line: The line of the file at which the part begins.
        code: The text of the part.

    """

    name: str
    line: int
    code: str


def rules_page(unit, file, hidden):
    """Return the page of a unit's properties, without those that are hidden from students."""
    prefix = f"test_{unit}_"

    def heading(name):
        return name.removeprefix(prefix).replace("_", " ").capitalize()

    return _page(f"{unit.capitalize()}: the rules", file, heading, "test_", hidden)


def functions_page(unit, file):
    """Return the page of a unit's functions."""
    return _page(f"{unit.capitalize()}: the functions", file, "`{}`".format, "", ())


def file_page(root, path):
    """Return the page of any other text file."""
    text = (root / path).read_text(encoding="utf-8")
    return f"# `{path}`\n\n{_block(text.rstrip(), path.rpartition('.')[2])}"


def sections(text, has_heading):
    """Split a module, below its docstring, at the functions whose names ``has_heading`` accepts."""
    lines, tree = text.splitlines(), ast.parse(text)
    described = ast.get_docstring(tree) is not None
    starts = [(tree.body[0].end_lineno + 1 if described else 1, "")]
    for node in tree.body[described:]:
        name = node.name if isinstance(node, ast.FunctionDef) and has_heading(node.name) else ""
        if name or starts[-1][1]:
            starts.append((_first_line(node, lines), name))
    ends = [line for line, _ in starts[1:]] + [len(lines) + 1]
    parts = []
    for (line, name), end in zip(starts, ends, strict=True):
        while line < end and not lines[line - 1]:
            line += 1
        code = "\n".join(lines[line - 1 : end - 1]).rstrip()
        parts += [Section(name, line, code)] if code else []
    return parts


def reindented(markdown):
    """Return Markdown with its lists in the form that Python-Markdown requires and GitHub does not.

    The lines that continue an item are indented by four spaces, and a list below a paragraph has a
    blank line above it.
    """
    lines, more, paragraphs, fenced = [], 0, True, False
    for line in markdown.splitlines():
        item = None if fenced else _ITEM.match(line)
        fenced ^= line.startswith("```")
        if item:
            if paragraphs and lines and lines[-1]:
                lines.append("")
            more, paragraphs = 4 - len(item[0]), False
        elif line and not line.startswith(" "):
            more, paragraphs = 0, True
        elif not line:
            paragraphs = True
        lines.append(" " * more + line if line and not item else line)
    return "\n".join(lines) + "\n"


def _page(title, file, heading, prefix, hidden):
    text = file.read_text(encoding="utf-8")
    parts = [f"# {title}", ast.get_docstring(ast.parse(text)) or ""]
    parts.append(f"From `{file.parent.name}/{file.name}`.")

    def has_heading(name):
        return name.startswith(prefix) and not name.startswith("_")

    for section in sections(text, has_heading):
        if section.name in hidden:
            continue
        block = _block(section.code, f'python linenums="{section.line}"')
        if section.name:
            parts.append(f"## {heading(section.name)} {{ #{section.name} }}\n\n{block}")
        else:
            parts.append(_FOLDED.format(block))
    return "\n\n".join(parts)


def _block(code, language):
    return f"{_FENCE}{language}\n{code}\n{_FENCE}\n"


def _first_line(node, lines):
    """Return the line at which a definition begins, with its decorators and a comment above it."""
    first = min(each.lineno for each in (node, *getattr(node, "decorator_list", ())))
    while first > 1 and lines[first - 2].startswith("#"):
        first -= 1
    return first

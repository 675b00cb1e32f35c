"""The reference of `backproof.testing`: a page for each module, from signatures and docstrings."""

from __future__ import annotations

import importlib
import inspect
import re

import backproof.testing

MODULES = ("strategies", "differences", "statistics", "bands", "generators", "style")
_SECTION = re.compile(r"(Args|Attributes|Returns|Yields|Raises|Example|Examples|Source):")
_ENTRY = re.compile(r"(\*{0,2}\w+): (.*)")


def pages():
    """Return the pages by their paths."""
    names = [name for name in backproof.testing.__all__ if name != "TOLERANCE"]
    contents = {"api/testing.md": _page(backproof.testing, names)}
    for name in MODULES:
        module = importlib.import_module(f"backproof.testing.{name}")
        contents[f"api/{name}.md"] = _page(module, public_names(module))
    return contents


def public_names(module):
    """Return the names of a module's own functions and classes that do not begin with `_`."""
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (inspect.isfunction(value) or inspect.isclass(value))
        and value.__module__ == module.__name__
    ]


def _page(module, names):
    parts = [f"# `{module.__name__}`", _text(inspect.getdoc(module) or "")]
    for name in names:
        value = getattr(module, name)
        parts.append(f"## `{name}` {{ #{name} }}\n\n```python\n{_signature(name, value)}\n```")
        parts.append(_text(inspect.getdoc(value) or ""))
    return "\n\n".join(parts) + "\n"


def _signature(name, value):
    """Return the signature, with one argument a line if it is long."""
    if inspect.isclass(value) and issubclass(value, BaseException):  # raised by the engine only
        return f"class {name}({value.__base__.__name__})"
    signature = inspect.signature(value)
    word = "class" if inspect.isclass(value) else "def"
    returned = "" if inspect.isclass(value) else str(signature).rpartition(")")[2]
    inside = list(map(str, signature.parameters.values()))
    line = f"{word} {name}({', '.join(inside)}){returned}"
    if len(line) > 90:
        line = f"{word} {name}(\n    " + ",\n    ".join(inside) + f",\n){returned}"
    # Annotations are texts, as their names need not be there when a module runs.
    return re.sub(r"(: |-> )'([^']*)'", r"\1\2", line)


def _text(docstring):
    """Return a docstring in Markdown: its sections become lists of names with their texts."""
    lines, inside = [], False
    for line in docstring.splitlines():
        if found := _SECTION.fullmatch(line):
            lines += [f"**{found[1]}**", ""]
            inside = True
        elif inside and line.startswith("    ") and not line.startswith("     "):
            entry = _ENTRY.fullmatch(line.strip())
            lines.append(f"- `{entry[1]}`: {entry[2]}" if entry else f"- {line.strip()}")
        elif inside and line.startswith("     "):
            lines.append(f"    {line.strip()}")
        else:
            inside = inside and not line.strip()
            lines.append(line)
    return re.sub(r"``([^`]+)``", r"`\1`", "\n".join(lines))

"""A new assignment: files that work at once, to be changed into one's own."""

from __future__ import annotations

import ast
import copy
import importlib.util
import itertools
import keyword
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from string import Template
from types import ModuleType
from typing import Any

import numpy as np

from backproof.assignment.config import load_assignment
from backproof.assignment.credit import parsed
from backproof.assignment.template import write_template
from backproof.counterexample.literals import literal
from backproof.errors import UserError

_FILES = Path(__file__).parent / "new_files"
_POINTS = 10
# Arguments that given functions are tried with, by the type of the parameter.
_EXAMPLES: Mapping[str, Sequence[Any]] = {
    "ndarray": (np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([1.0, -2.0, 4.0])),
    "float": (0.5, 2.0),
    "int": (2, 3),
    "bool": (True, False),
    "str": ("a b a", "one two"),
    "list": ([3, 1, 2], ["a", "b", "a"]),
    "tuple": ((3, 1, 2),),
    "set": ({1, 2}, {"a", "b"}),
    "dict": ({"a": 1, "b": 2},),
    "bytes": (b"ab",),
}
_MAX_TRIES, _MAX_RECORDED = 300, 2


def write_new(folder: Path, units: Sequence[str] = (), given: Path | None = None) -> list[str]:
    """Write a new assignment into a folder that does not exist, or is empty.

    Args:
        folder: The folder; its name is the title.
        units: The units; by default the one that the given code has the name of, or ``first``.
        given: Right code of the first unit, if there is any.

    Returns:
        The paths of the files, in the folder.

    Raises:
        UserError: The folder has files, a unit cannot be a module, or the given code cannot be
            used.

    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"{folder} exists already; name a folder that does not")
    units = tuple(units) or ((given.stem,) if given else ("first",))
    for unit in units:
        if not unit.isidentifier() or keyword.iskeyword(unit) or units.count(unit) > 1:
            raise UserError(f"{unit!r} cannot be the name of a unit: it is that of a module, once")
    # All texts are made before anything is written: bad input leaves nothing behind.
    files = dict(_files(folder.name, units, given))
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    write_template(load_assignment(folder))
    return [*files, *(f"student_template/{unit}.py" for unit in units)]


def _files(title: str, units: Sequence[str], given: Path | None) -> Iterator[tuple[str, str]]:
    credit = ""
    for unit in units:
        if given is not None and unit == units[0]:
            views, without = _views_of_given(unit, given)
            if without:
                lines = [f"{unit}.{name} = 0  # it has no property yet" for name in without]
                credit = "\n".join(["\n[tool.backproof.credit]", *lines, ""])
        else:
            names = ("reference", "properties", "misconceptions")
            views = {name: _filled(f"{name}.py", unit=unit) for name in names}
        yield f"reference/{unit}.py", views["reference"]
        yield f"examples/ada/{unit}.py", views["reference"]
        yield f"properties/test_{unit}.py", views["properties"]
        yield f"misconceptions/{unit}.py", views["misconceptions"]
    for view in ("reference", "properties", "misconceptions"):
        yield f"{view}/__init__.py", ""
    names_of_units = ", ".join(f'"{unit}"' for unit in units)
    points = "".join(f"{unit} = {_POINTS}\n" for unit in units)
    settings = {"title": title, "units": names_of_units, "points": points, "credit": credit}
    yield "pyproject.toml", _filled("pyproject.toml", **settings)
    yield "conftest.py", _filled("conftest.py")
    yield "README.md", _filled("README.md", title=title)
    yield ".github/workflows/assignment.yml", _filled("workflow.yml")


def _filled(name: str, **values: str) -> str:
    return Template((_FILES / f"{name}.txt").read_text("utf-8")).substitute(values)


def _views_of_given(unit: str, given: Path) -> tuple[dict[str, str], list[str]]:
    """Return the views of given code, and its functions whose results cannot be recorded."""
    try:
        source = given.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{given} cannot be read: {error}") from None
    functions = [
        node
        for node in parsed(given).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    if not functions:
        raise UserError(f"{given} has no function that students could write")
    module = _imported(given)
    tests, mistakes, without = [], [], []
    for node in functions:
        cases = _recorded_cases(getattr(module, node.name), node)
        if not cases:
            without.append(node.name)
            continue
        lines = "\n".join(f"    ({arguments}, {required})," for arguments, required in cases)
        names = {"unit": unit, "function": node.name}
        tests.append(_filled("recorded_property", cases=lines, **names))
        mistakes.append(_filled("recorded_misconception", **names))
    if not tests:
        raise UserError(
            f"no function of {given} takes arguments that could be guessed: give its parameters "
            f"types, such as x: np.ndarray or text: str; known are {', '.join(_EXAMPLES)}"
        )
    numpy = "\nimport numpy as np" if any("np." in test for test in tests) else ""
    return {
        "reference": source,
        "properties": _filled(
            "recorded_properties.py", unit=unit, tests="\n".join(tests).strip("\n"), numpy=numpy
        ),
        "misconceptions": _filled(
            "recorded_misconceptions.py", unit=unit, mistakes="\n".join(mistakes).strip("\n")
        ),
    }, without


def _imported(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"given_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise UserError(f"{file} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise UserError(f"{file} cannot be imported: {type(error).__name__}: {error}") from None
    return module


def _recorded_cases(function: Callable[..., Any], node: ast.FunctionDef) -> list[tuple[str, str]]:
    """Return arguments that a function takes and what it returns for them, as expressions."""
    required = node.args.args[: len(node.args.args) - len(node.args.defaults)]
    choices = [_examples_for(parameter) for parameter in required]
    cases: dict[str, str] = {}
    for arguments in itertools.islice(itertools.product(*choices), _MAX_TRIES):
        try:
            with np.errstate(all="raise"):
                once, again = (_code(function(*copy.deepcopy(arguments))) for _ in range(2))
        except Exception:  # the function may raise anything for arguments that it is not for
            continue
        # A function that draws random numbers, or counts its calls, cannot be recorded.
        if once == again and once not in (None, "None", *cases.values()):
            cases[_code(arguments)] = once
        if len(cases) == _MAX_RECORDED:
            break
    return [*cases.items()]


def _examples_for(parameter: ast.arg) -> Sequence[Any]:
    text = ast.unparse(parameter.annotation) if parameter.annotation else ""
    found = [values for name, values in _EXAMPLES.items() if name in text]
    chosen = found or ([] if text else [*_EXAMPLES.values()])
    return [value for values in chosen for value in values]


def _code(value: Any) -> Any:
    """Return a value as an expression; ``None`` if it has none."""
    match value:
        case np.ndarray() if value.dtype.kind in "fiub" and value.size <= 100:
            return f"np.array({value.tolist()}, dtype=np.{value.dtype.name})".replace(
                ", dtype=np.float64", ""
            )
        case list() | tuple() | dict():
            inside = value.values() if isinstance(value, dict) else value
            parts = [_code(part) for part in inside]
            if any(part is None for part in parts):
                return None
            if isinstance(value, dict):
                pairs = zip(map(literal, value), parts, strict=True)
                return f"{{{', '.join(f'{key}: {part}' for key, part in pairs)}}}"
            comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
            text = f"{', '.join(parts)}{comma}"
            return f"({text})" if isinstance(value, tuple) else f"[{text}]"
        case None | bool() | int() | float() | complex() | str() | bytes() | set() | frozenset():
            return literal(value) if np.isfinite(_size(value)) else None
        case np.generic():
            return _code(value.item())
    return None


def _size(value: Any) -> float:
    return abs(value) if isinstance(value, float | complex) else 0.0

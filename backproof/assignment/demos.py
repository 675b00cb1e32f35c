"""Demonstrations: claims of the lecture, measured on an implementation and drawn as figures.

Each module ``demos/<name>.py`` of an assignment is one figure and is found by its file name.
``demos/README.md`` describes how to write one.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from backproof.assignment.config import Assignment
from backproof.assignment.imports import import_view
from backproof.assignment.references import property_names, suggestion
from backproof.errors import UserError

FOLDER = "demos"
# The module that defines the look of the figures, if an assignment has one of its own. It is the
# only one in the folder that is no demo.
STYLE = "style"
_FUNCTIONS = ("measure", "numbers", "check", "draw")


@dataclass(frozen=True)
class Demo:
    """The description of a demo: the constant ``DEMO`` of its module.

    Attributes:
        number: Its position in lecture order; 10.1 and 10.2 if a part has several figures.
        title: A title of a few words.
        lecture: The part of the lecture that makes the claim.
        claim: The claim, in exactly two sentences.
        formula: The formula behind the claim, in plain characters.
        functions: The student's functions that the demo calls, each as ``"unit.name"``.
        property: Name of the property that checks the same claim.
        misconceptions: The misconceptions under which the claim must fail, each as
            ``"unit.name"``.
        height: Height of the drawing in inches, without the caption.
    """

    number: float
    title: str
    lecture: str
    claim: str
    formula: str
    functions: tuple[str, ...]
    property: str
    misconceptions: tuple[str, ...]
    height: float = 3.2


@dataclass(frozen=True)
class Demonstration:
    """A demo that was loaded.

    Attributes:
        name: Name of its file, without ``.py``.
        about: Its description.
        module: Its module, with the functions ``measure``, ``numbers``, ``check``, ``draw`` and, if
            there is an animation, ``animate``.
    """

    name: str
    about: Demo
    module: ModuleType

    @property
    def moves(self) -> bool:
        """Whether the demo has an animation."""
        return hasattr(self.module, "animate")


def claim(holds: Any, measured: str, claimed: str) -> None:
    """Raise ``AssertionError`` unless a part of a demo's claim holds.

    Args:
        holds: Whether it holds; a comparison with NaN does not.
        measured: The measurement, with its numbers.
        claimed: The claim, in the same form.
    """
    if not holds:
        raise AssertionError(f"measured {measured}; claimed {claimed}")


def load_demos(assignment: Assignment) -> list[Demonstration]:
    """Load the demos of an assignment, in lecture order.

    Raises:
        UserError: The assignment has no demos, or one of them lacks a part.
    """
    folder = assignment.root / FOLDER
    names = sorted(file.stem for file in folder.glob("*.py"))
    names = [name for name in names if name != STYLE and not name.startswith("_")]
    if not names:
        raise UserError(f"{folder} holds no demos, so there is nothing to draw")
    demos = [load_demo(assignment, name) for name in names]
    return sorted(demos, key=lambda demo: (demo.about.number, demo.name))


def load_demo(assignment: Assignment, name: str) -> Demonstration:
    """Load one demo.

    Raises:
        UserError: The demo lacks a part.
    """
    module = import_view(assignment, f"{FOLDER}.{name}")
    file = f"{FOLDER}/{name}.py"
    about = getattr(module, "DEMO", None)
    if not isinstance(about, Demo):
        raise UserError(f"{file} has no DEMO = Demo(…) that says what it is about")
    missing = [each for each in _FUNCTIONS if not callable(getattr(module, each, None))]
    if missing:
        raise UserError(f"{file} has no function {missing[0]}; it needs {', '.join(_FUNCTIONS)}")
    _check_names(assignment, file, about)
    return Demonstration(name, about, module)


def _check_names(assignment: Assignment, file: str, about: Demo) -> None:
    """Raise ``UserError`` if a demo names a function or a property that does not exist."""
    functions = [name for unit in assignment.units for name in assignment.functions(unit)]
    by_unit = property_names(assignment.properties)
    properties = [name for unit in assignment.units for name in by_unit.get(unit, ())]
    named = [("function", name, functions) for name in about.functions]
    for kind, name, known in (*named, ("property", about.property, properties)):
        if known and name not in known:
            raise UserError(f"{file}: there is no {kind} {name}{suggestion(name, known)}")


def choose(demos: Sequence[Demonstration], names: Sequence[str]) -> list[Demonstration]:
    """Return the demos with these names or numbers, each once; ``all`` stands for every demo.

    Names may be written with dashes or underscores.

    Raises:
        UserError: There is no such demo.
    """
    if "all" in names:
        return list(demos)
    by_name = {key: demo for demo in demos for key in (demo.name, str(demo.about.number))}
    chosen: dict[str, Demonstration] = {}
    for name in names:
        demo = by_name.get(name.replace("-", "_"))
        if demo is None:
            existing = ", ".join(each.name for each in demos)
            raise UserError(f"there is no demo {name!r}; there are {existing}, and all")
        chosen[demo.name] = demo
    return list(chosen.values())


def load_style(assignment: Assignment) -> ModuleType:
    """Import the module that defines the look of an assignment's figures."""
    if (assignment.root / FOLDER / f"{STYLE}.py").is_file():
        return import_view(assignment, f"{FOLDER}.{STYLE}")
    # By its name, as the public interface is above this package.
    return importlib.import_module("backproof.testing.style")

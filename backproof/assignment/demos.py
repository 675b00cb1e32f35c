"""Demonstrations: what the lecture claims, measured on an implementation and drawn.

A module ``demos/<name>.py`` of an assignment is one figure; there is nothing to register.
``demos/README.md`` says how one is written.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from backproof.assignment.config import Assignment
from backproof.errors import UserError

FOLDER = "demos"
# How the figures look; it is the one module of the folder that is no demo.
STYLE = "style"
_FUNCTIONS = ("measure", "numbers", "check", "draw")


@dataclass(frozen=True)
class Demo:
    """What a demo is about: the ``DEMO`` of its module.

    Attributes:
        number: Its place in the lecture's order; 10.1 and 10.2 if a part has several figures.
        title: A few words.
        lecture: The part of the lecture that makes the claim.
        claim: What to see, in exactly two sentences.
        formula: The formula behind it, in plain characters.
        functions: The functions that it calls, each as ``"unit.name"``.
        property: The property that checks the same, by its name.
        misconceptions: Wrong variants on which the claim must fail, each as ``"unit.name"``.
        height: Of the drawing, in inches, without the caption.

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
    """A demo as it was found.

    Attributes:
        name: Its file's name without ``.py``.
        about: What it is about.
        module: Its functions: ``measure``, ``numbers``, ``check``, ``draw`` and, where there is
            something to see in motion, ``animate``.

    """

    name: str
    about: Demo
    module: ModuleType

    @property
    def moves(self) -> bool:
        """Whether it has an animation."""
        return hasattr(self.module, "animate")


def claim(holds: Any, measured: str, claimed: str) -> None:
    """Raise ``AssertionError`` unless a part of a demo's claim holds.

    Args:
        holds: Whether it does; what is compared with NaN does not.
        measured: What was measured, with its numbers.
        claimed: What it should have been.

    """
    if not holds:
        raise AssertionError(f"measured {measured}; claimed {claimed}")


def load_demos(assignment: Assignment) -> list[Demonstration]:
    """Find the demos of an assignment, in lecture order.

    Raises:
        UserError: There are none, or one of them lacks a part.

    """
    folder = assignment.root / FOLDER
    names = sorted(file.stem for file in folder.glob("*.py"))
    names = [name for name in names if name != STYLE and not name.startswith("_")]
    if not names:
        raise UserError(f"{folder} holds no demos, so there is nothing to draw")
    found = [load_demo(assignment, name) for name in names]
    return sorted(found, key=lambda one: (one.about.number, one.name))


def load_demo(assignment: Assignment, name: str) -> Demonstration:
    """Import one demo.

    Raises:
        UserError: It lacks a part.

    """
    module = _imported(assignment, name)
    file = f"{FOLDER}/{name}.py"
    about = getattr(module, "DEMO", None)
    if not isinstance(about, Demo):
        raise UserError(f"{file} has no DEMO = Demo(…) that says what it is about")
    missing = [each for each in _FUNCTIONS if not callable(getattr(module, each, None))]
    if missing:
        raise UserError(f"{file} has no function {missing[0]}; it needs {', '.join(_FUNCTIONS)}")
    return Demonstration(name, about, module)


def choose(demos: Sequence[Demonstration], wanted: Sequence[str]) -> list[Demonstration]:
    """Find demos by name, with dashes or underscores, or by number; ``all`` is every one.

    Raises:
        UserError: There is no such demo.

    """
    known = {key: demo for demo in demos for key in (demo.name, str(demo.about.number))}
    names = [name.replace("-", "_") for name in wanted]
    if "all" in names:
        return list(demos)
    for given, name in zip(wanted, names, strict=True):
        if name not in known:
            there = ", ".join(demo.name for demo in demos)
            raise UserError(f"there is no demo {given!r}; there are {there}, and all")
    return list({known[name].name: known[name] for name in names}.values())


def load_style(assignment: Assignment) -> ModuleType:
    """Import the module that says how the figures of an assignment look."""
    return _imported(assignment, STYLE)


def _imported(assignment: Assignment, name: str) -> ModuleType:
    if str(assignment.root) not in sys.path:
        sys.path.insert(0, str(assignment.root))
    return importlib.import_module(f"{FOLDER}.{name}")

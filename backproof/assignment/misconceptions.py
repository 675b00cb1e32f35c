"""Misconceptions: wrong variants of a function, each with the properties that catch it.

A module ``misconceptions/<unit>.py`` contains the functions, which are found by their decorators.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

from backproof.assignment.config import Assignment
from backproof.assignment.imports import import_view
from backproof.assignment.references import suggestion
from backproof.errors import UserError

# The convention of the reference itself.
REFERENCE = "reference"

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Misconception:
    """A known mistake.

    Attributes:
        name: Its name, unique in its unit.
        target: The function that it replaces, as ``"unit.name"``.
        caught_by: The properties that must fail on it.
        sentence: The description that is shown to a student who made the mistake.
        function: The wrong variant of the function.
        variants: The same mistake in other spellings, and under other correct conventions.
    """

    name: str
    target: str
    caught_by: tuple[str, ...]
    sentence: str
    function: Callable[..., Any]
    variants: tuple[Callable[..., Any], ...] = ()

    @property
    def unit(self) -> str:
        """The unit of the function that the misconception replaces."""
        return self.target.partition(".")[0]

    @property
    def full_name(self) -> str:
        """The name with its unit, as ``"unit.name"``."""
        return f"{self.unit}.{self.name}"


def misconception(of: str, caught_by: str | Sequence[str]) -> Callable[[F], F]:
    """Mark a function as a wrong variant of the function ``of`` of the module's unit.

    Args:
        of: Name of the correct function.
        caught_by: The property or the properties that must fail on the variant.
    """

    def mark(function: F) -> F:
        names = (caught_by,) if isinstance(caught_by, str) else tuple(caught_by)
        function.__misconception__ = (of, names)  # type: ignore[attr-defined]  # mypy knows no such attribute
        return function

    return mark


def spelling(of: Callable[..., Any]) -> Callable[[F], F]:
    """Mark a function as another spelling of a misconception, which students write as well.

    Args:
        of: The misconception.

    """

    def mark(function: F) -> F:
        of.__variants__ = (*getattr(of, "__variants__", ()), function)  # type: ignore[attr-defined]  # mypy knows no such attribute
        return function

    return mark


def variant(of: str, convention: str = "") -> Callable[[F], F]:
    """Mark a function as a correct variant of ``of`` under another convention.

    Args:
        of: Name of the function.
        convention: Name of the convention. A misconception's variant that has the same name in its
            attribute ``__convention__`` is compared only with code that follows the convention.

    """

    def mark(function: F) -> F:
        function.__variant_of__ = of  # type: ignore[attr-defined]  # mypy knows no such attribute
        function.__convention__ = convention or function.__name__  # type: ignore[attr-defined]
        return function

    return mark


def convention_of(function: Callable[..., Any]) -> str:
    """Return the convention that a variant follows; empty if it follows none."""
    return str(getattr(function, "__convention__", ""))


def load_variants(assignment: Assignment) -> dict[str, list[tuple[str, Callable[..., Any]]]]:
    """Return the correct variants, with their conventions, by ``"unit.name"`` of the function."""
    variants: dict[str, list[tuple[str, Callable[..., Any]]]] = {}
    for unit, module in _modules(assignment):
        for function in vars(module).values():
            if hasattr(function, "__variant_of__") and function.__module__ == module.__name__:
                named = (convention_of(function), function)
                variants.setdefault(f"{unit}.{function.__variant_of__}", []).append(named)
    return variants


def load_misconceptions(assignment: Assignment) -> list[Misconception]:
    """Return the misconceptions of an assignment, in lecture order.

    Raises:
        UserError: A file cannot be imported, or a misconception has no docstring, or is of a
            function that does not exist.
    """
    found = [
        _describe(unit, name, function)
        for unit, module in _modules(assignment)
        for name, function in vars(module).items()
        if hasattr(function, "__misconception__") and function.__module__ == module.__name__
    ]
    known = {unit: assignment.functions(unit) for unit in assignment.units}
    for each in found:
        if known[each.unit] and each.target not in known[each.unit]:
            raise UserError(
                f"misconceptions/{each.unit}.py: {each.name} is of {each.target}, which is no "
                f"function{suggestion(each.target, known[each.unit])}"
            )
    return found


def _modules(assignment: Assignment) -> Iterator[tuple[str, ModuleType]]:
    for unit in assignment.units:
        if (assignment.root / "misconceptions" / f"{unit}.py").is_file():
            yield unit, import_view(assignment, f"misconceptions.{unit}")


def _describe(unit: str, name: str, function: Callable[..., Any]) -> Misconception:
    of, caught_by = function.__misconception__  # type: ignore[attr-defined]  # the decorator sets it
    sentence = " ".join((inspect.getdoc(function) or "").partition("\n\n")[0].split())
    if not sentence:
        raise UserError(f"misconceptions/{unit}.py: {name} has no docstring to show a student")
    variants = getattr(function, "__variants__", ())
    return Misconception(name, f"{unit}.{of}", caught_by, sentence, function, variants)

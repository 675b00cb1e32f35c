"""The names in a configuration, held against the units, functions and properties that there are.

A misspelt name would configure nothing, silently.
"""

from __future__ import annotations

import ast
import difflib
import keyword
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backproof.assignment.credit import functions_in, problem_of
from backproof.assignment.examine import HELPERS

if TYPE_CHECKING:
    from backproof.assignment.config import Assignment

_PROPERTY = re.compile(r"^def (test_\w+)\(", re.MULTILINE)
# An option as a property reads it; in an f-string, what is in braces may be any word.
_OPTION = re.compile(r"\boptions\[(f?)[\"']([^\"']+)[\"']\]")
# Keys in which a unit stands for all of its functions.
_MAY_BE_UNITS = ("prerequisites", "examine")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def first_problem(assignment: Assignment, table: Mapping[str, Any]) -> str:
    """Return the first problem as ``"key: problem"``; empty if there is none.

    Args:
        assignment: The assignment.
        table: Its table as it is written, in which names can be listed twice.

    """
    checked = _Configuration(assignment)
    for problems in (
        _doubles(table),
        checked.units(),
        checked.no_functions(),
        checked.removed_unit(),
        checked.points(),
        checked.property_names(),
        checked.function_names(),
        checked.cycles(),
        checked.options(),
        checked.libraries(),
        checked.helpers(),
    ):
        for problem in problems:
            return problem
    return ""


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean …?"`` for a name like a known one; else an empty text."""
    known = [*known]
    # A property is most often misspelt by leaving out what all names begin with.
    with_prefix = [each for each in known if each == f"test_{name}"]
    near = with_prefix or difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""


def property_names(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the names of the properties in a folder, by their units."""
    return {
        file.stem.removeprefix("test_"): tuple(_PROPERTY.findall(file.read_text("utf-8")))
        for file in sorted(folder.glob("test_*.py"))
    }


@dataclass(frozen=True)
class _Configuration:
    """One configuration; each method yields the problems of some keys."""

    assignment: Assignment

    @cached_property
    def _properties(self) -> dict[str, tuple[str, ...]]:
        return property_names(self.assignment.properties)

    @cached_property
    def _functions(self) -> dict[str, tuple[str, ...]]:
        """The functions of each unit; none of a unit that no view has."""
        views = self.assignment.template, self.assignment.reference
        return {
            unit: tuple(
                dict.fromkeys(name for view in views for name in functions_in([view], unit))
            )
            for unit in self.assignment.units
        }

    def units(self) -> Iterator[str]:
        """Yield units that cannot be: no module, or without any property."""
        for unit in self.assignment.units:
            if not unit.isidentifier() or keyword.iskeyword(unit):
                yield f"units: {unit!r} cannot be the name of a module"
            has_views = self.assignment.reference.is_dir() and any(self._functions.values())
            if has_views and not (self.assignment.reference / f"{unit}.py").is_file():
                files = [file.stem for file in self.assignment.reference.glob("*.py")]
                yield f"units: there is no reference/{unit}.py{suggestion(unit, files)}"
            if self._properties and not self._properties.get(unit):
                others = set(self._properties) - {*self.assignment.units}
                yield (
                    f"units: {unit} has no property in properties/test_{unit}.py, so all code "
                    f"would pass{suggestion(unit, others)}"
                )

    def no_functions(self) -> Iterator[str]:
        """Yield names that cannot be those of functions; a prerequisite may be a unit."""
        for key, name in self._named_functions():
            if "." not in name and not key.startswith(_MAY_BE_UNITS):
                yield f'{key}: must name a function, such as "unit.name"'

    def removed_unit(self) -> Iterator[str]:
        """Yield the first unit that is named and does not exist, with all keys that name it."""
        known = self.assignment.units
        named: dict[str, list[str]] = {}
        for key, function in self._named_functions():
            unit = function.partition(".")[0]
            if unit not in known:
                named.setdefault(unit, []).append(key)
        for unit in set(self.assignment.points) - set(known):
            named.setdefault(unit, []).insert(0, "points")
        for unit, keys in named.items():
            if gone := self._properties.get(unit):
                keys += [key for key, name in self._named_properties() if name in gone]
            places = ", ".join(dict.fromkeys(keys))
            yield (
                f"{places}: there is no unit {unit}; the units are "
                f"{', '.join(known)}{suggestion(unit, known)}"
            )

    def points(self) -> Iterator[str]:
        """Yield what is wrong with the points of units and functions."""
        missing = [unit for unit in self.assignment.units if unit not in self.assignment.points]
        if missing:
            yield f"points: must name each unit once, and {', '.join(missing)} is missing"
        problem = problem_of(self.assignment.credit, self._functions, self.assignment.points)
        if problem:
            name = problem.partition(":")[0]
            known = self._functions.get(name.partition(".")[0], ())
            yield f"credit.{problem}{suggestion(name, known) if name not in known else ''}"

    def property_names(self) -> Iterator[str]:
        """Yield the names of properties that do not exist."""
        known = [name for names in self._properties.values() for name in names]
        for key, name in self._named_properties():
            if known and name not in known:
                yield f"{key}: there is no property {name}{suggestion(name, known)}"

    def function_names(self) -> Iterator[str]:
        """Yield the names of functions that do not exist."""
        for key, name in self._named_functions():
            known = self._functions[name.partition(".")[0]]
            if known and "." in name and not self._matches(key, name, known):
                yield f"{key}: there is no function {name}{suggestion(name, known)}"

    def cycles(self) -> Iterator[str]:
        """Yield a circle of functions that build on one another."""
        graph = self.assignment.prerequisites
        done: set[str] = set()

        def circle(name: str, path: tuple[str, ...]) -> tuple[str, ...]:
            if name in path:
                return (*path[path.index(name) :], name)
            if name in done:
                return ()
            done.add(name)
            # A unit stands for all of its functions.
            parts = (key for key in graph if "." not in name and key.startswith(f"{name}."))
            following = (*graph.get(name, ()), *parts)
            return next(filter(None, (circle(each, (*path, name)) for each in following)), ())

        for name in graph:
            if found := circle(name, ()):
                yield f"prerequisites: {' builds on '.join(found)}, which is a circle"

    def options(self) -> Iterator[str]:
        """Yield options that no property reads."""
        texts = [file.read_text("utf-8") for file in self.assignment.properties.rglob("*.py")]
        read = {match for text in texts for match in _OPTION.findall(text)}
        patterns = {re.sub(r"\\{.*?\\}", r"\\w+", re.escape(name)) for _, name in read}
        for option in self.assignment.options:
            if self._properties and not any(re.fullmatch(each, option) for each in patterns):
                near = suggestion(option, [name for is_format, name in read if not is_format])
                yield f"options.{option}: no property reads this option{near}"

    def libraries(self) -> Iterator[str]:
        """Yield packages that are not installed."""
        for name in self.assignment.libraries:
            if not name.isidentifier():
                yield f"libraries: {name!r} is not the name that a package is imported by"
            elif find_spec(name) is None:
                near = suggestion(name, ["numpy", "scipy", "torch", "sklearn", "jax", "pandas"])
                yield f"libraries: {name} is not installed here{near}"

    def helpers(self) -> Iterator[str]:
        """Yield what no test can import of ``backproof.testing``."""
        for name in self.assignment.examine.helpers:
            if name not in HELPERS:
                yield (
                    f"examine.helpers: {name} is nothing that tests can import"
                    f"{suggestion(name, HELPERS)}"
                )

    def _matches(self, key: str, name: str, known: Collection[str]) -> bool:
        """Return whether a name, with placeholders for arguments, is that of a function."""
        pattern = _PLACEHOLDER.sub(r"\0", name)
        if pattern == name:
            return name in known
        matches = re.compile(re.escape(pattern).replace(re.escape("\0"), r"\w+"))
        of = key.partition('"')[2].rstrip('"')
        parameters = self._parameters(of)
        return any(map(matches.fullmatch, known)) and all(
            argument in parameters for argument in _PLACEHOLDER.findall(name)
        )

    def _parameters(self, function: str) -> set[str]:
        """Return the parameters of a function; of a unit, those of all of its functions."""
        unit, _, name = function.partition(".")
        found: set[str] = set()
        for folder in (self.assignment.template, self.assignment.reference):
            file = folder / f"{unit}.py"
            body = ast.parse(file.read_text("utf-8")).body if file.is_file() else []
            for node in body:
                if isinstance(node, ast.FunctionDef) and name in ("", node.name):
                    found |= {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
        return found

    def _named_functions(self) -> Iterator[tuple[str, str]]:
        """Yield each function that a key names, as the key and the name."""
        assignment = self.assignment
        for name in (*assignment.credit.points, *assignment.credit.parts):
            yield f"credit.{name}", name
        for key, required in assignment.prerequisites.items():
            for name in (key, *required):
                yield f'prerequisites."{key}"' if "." in key else f"prerequisites.{key}", name
        for key, derived in assignment.derived.items():
            for name in (key, derived.of):
                yield f'derived."{key}"', name
        for key in assignment.opaque:
            yield f'opaque."{key}"', key
        for key in sorted(assignment.iterables):
            yield "iterables", key
        for name in assignment.examine.functions:
            yield "examine.functions", name

    def _named_properties(self) -> Iterator[tuple[str, str]]:
        """Yield each property that a key names, as the key and the name."""
        assignment = self.assignment
        for key, names in (
            ("weights", assignment.weights),
            ("cases", assignment.cases),
            ("hidden", sorted(assignment.hidden)),
            ("examine.concepts", assignment.examine.concepts),
        ):
            yield from ((key, name) for name in names)
        for function, derived in assignment.derived.items():
            key = f'derived."{function}"'
            yield from ((f"{key}.wrong", name) for name in sorted(derived.wrong))
            yield f"{key}.fits", derived.fits
            yield from ((f"{key}.explains", name) for name in sorted(derived.explains))


def _doubles(table: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Yield the lists in which something stands twice."""
    for key, value in table.items():
        name = f'"{key}"' if "." in key else key
        if isinstance(value, dict):
            yield from _doubles(value, f"{path}{name}.")
        elif isinstance(value, list):
            for entry, count in Counter(map(repr, value)).items():
                if count > 1:
                    yield f"{path}{name}: {entry} stands there {count} times"

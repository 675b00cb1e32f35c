"""An assignment: its folders, and its configuration from ``[tool.backproof]``, checked on load."""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backproof.about import INSTALL_ROOT, PACKAGE
from backproof.assignment.limits import Limits, checked_limits
from backproof.errors import UserError

_KEYS = {
    "title",
    "units",
    "seconds_per_property",
    "seconds_per_submission",
    "points",
    "weights",
    "cases",
    "prerequisites",
    "derived",
    "options",
    "limits",
    "libraries",
    "opaque",
    "iterables",
    "hidden",
}


@dataclass(frozen=True)
class Derived:
    """A function that differentiates another one, and can be right for it where that is wrong.

    Attributes:
        of: The function that it is the derivative of, as ``"unit.name"``.
        wrong: The properties of which one fails if that function computes something else.
        fits: The property that holds if it is the derivative of that, right or wrong.
        explains: The properties that fail where it fits, only because that other one is wrong.

    """

    of: str
    wrong: frozenset[str]
    fits: str
    explains: frozenset[str]


@dataclass(frozen=True)
class Assignment:
    """What an instructor configures.

    Attributes:
        root: The folder with ``reference/``, ``properties/`` and the other views.
        title: What the reports are headed with.
        units: The modules of the contract, in lecture order.
        points: Points of each unit, shared among its properties by weight.
        weights: Weights of single properties; 1 for those not named.
        cases: For single properties, how many cases each set of their parameters gets when grading;
            the others share 30 among their parameters.
        prerequisites: For a unit, the units whose failure may explain its failures.
        derived: For a function, by ``"unit.name"``, what it is the derivative of.
        options: Conventions that the assignment pins, by name.
        seconds_per_property: After this time a property's submission is taken to hang.
        seconds_per_submission: After this time a submission is not called any more.
        limits: What a confined submission may use.
        libraries: The installed packages that a confined submission may import.
        opaque: For a function, by ``"unit.name"``, the positions in its result of objects that are
            only handed back; -1 is the whole result.
        iterables: The functions, by ``"unit.name"``, whose result is used up, one item after the
            other, before anything else is asked of the submission.
        hidden: The properties of which a student is told no more than that they failed.

    """

    root: Path
    title: str
    units: tuple[str, ...]
    points: Mapping[str, float]
    weights: Mapping[str, float] = field(default_factory=dict)
    cases: Mapping[str, int] = field(default_factory=dict)
    prerequisites: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    derived: Mapping[str, Derived] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    seconds_per_property: float = 60.0
    seconds_per_submission: float = 600.0
    limits: Limits = field(default_factory=Limits)
    libraries: tuple[str, ...] = ("numpy", "scipy")
    opaque: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    iterables: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    @property
    def reference(self) -> Path:
        """The folder of the right implementation."""
        return self.root / "reference"

    @property
    def template(self) -> Path:
        """The folder of what students get."""
        return self.root / "student_template"

    @property
    def properties(self) -> Path:
        """The folder of the properties."""
        return self.root / "properties"

    def require_reference(self) -> None:
        """Raise ``UserError`` where there is no right implementation, as in a student's checker."""
        if not self.reference.is_dir():
            raise UserError(
                "this copy of Backproof has no reference/, so it can `check` and no more: use the "
                "one that the course is graded with, or name an assignment with --assignment"
            )

    def property_file(self, unit: str) -> Path:
        """The file of a unit's properties."""
        return self.properties / f"test_{unit}.py"

    def digest(self) -> str:
        """Name this state of the properties and their configuration in twelve hex digits."""
        files = [self.root / "pyproject.toml", *sorted(self.properties.rglob("*.py"))]
        return hashlib.sha256(b"\0".join(f.read_bytes() for f in files)).hexdigest()[:12]


def default_root() -> Path:
    """Find the assignment that comes with the engine: beside it in a checkout, inside a wheel."""
    inside = PACKAGE / "assignment_data"
    return inside if inside.is_dir() else INSTALL_ROOT


def load_assignment(root: str | os.PathLike[str] | None = None) -> Assignment:
    """Read and check an assignment's configuration.

    Raises:
        UserError: A file is missing or not TOML, or a key is missing, unknown or of a wrong kind;
            the text names the key.

    """
    folder = Path(root).resolve() if root is not None else default_root()
    file = folder / "pyproject.toml"
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise UserError(f"{folder} is no assignment: it has no readable pyproject.toml") from None
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{file} is not valid TOML: {error}") from None
    table = document.get("tool", {}).get("backproof")
    if not isinstance(table, dict):
        raise UserError(f"{file} has no [tool.backproof] table, so it configures no assignment")
    return _checked(folder, table)


def _checked(folder: Path, table: dict[str, Any]) -> Assignment:
    _require(not set(table) - _KEYS, f"unknown key {_first(set(table) - _KEYS)}; known: {_KEYS}")
    units = table.get("units")
    _require(
        isinstance(units, list) and bool(units) and all(isinstance(u, str) for u in units),
        "units must be a list of module names in lecture order",
    )
    known = set(units or ())
    points = _numbers(table, "points")
    weights = _numbers(table, "weights")
    _require(set(points) == known, f"points must name each unit once: {sorted(known)}")
    prerequisites = table.get("prerequisites", {})
    _require(isinstance(prerequisites, dict), "prerequisites must be a table of lists of units")
    for unit, needed in prerequisites.items():
        _require(
            unit in known and isinstance(needed, list) and set(needed) <= known,
            f"prerequisites.{unit} must be a list of units, of {sorted(known)}",
        )
    return Assignment(
        root=folder,
        title=str(table.get("title", folder.name)),
        units=tuple(units or ()),
        points=points,
        weights=weights,
        cases=_counts(table.get("cases", {})),
        prerequisites={unit: tuple(needed) for unit, needed in prerequisites.items()},
        derived=_derived(table.get("derived", {}), known),
        options=_options(table.get("options", {})),
        seconds_per_property=_seconds(table, "seconds_per_property", 60),
        seconds_per_submission=_seconds(table, "seconds_per_submission", 600),
        limits=checked_limits(table.get("limits", {})),
        libraries=tuple(_names(table, "libraries", ["numpy", "scipy"])),
        opaque=_opaque(table.get("opaque", {}), known),
        iterables=frozenset(_names(table, "iterables", [])),
        hidden=frozenset(_names(table, "hidden", [])),
    )


def _derived(table: Any, units: set[str]) -> dict[str, Derived]:
    _require(isinstance(table, dict), "derived must be a table of tables")
    for function, entry in table.items():
        right = (
            isinstance(entry, dict)
            and set(entry) == {"of", "wrong", "fits", "explains"}
            and all(isinstance(entry[key], str) for key in ("of", "fits"))
            and all(isinstance(entry[key], list) for key in ("wrong", "explains"))
        )
        _require(right, f"derived.{function!r} needs of, fits, and lists wrong and explains")
        named = {function.partition(".")[0], entry["of"].partition(".")[0]}
        _require(named <= units, f"derived.{function!r} must name functions, as 'network.forward'")
    return {
        function: Derived(
            entry["of"],
            frozenset(map(str, entry["wrong"])),
            entry["fits"],
            frozenset(map(str, entry["explains"])),
        )
        for function, entry in table.items()
    }


def _options(table: Any) -> dict[str, str]:
    _require(isinstance(table, dict), "options must be a table of tables")
    for name, option in table.items():
        _require(
            isinstance(option, dict)
            and set(option) == {"value", "choices"}
            and isinstance(option["choices"], list),
            f"options.{name} needs a value and a list of choices",
        )
        _require(
            option["value"] in option["choices"],
            f"options.{name}.value is {option['value']!r}, not one of {option['choices']}",
        )
    return {name: str(option["value"]) for name, option in table.items()}


def _names(table: dict[str, Any], key: str, default: list[str]) -> list[str]:
    names = table.get(key, default)
    _require(
        isinstance(names, list) and all(isinstance(name, str) and name for name in names),
        f"{key} must be a list of names",
    )
    return [str(name) for name in names]


def _opaque(table: Any, units: set[str]) -> dict[str, tuple[int, ...]]:
    _require(isinstance(table, dict), "opaque must be a table of lists of positions")
    for function, positions in table.items():
        unit = function.partition(".")[0]
        _require(unit in units, f"opaque.{function!r} must name a function, as 'network.forward'")
        _require(
            isinstance(positions, list) and all(type(p) is int and p >= -1 for p in positions),
            f"opaque.{function!r} must be a list of positions, or [-1] for the whole result",
        )
    return {function: tuple(positions) for function, positions in table.items()}


def _numbers(table: dict[str, Any], key: str) -> dict[str, float]:
    entries = table.get(key, {})
    _require(isinstance(entries, dict), f"{key} must be a table of numbers")
    for name, value in entries.items():
        _require(_is_number(value) and value >= 0, f"{key}.{name} must be a number, 0 or more")
    return {name: float(value) for name, value in entries.items()}


def _counts(table: Any) -> dict[str, int]:
    _require(isinstance(table, dict), "cases must be a table of whole numbers")
    for name, value in table.items():
        right = isinstance(value, int) and not isinstance(value, bool) and value > 0
        _require(right, f"cases.{name} must be a whole number above 0")
    return dict(table)


def _seconds(table: dict[str, Any], key: str, default: float) -> float:
    value = table.get(key, default)
    _require(_is_number(value) and value > 0, f"{key} must be a number above 0")
    return float(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _first(names: set[str]) -> str:
    return min(names, default="")


def _require(condition: bool, problem: str) -> None:
    if not condition:
        raise UserError(f"[tool.backproof] {problem}")

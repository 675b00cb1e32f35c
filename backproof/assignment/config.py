"""The configuration of an assignment: the table ``[tool.backproof]`` of its ``pyproject.toml``."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import msgspec
from msgspec import Meta, Struct

from backproof.about import INSTALL_ROOT, PACKAGE
from backproof.assignment.accuracy import DEFAULT_TOLERANCE
from backproof.assignment.credit import (
    Credit,
    functions_in,
    points_of_functions,
    with_credit,
)
from backproof.assignment.deadline import Deadline
from backproof.assignment.examine import Examine
from backproof.assignment.limits import Limits
from backproof.assignment.references import first_problem, suggestion
from backproof.errors import UserError
from backproof.student_code.stand_ins import STAND_INS

# Of the environment: it names the folder of the assignment.
VARIABLE = "BACKPROOF_ASSIGNMENT"

_Name = Annotated[str, Meta(min_length=1)]
_Points = Annotated[float, Meta(ge=0)]
_Seconds = Annotated[float, Meta(gt=0)]
_Count = Annotated[int, Meta(ge=1)]
_Position = Annotated[int, Meta(ge=-1)]


class Derived(Struct, frozen=True, forbid_unknown_fields=True):
    """A function that is the derivative of another one, and may be right where that one is wrong.

    Attributes:
        of: The function that it differentiates, as ``"unit.name"``.
        wrong: The properties of which at least one fails if that function is wrong.
        fits: The property that holds if the derivative is the derivative of that function, whether
            that function is right or wrong.
        explains: The properties that fail, although the derivative fits, only because that function
            is wrong.
    """

    of: str
    wrong: frozenset[str]
    fits: str
    explains: frozenset[str]


class Option(Struct, frozen=True, forbid_unknown_fields=True):
    """A convention that the lecture leaves open.

    Attributes:
        value: The choice that the assignment pins.
        choices: All choices that the properties know.
    """

    value: str
    choices: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a value that is not among the choices."""
        if self.value not in self.choices:
            raise ValueError(f"value {self.value!r} is not one of {', '.join(self.choices)}")


class Assignment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The configuration of an assignment.

    Attributes:
        root: The folder that contains ``reference/``, ``properties/`` and the other views.
        title: The heading of the reports.
        units: The modules that a student writes, in lecture order.
        points: Points of each unit, which belong to its functions.
        credit: How functions earn points, and the points of single functions.
        weights: Weights of single properties; the others have the weight 1.
        cases: Number of cases that grading gives each set of parameters of a property. A property
            that is not named shares 30 cases among its sets of parameters.
        prerequisites: For a function, as ``"unit.name"``, the functions whose failure may explain
            its failures. In ``"unit.{argument}"``, the argument of that name says which it is. A
            unit, on either side, stands for all of its functions.
        derived: For a function, as ``"unit.name"``, the function that it differentiates.
        options: The conventions that the lecture leaves open, by name.
        tolerance: The accuracy of results, absolute or relative, whichever is looser.
        dtype: The dtype of arrays that are results, as numpy names it.
        seconds_per_property: Time after which the submission of a property counts as hanging.
        seconds_per_submission: Time after which a submission is not called any more.
        limits: Resource limits of a confined submission.
        libraries: The installed packages that a confined submission may import.
        stand_ins: The modules that a submission may import though nothing is computed with them,
            such as those for plots: it gets silent stand-ins, unless they are libraries. None if
            the list is empty.
        deadline: When the work is due, and what being late costs; by default there is no deadline.
        opaque: For a function, as ``"unit.name"``, the positions in its result of objects that are
            only passed back to the student's code; -1 is the whole result.
        iterables: The functions, as ``"unit.name"``, whose result is iterated to its end before
            the submission is called again.
        hidden: The properties of which a student is shown only that they failed.
        examine: How the tests that students write are examined.
    """

    root: Path
    title: str
    units: Annotated[tuple[_Name, ...], Meta(min_length=1)]
    points: Mapping[str, _Points]
    credit: Credit = Credit()
    weights: Mapping[str, _Points] = {}
    cases: Mapping[str, _Count] = {}
    prerequisites: Mapping[str, tuple[str, ...]] = {}
    derived: Mapping[str, Derived] = {}
    options: Mapping[str, Option] = {}
    tolerance: Annotated[float, Meta(gt=0, le=1)] = DEFAULT_TOLERANCE
    dtype: Literal["float16", "float32", "float64", "complex64", "complex128"] = "float64"
    seconds_per_property: _Seconds = 60.0
    seconds_per_submission: _Seconds = 600.0
    limits: Limits = Limits()
    libraries: tuple[_Name, ...] = ("numpy", "scipy")
    stand_ins: tuple[_Name, ...] = STAND_INS
    deadline: Deadline | None = None
    opaque: Mapping[str, tuple[_Position, ...]] = {}
    iterables: frozenset[_Name] = frozenset()
    hidden: frozenset[_Name] = frozenset()
    examine: Examine = Examine()

    @property
    def reference(self) -> Path:
        """The folder of the correct implementation."""
        return self.root / "reference"

    @property
    def template(self) -> Path:
        """The folder of the files that students start from."""
        return self.root / "student_template"

    @property
    def properties(self) -> Path:
        """The folder of the properties."""
        return self.root / "properties"

    def require_reference(self) -> None:
        """Raise ``UserError`` if there is no reference, as in a checker made for students."""
        if not self.reference.is_dir():
            raise UserError(
                "this copy of Backproof has no reference/, so it can only `check`: use the copy "
                "that the course is graded with, or name an assignment with --assignment"
            )

    def property_file(self, unit: str) -> Path:
        """Return the file of a unit's properties."""
        return self.properties / f"test_{unit}.py"

    def functions(self, unit: str) -> tuple[str, ...]:
        """Return the functions of a unit, as ``"unit.name"``; none if no view has the unit."""
        return functions_in((self.template, self.reference), unit)

    def credit_points(self, unit: str, exercised: Collection[str]) -> dict[str, float]:
        """Return the points of each function of a unit that has points.

        Args:
            unit: The unit.
            exercised: Functions to share the points if the functions of the unit are not known.
        """
        functions = self.functions(unit) or {*exercised, *self.credit.functions_of(unit)}
        return points_of_functions(self.credit, functions, self.points[unit])

    def credited_functions(self) -> tuple[str, ...]:
        """Return the functions that have points, in lecture order, as far as they are known."""
        return tuple(
            function
            for unit in self.units
            if self.functions(unit)
            for function in self.credit_points(unit, ())
        )


def default_root() -> Path:
    """Return the folder of the assignment that is meant where none is named.

    It is the one that the variable ``BACKPROOF_ASSIGNMENT`` names, else that of the current folder
    or the nearest above it, else the one that is installed with Backproof: a wheel contains it as
    data, and in a checkout it is the folder that contains the package.
    """
    if named := os.environ.get(VARIABLE):
        return Path(named).resolve()
    try:
        here = Path.cwd()
    except OSError:  # the current folder has been removed
        return _installed_root()
    found = (folder for folder in (here, *here.parents) if _is_configured(folder))
    return next(found, _installed_root())


def _installed_root() -> Path:
    packaged = PACKAGE / "assignment_data"
    return packaged if packaged.is_dir() else INSTALL_ROOT


def _is_configured(folder: Path) -> bool:
    """Return whether a folder has the table of an assignment, even if it cannot be parsed."""
    try:
        text = (folder / "pyproject.toml").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return any(line.strip().startswith("[tool.backproof") for line in text.splitlines())


def load_assignment(root: str | os.PathLike[str] | None = None) -> Assignment:
    """Read and check an assignment's configuration.

    Args:
        root: Its folder; by default the one that ``default_root`` finds.

    Raises:
        UserError: A file is missing or not TOML, or a key is missing, unknown or has an invalid
            value; the text names the key.
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
    # A key "root" in the table is refused: it replaces the folder here, and is not a ``Path``.
    table = {"root": folder, "title": folder.name, **with_credit(table)}
    try:
        assignment = msgspec.convert(table, Assignment)
    except msgspec.ValidationError as error:
        raise UserError(_explanation(table, error)) from None
    if problem := first_problem(assignment, document["tool"]["backproof"]):
        raise UserError(f"tool.backproof.{problem}")
    return assignment


# The tables of which Backproof knows all keys, by the key of ``[tool.backproof]`` they belong to.
_TABLES = {
    "": Assignment,
    "limits": Limits,
    "deadline": Deadline,
    "examine": Examine,
    "derived": Derived,
    "options": Option,
    "credit": Credit,
}
# msgspec words its errors in terms of JSON; an instructor reads them in terms of TOML.
_WORDING = {
    "Object contains unknown field": "unknown key",
    "Object missing required field": "missing key",
    "Expected": "expected",
    "got `float`": "got a number with a decimal point",
    "`int`": "a whole number",
    "`float`": "a number",
    "`bool`": "true or false",
    "`str`": "a string",
    "`array`": "a list",
    "`object`": "a table",
}


def _explanation(table: Mapping[str, Any], error: msgspec.ValidationError) -> str:
    """Return one line that names the refused key and the reason."""
    problem, _, path = str(error).partition(" - at `$")
    section, is_entry, rest = path.strip(".`").partition("[...]")
    for theirs, ours in _WORDING.items():
        problem = problem.replace(theirs, ours)
    if problem.startswith("unknown key"):
        known = [name for name in _TABLES[section].__struct_fields__ if name != "root"]
        near = suggestion(problem.partition("`")[2].rstrip("`"), known)
        problem += f"; known: {', '.join(known)}{near}"
    key = ".".join(filter(None, ("tool.backproof", section)))
    entry = _refused_entry(section, table[section]) if is_entry else ""
    return f"{key}{entry}{rest}: {problem}"


def _refused_entry(section: str, entries: Mapping[str, Any]) -> str:
    """Return the key of the invalid entry of a mapping, which msgspec does not name."""
    mapping_type = get_type_hints(Assignment, include_extras=True)[section]
    for name, entry in entries.items():
        try:
            msgspec.convert({name: entry}, mapping_type)
        except msgspec.ValidationError:
            return f'."{name}"' if "." in name else f".{name}"
    return ""

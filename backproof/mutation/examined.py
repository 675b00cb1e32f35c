"""The collected properties with their cases, and what each of them does on the reference."""

from __future__ import annotations

import ast
import math
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from backproof.assignment.config import Assignment
from backproof.authoring.behaviour import RecordingSubmission
from backproof.casebook.draw import draw_cases
from backproof.grades.outcomes import FAILED
from backproof.intake.reader import SubmittedFiles, read_submission
from backproof.mutation.mutants import Mutant
from backproof.submission.base import Call
from backproof.submission.local import LocalSubmission
from backproof.suite.cases import own_copy
from backproof.suite.property import FAILURES, Case, Property
from backproof.suite.records import classify
from backproof.suite.suite import Suite

# The calls of a function that are kept, of as many properties.
_MAX_CALLS = 5


@dataclass
class ExaminedProperty:
    """A property with one set of its parameters.

    Attributes:
        tested: The property.
        cases: The cases that it is run on; empty if it has to run live.
        functions: The functions that it calls on the reference, as ``"unit.name"``.
        seconds: The processor time of all its cases on the reference.

    """

    tested: Property
    cases: tuple[Case, ...]
    functions: frozenset[str] = frozenset()
    seconds: float = 0.0

    @property
    def id(self) -> str:
        """The name with the set of parameters."""
        return self.tested.item.name

    def fails(self, suite: Suite, submission: LocalSubmission) -> bool:
        """Return whether it fails on a submission; it stops at the first failing case."""
        suite.use(submission, shrink=False)
        submission.begin_property(self.tested.unit)
        if not self.cases:
            return self.tested.run_live().status == FAILED
        for case in self.cases:
            submission.begin_case()
            try:
                self.tested.body(**own_copy(case))
            except FAILURES as failure:
                if classify(failure)[0] == FAILED:
                    return True
        return False


@dataclass
class Examination:
    """The properties and recorded calls by which mutants are judged.

    Attributes:
        suite: The collected properties.
        files: The files of the reference.
        properties: The same with their cases, by unit.
        calls: Some calls of each function by the properties, as ``"unit.name"``.
        callers: For each function or helper of the reference, as ``"module.name"``, the functions
            of units that use it, itself included.

    """

    suite: Suite
    files: SubmittedFiles
    properties: dict[str, list[ExaminedProperty]] = field(default_factory=dict)
    calls: dict[str, list[Call]] = field(default_factory=dict)
    callers: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def assignment(self) -> Assignment:
        """The assignment that the properties belong to."""
        return self.suite.assignment

    def of(self, mutant: Mutant) -> list[ExaminedProperty]:
        """Return the properties that are to kill a mutant: of its unit, or all for a helper."""
        if mutant.unit:
            return self.properties.get(mutant.unit, [])
        return [each for properties in self.properties.values() for each in properties]

    def users(self, mutant: Mutant) -> frozenset[str]:
        """Return the functions of units that use the mutated function."""
        return self.callers.get(mutant.function, frozenset())


def examine(suite: Suite) -> Examination:
    """Draw the cases of all properties, and run each property on the reference.

    Raises:
        UserError: The reference does not pass a property.

    """
    assignment = suite.assignment
    files = read_submission(assignment.reference, assignment.units)
    examination = Examination(suite, files, callers=_callers(assignment))
    entries = draw_cases(suite)
    for tested in suite.properties:
        examined = ExaminedProperty(tested, entries[tested.id].cases)
        _run_on_reference(examined, examination)
        examination.properties.setdefault(tested.unit, []).append(examined)
    for calls in examination.calls.values():
        calls[:] = calls[:: math.ceil(len(calls) / _MAX_CALLS)]
    return examination


def _run_on_reference(examined: ExaminedProperty, examination: Examination) -> None:
    assignment = examination.assignment
    reference = RecordingSubmission(assignment.reference, assignment.units)
    begin = time.process_time()
    examined.fails(examination.suite, reference)
    examined.seconds = time.process_time() - begin
    reference.begin_case()
    examined.functions = frozenset(reference.touched)
    for function, last in reference.recorded.items():
        examination.calls.setdefault(function, []).append(last[-1])
    reference.close()


def _callers(assignment: Assignment) -> dict[str, frozenset[str]]:
    """Return, for each function of the reference, the functions of units that use it."""
    used_by: dict[str, set[str]] = {}
    for path in assignment.reference.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                name = f"{path.stem}.{node.name}"
                used_by.setdefault(name, set()).add(name)
                for used in _called_in(node, path.stem, tree):
                    used_by.setdefault(used, set()).add(name)
    return {name: _closure(name, used_by, assignment.units) for name in used_by}


def _called_in(function: ast.FunctionDef, module: str, tree: ast.Module) -> Iterable[str]:
    """Yield the functions that a function names: its own module's, imported ones, attributes."""
    imported = {
        alias.asname or alias.name: f"{(node.module or '').rpartition('.')[2]}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for node in ast.walk(function):
        match node:
            case ast.Name():
                yield imported.get(node.id, f"{module}.{node.id}")
            case ast.Attribute(value=ast.Name(id=owner)):
                yield f"{owner}.{node.attr}"


def _closure(
    name: str, used_by: Mapping[str, Collection[str]], units: Collection[str]
) -> frozenset[str]:
    found, waiting = {name}, [name]
    while waiting:
        more = set(used_by.get(waiting.pop(), ())) - found
        found |= more
        waiting += more
    return frozenset(each for each in found if each.partition(".")[0] in units)

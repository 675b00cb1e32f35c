"""Notes on failures whose smallest case gives another result when it runs alone."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Sequence

from backproof.assignment.config import Assignment
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.counterexample.alone import notes_of, run_unconfined
from backproof.counterexample.program import is_exact
from backproof.failure_kinds import WRONG
from backproof.grades.property_record import PropertyRecord
from backproof.grading.lone_case import run_confined
from backproof.intake.reader import SubmittedFiles
from backproof.submission.base import Submission

# The cases that are run alone; a student reads the first ones.
_MOST_LONE_RUNS = 12
# Modules that give other results from call to call, or keep results.
_CHANGING = {"random", "time", "secrets", "functools", "itertools", "os", "uuid", "datetime"}
# The parts of a value that cannot change.
_FIXED = (
    ast.Constant,
    ast.Name,
    ast.Attribute,
    ast.Tuple,
    ast.UnaryOp,
    ast.BinOp,
    ast.operator,
    ast.unaryop,
    ast.expr_context,
)
_MUTABLE = (ast.List, ast.Dict, ast.Set, ast.Call, ast.ListComp, ast.DictComp, ast.SetComp)


def with_notes_of_lone_runs(
    records: Sequence[PropertyRecord],
    files: SubmittedFiles,
    assignment: Assignment,
    submission: Submission,
) -> list[PropertyRecord]:
    """Add to messages that the smallest case gives another result alone, where that is so.

    Args:
        records: The records of a submission's properties.
        files: Its files. Where none of them can keep anything between calls, nothing runs.
        assignment: The assignment.
        submission: The submission, which is still open; if it is confined, so are the runs.

    """
    shown = [
        record
        for record in records
        if record.case and record.kind == WRONG and is_exact(record.case)
    ][:_MOST_LONE_RUNS]
    if not shown or not may_keep_state(files):
        return [*records]

    def run(cases: Sequence[str]) -> Sequence[Sequence[str]]:
        if isinstance(submission, ConfinedSubmission):
            return run_confined(cases, files, assignment, submission.servers)
        limit = assignment.seconds_per_property
        return run_unconfined(cases, dict(files.files), assignment.units, files.single_file, limit)

    notes = notes_of([record.case or "" for record in shown], run)
    added = {id(record): note for record, note in zip(shown, notes, strict=True) if note}
    return [
        dataclasses.replace(record, message=f"{record.message}\nnote:     {added[id(record)]}")
        if id(record) in added
        else record
        for record in records
    ]


def may_keep_state(files: SubmittedFiles) -> bool:
    """Return whether code may give other results from call to call, by what is written in it.

    That takes a name of the module that is assigned again, an object that lasts from one call to
    the next, or a source of randomness or time.
    """
    return any(_may_keep_state(source.text) for source in files.files.values())


def _may_keep_state(text: str) -> bool:
    try:
        module = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return True
    return any(_lasts(statement) for statement in _not_in_functions(module)) or any(
        _changes(node) for node in ast.walk(module)
    )


def _not_in_functions(scope: ast.Module | ast.ClassDef) -> list[ast.stmt]:
    """Return the statements that run on import, those of classes included."""
    statements = []
    for statement in scope.body:
        statements.append(statement)
        if isinstance(statement, ast.ClassDef):
            statements += _not_in_functions(statement)
    return statements


def _lasts(statement: ast.stmt) -> bool:
    """Return whether a statement that runs on import keeps an object that can change."""
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Expr)
    if isinstance(statement, kinds):
        return False
    if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
        return not all(isinstance(node, _FIXED) for node in ast.walk(statement.value))
    return not isinstance(statement, ast.AnnAssign | ast.Pass)


def _changes(node: ast.AST) -> bool:
    """Return whether a part of the code may keep something, or draws it."""
    match node:
        case ast.Global() | ast.Nonlocal():
            return True
        case ast.arguments():
            defaults = [*node.defaults, *filter(None, node.kw_defaults)]
            return any(isinstance(part, _MUTABLE) for each in defaults for part in ast.walk(each))
        case ast.Attribute(value=ast.Name(id=owner), ctx=ast.Store()):
            return owner != "self"
        case ast.Attribute(value=ast.Attribute(attr="random"), attr=name):
            return name != "Generator"  # the type of the parameter rng
        case ast.Import(names=names):
            return any(_CHANGING & {*each.name.split(".")} for each in names)
        case ast.ImportFrom(module=module, names=names):
            imported = {*(module or "").split("."), *(each.name for each in names)}
            return bool(_CHANGING & imported) and {each.name for each in names} != {"Generator"}
    return False

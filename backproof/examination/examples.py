"""Example suites of an assignment, which must get the verdicts that are written beside them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from backproof.assignment.config import Assignment
from backproof.errors import UserError
from backproof.examination.examine import Examiner
from backproof.examination.results import Examination, FunctionVerdict
from backproof.examination.suite import read_suite

_FOLDER = Path("examples", "student_tests")
_VERDICT = "verdict.toml"
_ALL, _SOME, _NONE = "all", "some", "none"


def example_suites(assignment: Assignment) -> list[Path]:
    """Return the folders of suites with a stated verdict."""
    return sorted(file.parent for file in (assignment.root / _FOLDER).glob(f"*/{_VERDICT}"))


def check_examples(assignment: Assignment) -> Iterator[str]:
    """Yield a line for each verdict that is not the stated one."""
    suites = example_suites(assignment)
    if not suites:
        return
    stated = {folder: _stated(folder / _VERDICT) for folder in suites}
    units = {name.partition(".")[0] for each in stated.values() for name in each["functions"]}
    with Examiner(assignment, units=sorted(units)) as examiner:
        for folder in suites:
            examination = examiner.examine(read_suite(folder))
            yield from _differences(folder.name, stated[folder], examination)


def _stated(file: Path) -> Mapping[str, Mapping[str, Any]]:
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{file} is not valid TOML: {error}") from None
    if not all(isinstance(document.get(key), dict) for key in ("tests", "functions")):
        raise UserError(f"{file}: expected the tables [tests] and [functions]")
    return document


def _differences(
    name: str, stated: Mapping[str, Mapping[str, Any]], examination: Examination
) -> Iterator[str]:
    found = {test.name: test.status for test in examination.tests}
    yield from _compared(f"{_FOLDER}/{name}: the test", stated["tests"], found)
    caught = {each.function: _amount(each) for each in examination.functions}
    yield from _compared(f"{_FOLDER}/{name}: mistakes caught in", stated["functions"], caught)


def _compared(what: str, stated: Mapping[str, Any], found: Mapping[str, str]) -> Iterator[str]:
    for name, expected in stated.items():
        if name not in found:
            yield f"{what} {name} is not there"
        elif found[name] != expected:
            yield f"{what} {name}: {found[name]}, where {_VERDICT} says {expected}"


def _amount(verdict: FunctionVerdict) -> str:
    if verdict.caught == verdict.mistakes:
        return _ALL
    return _SOME if verdict.caught else _NONE

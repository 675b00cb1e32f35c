"""Detections, draws and costs of the properties, for the page of a validation."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from backproof.assignment.config import Assignment
from backproof.assignment.misconceptions import Misconception, load_misconceptions
from backproof.authoring.case_counts import Tally, cases_needed
from backproof.authoring.kill_matrix import KillMatrix, kills_of_cases
from backproof.authoring.shown_cases import ShownCases, look_at_cases
from backproof.casebook.draw import draw_cases
from backproof.casebook.entry import Entry
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import require_units, with_suite
from backproof.suite.suite import Suite

# How a property behaves on a misconception.
CLAIMED, UNCLAIMED, SURVIVED, PASSED = "claimed", "unclaimed", "survived", "passed"
_SHOWN_PROGRAMS = 2


def survey(
    assignment: Assignment,
    *,
    profile: str = "grade",
    seed: int = 0,
    units: Collection[str] = (),
    progress: Callable[[str, int], object] = lambda _name, _total: None,
) -> list[dict[str, Any]]:
    """Run the drawn cases of all properties on the misconceptions of their units.

    Returns:
        For each unit its name, ``properties``, ``matrix`` and ``concepts``, as plain data.

    Raises:
        UserError: A part of the assignment cannot be loaded, or a unit is unknown.

    """
    assignment.require_reference()
    chosen = require_units(assignment, units)
    wrong = [each for each in load_misconceptions(assignment) if each.unit in chosen]

    def look(suite: Suite) -> list[dict[str, Any]]:
        entries = draw_cases(suite)
        matrix = kills_of_cases(suite, entries, wrong, progress)
        rows = _property_rows(suite, entries, wrong)
        return [_unit(unit, matrix, rows) for unit in chosen]

    return with_suite(assignment, look, profile=profile, seed=seed, units=units)


def _property_rows(
    suite: Suite, entries: Mapping[str, Entry], wrong: Sequence[Misconception]
) -> dict[str, dict[str, Any]]:
    """Return what each property draws, detects, needs and costs, by its name."""
    by_name: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries.values():
        by_name[entry.property.name].append(entry)
    seen = {
        name: look_at_cases(
            suite, own, [each for each in wrong if name in each.caught_by], _SHOWN_PROGRAMS
        )
        for name, own in by_name.items()
    }
    needs = _needs(wrong, seen, by_name)
    seconds = _seconds_on_the_reference(suite, by_name)
    return {
        name: {
            "name": name,
            "sentence": own[0].property.sentence,
            "seconds": seconds[name],
            "cases": seen[name].values.cases,
            "exhaustive": all(entry.exhaustive for entry in own),
            "discarded": seen[name].discarded,
            "needs": needs.get(name),
            "programs": seen[name].programs,
            "values": seen[name].values.lines(),
            "detections": seen[name].detections,
        }
        for name, own in by_name.items()
    }


def _needs(
    wrong: Iterable[Misconception],
    seen: Mapping[str, ShownCases],
    by_name: Mapping[str, Sequence[Entry]],
) -> dict[str, tuple[int, str]]:
    """Return the number of cases that properties need, with the misconception that sets it."""
    needs: dict[str, tuple[int, str]] = {}
    for each in wrong:
        tallies = {}
        for name in each.caught_by:
            if name not in seen or not seen[name].values.cases:
                continue
            cases, kills = seen[name].values.cases, seen[name].detected[each.full_name]
            certain = kills > 0 and all(entry.exhaustive for entry in by_name[name])
            tallies[name] = Tally(name, cases, cases, kills, certain)
        if found := cases_needed(tallies):
            name, number = found
            needs[name] = max(needs.get(name, (0, "")), (number, each.full_name))
    return needs


def _seconds_on_the_reference(
    suite: Suite, by_name: Mapping[str, Iterable[Entry]]
) -> dict[str, float]:
    """Return the seconds that the drawn cases of each property take on the reference."""
    assignment = suite.assignment
    reference = LocalSubmission(assignment.reference, assignment.units)
    suite.use(reference)
    seconds = {}
    for name, entries in by_name.items():
        begin = time.perf_counter()
        for entry in entries:
            if entry.cases:
                reference.begin_property(entry.property.unit)
                entry.property.run_cases(entry.cases, reference)
            else:
                entry.property.run_live()
        seconds[name] = time.perf_counter() - begin
    reference.close()
    return seconds


def _unit(unit: str, matrix: KillMatrix, rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the part of one unit; the misconceptions of a concept are neighbours in its rows."""
    concepts = [each for each in matrix.concepts if each.function.partition(".")[0] == unit]
    concepts.sort(key=lambda each: each.function)
    names = matrix.properties.get(unit, ())
    return {
        "unit": unit,
        "properties": [rows[name] for name in names],
        "matrix": [
            {
                "name": wrong.partition(".")[2],
                "function": concept.function,
                "first": place == 0,
                "cells": [_cell(matrix, wrong, name) for name in names],
            }
            for concept in concepts
            for place, wrong in enumerate(concept.misconceptions)
        ],
        "concepts": [
            {
                "function": each.function,
                "misconceptions": [name.partition(".")[2] for name in each.misconceptions],
                "detected_by": [name for name in names if name in each.detected_by],
            }
            for each in concepts
        ],
    }


def _cell(matrix: KillMatrix, wrong: str, name: str) -> str:
    killed, claimed = name in matrix.killed_by[wrong], name in matrix.claimed[wrong]
    if killed:
        return CLAIMED if claimed else UNCLAIMED
    return SURVIVED if claimed else PASSED

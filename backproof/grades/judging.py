"""Compute the outcomes and the points of a submission from the records of its properties."""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from backproof.assignment.config import Assignment, Derived
from backproof.failure_kinds import WRONG
from backproof.grades import evidence
from backproof.grades.function_credit import Part, credit_unit, judged_functions
from backproof.grades.outcomes import (
    BLOCKED,
    FAILED,
    NOT_GRADED,
    NOT_STARTED,
    PASSED,
    FunctionCredit,
    Outcome,
)
from backproof.grades.prerequisites import matches
from backproof.grades.property_record import PropertyRecord

# A property with several sets of parameters has the status and the message of its worst one.
_WORST_FIRST = (NOT_GRADED, FAILED, NOT_STARTED, PASSED)

# A card with more facts is not read.
_MAX_FACTS = 4


class Judgement(NamedTuple):
    """The outcomes of a submission and the points of its functions, both in lecture order."""

    outcomes: tuple[Outcome, ...]
    functions: tuple[FunctionCredit, ...]


def judge(
    records: Iterable[PropertyRecord],
    assignment: Assignment,
    shares: Mapping[str, float] | None = None,
) -> Judgement:
    """Return an outcome for each property, and the points of each function.

    The records of a property, one for each set of its parameters, become one outcome. Failures
    that another failure explains become ``BLOCKED``. Then the points of each unit are given to its
    functions, as ``function_credit`` describes.

    Args:
        records: The records.
        assignment: The assignment.
        shares: For units of which not all properties were run, the share of the points of the unit
            that these are worth.
    """
    by_property: dict[str, list[PropertyRecord]] = defaultdict(list)
    for record in records:
        by_property[record.property].append(record)
    groups = sorted(by_property.values(), key=lambda group: assignment.units.index(group[0].unit))
    merged = [_merged(group) for group in groups]
    blockers = _Blockers([record for group in groups for record in group])
    blocks = {
        group[0].property: block
        for group, outcome in zip(groups, merged, strict=True)
        if (block := _block_of(outcome, group, merged, blockers, assignment))
    }
    excused = {name: block.excused for name, block in blocks.items()}
    functions: list[FunctionCredit] = []
    parts: list[Part] = []
    for unit in dict.fromkeys(outcome.unit for outcome in merged):
        own = [record for group in groups for record in group if record.unit == unit]
        share = (shares or {}).get(unit, 1.0)
        of_unit, standing = credit_unit(unit, own, excused, assignment, share)
        functions += of_unit
        parts += standing
    outcomes = [_with_block(outcome, blocks.get(outcome.property)) for outcome in merged]
    return Judgement(tuple(_with_points(outcomes, parts)), tuple(functions))


def _with_points(outcomes: Iterable[Outcome], parts: Iterable[Part]) -> Iterable[Outcome]:
    of_property: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        of_property[part.property].append(part)
    for outcome in outcomes:
        own = of_property[outcome.property]
        points = math.fsum(part.points for part in own)
        most = math.fsum(part.max_points for part in own)
        yield dataclasses.replace(outcome, points=points, max_points=most)


def _merged(group: Sequence[PropertyRecord]) -> Outcome:
    """Return the outcome of a property, without points, from all sets of its parameters."""
    worst = min(group, key=lambda record: _WORST_FIRST.index(record.status))
    mistakes = {name: text for record in group for name, text in record.mistakes.items()}
    return Outcome(
        property=worst.property,
        unit=worst.unit,
        functions=tuple(sorted({name for record in group for name in record.functions})),
        status=worst.status,
        kind=worst.kind,
        points=0.0,
        max_points=0.0,
        sentence=worst.sentence,
        message=worst.message,
        case=worst.case,
        diagnosis="\n".join(mistakes.values()) or None,
        seconds=sum(record.seconds for record in group),
        mistakes=tuple(mistakes),
        evidence=evidence.joined(
            evidence.labelled(record.evidence, record.parameters)
            for record in group
            if record.evidence
        ),
        facts=_facts(group),
        role=worst.role,
        blamed=tuple(
            dict.fromkeys(n for record in group if record.status == FAILED for n in _blamed(record))
        ),
    )


class _Blockers:
    """The functions that fail by themselves, which may explain the failures of others.

    A function fails by itself if a failed record is about it alone, and no function that it builds
    on fails by itself.
    """

    def __init__(self, records: Sequence[PropertyRecord]) -> None:
        failed = [record for record in records if record.status == FAILED]
        alone = {_blamed(record)[0] for record in failed if len(_blamed(record)) == 1}
        self._wrong = {
            _blamed(record)[0]
            for record in failed
            if len(_blamed(record)) == 1 and not self._explaining(record, alone)
        }

    def of(self, group: Sequence[PropertyRecord]) -> tuple[str, ...]:
        """Return the functions that may explain all failures of a property, if there are any."""
        explaining = [
            set() if _has_own_mistake(record) else self._explaining(record, self._wrong)
            for record in group
            if record.status == FAILED
        ]
        return tuple(sorted(set().union(*explaining))) if all(explaining) else ()

    @staticmethod
    def _explaining(record: PropertyRecord, wrong: Iterable[str]) -> set[str]:
        # If a rule compares several functions and one of them fails by itself, that explains it.
        compared = _blamed(record) if len(_blamed(record)) > 1 else ()
        suspects = (*compared, *record.relies_on)
        return {name for name in wrong if matches(name, suspects) and name not in record.cleared}


def _blamed(record: PropertyRecord) -> tuple[str, ...]:
    """Return the functions that a failed record is about, but for those that are not the cause."""
    return tuple(name for name in record.blamed if name not in record.cleared) or record.blamed


def _has_own_mistake(record: PropertyRecord) -> bool:
    """Return whether a known mistake in the functions that a record is about explains it."""
    units = {name.partition(".")[0] for name in record.blamed or (f"{record.unit}.",)}
    return any(name.partition(".")[0] in units for name in record.mistakes)


def _facts(group: Sequence[PropertyRecord]) -> tuple[str, ...]:
    """Return the facts about all sets of parameters; those that differ say which set they mean."""
    stated = {record.parameters: record.facts for record in group if record.facts}
    if len(set(stated.values())) <= 1:
        return next(iter(stated.values()), ())
    shared = set.intersection(*map(set, stated.values()))
    labelled = [
        f"{parameters}: {fact}" if parameters and fact not in shared else fact
        for parameters, facts in stated.items()
        for fact in facts
    ]
    return tuple(dict.fromkeys(labelled))[:_MAX_FACTS]


@dataclasses.dataclass(frozen=True)
class _Block:
    """Why a failure is blocked.

    Attributes:
        note: The sentence for the student.
        causes: The functions that explain it, if they are known.
        excused: The function that is right for what it builds on, and so keeps its points; empty
            if this is not known.
    """

    note: str
    causes: tuple[str, ...]
    excused: str = ""


def _block_of(
    outcome: Outcome,
    group: Sequence[PropertyRecord],
    outcomes: Sequence[Outcome],
    blockers: _Blockers,
    assignment: Assignment,
) -> _Block | None:
    """Return why a failure is blocked; ``None`` if no other failure explains it."""
    if outcome.status != FAILED:
        return None
    for function, derived in assignment.derived.items():
        if outcome.property in derived.explains and _follows_from(derived, outcome, outcomes):
            note = (
                f"blocked by {derived.of}: {function} is the derivative of what that computes "
                "now, so it will be right once that is. This costs no points."
            )
            return _Block(note, (derived.of,), function)
    causes = blockers.of(group)
    failed = [record for record in group if record.status == FAILED]
    if all(_is_cleared(record, assignment) for record in failed):
        causes = causes or _other_causes(outcome, outcomes)
        named = ", ".join(causes) or "what it builds on"
        note = f"blocked by {named}: right code here would give the same, so this costs no points"
        return _Block(note, causes)
    if causes:
        note = f"blocked by {', '.join(causes)}: fix that first, it may explain this"
        return _Block(note, causes)
    return None


def _is_cleared(record: PropertyRecord, assignment: Assignment) -> bool:
    """Return whether no function that a failed record counts for is its cause."""
    cleared = {assignment.credit.whole(name) for name in record.cleared}
    return bool(cleared) and judged_functions(record, assignment) <= cleared


def _other_causes(outcome: Outcome, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Return the functions of the unit that fail without those that an outcome is about."""
    own = set(outcome.functions)
    others = [o for o in outcomes if o.unit == outcome.unit and o.status == FAILED]
    names = {name for other in others if not own & set(other.functions) for name in other.functions}
    return tuple(sorted(names))


def _with_block(outcome: Outcome, block: _Block | None) -> Outcome:
    if block is None:
        return outcome
    message = f"{outcome.message}\n{block.note}" if outcome.message else block.note
    blocked = dataclasses.replace(outcome, status=BLOCKED, message=message, blocked_by=block.causes)
    # The mistakes that a derivative seems to have are none.
    return dataclasses.replace(blocked, diagnosis=None, mistakes=()) if block.excused else blocked


def _follows_from(derived: Derived, outcome: Outcome, outcomes: Sequence[Outcome]) -> bool:
    """Return whether a derivative is wrong only because the function that it fits is wrong."""

    def is_wrong(other: Outcome) -> bool:
        return other.status == FAILED and other.kind == WRONG

    return (
        is_wrong(outcome)
        and any(other.property == derived.fits and other.status == PASSED for other in outcomes)
        and any(other.property in derived.wrong and is_wrong(other) for other in outcomes)
    )

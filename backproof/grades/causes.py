"""The causes behind the failures of a grade: what a student fixes, one after the other.

One mistake breaks many rules. Failures have one cause if they are about the same function and have
the same name, and what follows from a function that fails by itself belongs to the cause there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from backproof.failure_kinds import EXCEPTION, IMPORT_FAILED, MISSING, NONDETERMINISTIC, WRONG
from backproof.grades.outcomes import BLOCKED, FAILED, NOT_GRADED, Outcome
from backproof.grades.property_record import EDGE

# A file that cannot be imported hides everything else in it, a missing function has to exist before
# anything can be wrong with it, and what ended a call, such as an exception, says where it was.
_FIRST_KINDS = (IMPORT_FAILED, MISSING)
_LAST_KINDS = (WRONG, NONDETERMINISTIC)
_STATUSES = (FAILED, BLOCKED, NOT_GRADED)
_MAX_NAMED_FUNCTIONS = 3
# The place of an exception in a student's file, as ``student_code.modules`` describes it.
_PLACE = re.compile(r", at (\S+ line \d+):")

# The kinds of groups. Failures without a name and without a place are grouped by their functions.
_BY_NAME, _BY_PLACE, _BY_MESSAGE, _BY_FUNCTION, _ALONE = range(5)
_Key = tuple[int, Hashable]


@dataclass(frozen=True)
class Cause:
    """Failures that one change may repair.

    Attributes:
        outcomes: The failures; the first one explains the cause best, and is shown for all.
        follows: Failures that may follow from these, in the order of the grade.
    """

    outcomes: Sequence[Outcome]
    follows: Sequence[Outcome] = ()

    @property
    def shown(self) -> Outcome:
        """The failure that explains the cause best."""
        return self.outcomes[0]

    @property
    def status(self) -> str:
        """The status of ``outcomes``."""
        return self.shown.status

    @property
    def place(self) -> str:
        """The functions to look at, ``"f and g in layers"``, or the unit if they are too many."""
        return place_of(self.shown)

    @property
    def explained(self) -> tuple[Outcome, ...]:
        """All failures that the cause explains."""
        return (*self.outcomes, *self.follows)

    @property
    def is_absence(self) -> bool:
        """Whether a file or a function is not there or cannot be used: no rule was tried."""
        return self.shown.kind in _FIRST_KINDS

    @property
    def also(self) -> str:
        """The other failures in words: ``"5 rules of layers, 10 of network"``; may be empty."""
        return self.in_words(self.explained[1:])

    @staticmethod
    def in_words(outcomes: Sequence[Outcome]) -> str:
        """Return the numbers of failures in each unit, in words."""
        counts = Counter(outcome.unit for outcome in outcomes)
        words = [f"{count} of {unit}" for unit, count in counts.items()]
        if words:
            (unit, count), *_ = counts.items()
            words[0] = f"{count} rule{'s' if count > 1 else ''} of {unit}"
        return ", ".join(words)


def place_of(outcome: Outcome) -> str:
    """Return where to look: ``"f and g in layers"``, or the unit if there are too many names."""
    functions = outcome.blamed or outcome.functions
    unit = outcome.blamed[0].partition(".")[0] if outcome.blamed else outcome.unit
    names = [name.partition(".")[2] for name in functions if name.partition(".")[0] == unit]
    if not 0 < len(names) <= _MAX_NAMED_FUNCTIONS:
        return unit
    *others, last = names
    return f"{', '.join(others)} and {last} in {unit}" if others else f"{last} in {unit}"


def find_causes(outcomes: Iterable[Outcome]) -> list[Cause]:
    """Return the causes of failures, the one to fix first at the front.

    At the front are files that cannot be imported, then missing functions, then exceptions and
    other ends of a call. Among equals comes first the cause that explains most, then the first in
    lecture order. A hidden failure names no function, so it is a cause of its own, behind the
    others. Blocked failures whose cause is not among the outcomes and failures of the grader come
    last.
    """
    outcomes = list(outcomes)
    groups: dict[_Key, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.status in (FAILED, NOT_GRADED):
            groups.setdefault(_key(outcome), []).append(outcome)
    groups = _joined_by_function(groups)
    follows: dict[_Key, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.status == BLOCKED:
            key = _explaining(outcome, groups)
            if key is None:
                groups[_ALONE, outcome.property] = [outcome]
            else:
                follows.setdefault(key, []).append(outcome)
    order = {id(outcome): position for position, outcome in enumerate(outcomes)}
    causes = [
        Cause(sorted(group, key=_obscurity), follows.get(key, ())) for key, group in groups.items()
    ]
    return sorted(causes, key=lambda cause: (_lateness(cause), order[id(cause.shown)]))


def _key(outcome: Outcome) -> _Key:
    if outcome.mistakes:
        own = [name for name in outcome.mistakes if name.partition(".")[0] == outcome.unit]
        return _BY_NAME, (own or outcome.mistakes)[0]
    place = _PLACE.search(outcome.message) if outcome.kind == EXCEPTION else None
    if place:
        return _BY_PLACE, place[1]
    if outcome.kind != WRONG and outcome.case is None:
        return _BY_MESSAGE, (outcome.unit, outcome.status, outcome.message)
    return (_BY_FUNCTION, outcome.blamed) if outcome.blamed else (_ALONE, outcome.property)


def _joined_by_function(groups: Mapping[_Key, list[Outcome]]) -> dict[_Key, list[Outcome]]:
    """Add the failures without a name to a group that is about one of their functions.

    A rule that compares two functions says less than one about one of them, so it is added last.
    """
    joined = {key: group for key, group in groups.items() if key[0] != _BY_FUNCTION}
    unnamed = [group for key, group in groups.items() if key[0] == _BY_FUNCTION]
    for group in sorted(unnamed, key=lambda group: len(group[0].blamed)):
        functions = group[0].blamed
        home = _largest(joined, [key for key in joined if _about(joined[key]) & {*functions}])
        if home is None:
            joined[_BY_FUNCTION, functions] = group
        else:
            joined[home] = joined[home] + group
    return joined


def _about(group: Iterable[Outcome]) -> set[str]:
    """Return the functions that failures are about, each of which fails alone."""
    return {outcome.blamed[0] for outcome in group if len(outcome.blamed) == 1}


def _explaining(outcome: Outcome, groups: Mapping[_Key, list[Outcome]]) -> _Key | None:
    """Return the group that explains a blocked failure; ``None`` if it is not there."""
    named = [key for name in outcome.mistakes if (key := (_BY_NAME, name)) in groups]
    blocking = [key for key, group in groups.items() if _about(group) & {*outcome.blocked_by}]
    others = [
        key
        for key, group in groups.items()
        if any({*each.blamed} & {*outcome.blocked_by} for each in group)
    ]
    return _largest(groups, named or blocking or others)


def _largest(groups: Mapping[_Key, list[Outcome]], keys: Sequence[_Key]) -> _Key | None:
    return max(keys, key=lambda key: len(groups[key]), default=None)


def _obscurity(outcome: Outcome) -> tuple[bool, bool, int, bool, int]:
    """Return a key that sorts the failures of a cause, the most telling one first."""
    # A failure with two known mistakes says less than one that shows this mistake alone.
    named_otherwise = len(outcome.mistakes) != 1
    unsaid = not outcome.facts
    # ``--watch`` makes the case of the first one smaller, so that it stays the first.
    lines = (outcome.case or "").count("\n")
    # A core failure says more than one of a special case.
    return named_otherwise, unsaid, len(outcome.blamed), outcome.role == EDGE, lines


def _lateness(cause: Cause) -> tuple[int, int, int]:
    """Return a key that sorts causes, the one to fix first at the front."""
    shown = cause.shown
    if shown.kind in _FIRST_KINDS:
        kind = _FIRST_KINDS.index(shown.kind)
    else:
        kind = len(_FIRST_KINDS) + (shown.kind in _LAST_KINDS)
        # A hidden rule says nothing about where to look.
        kind += 0 if shown.functions else 2
    return _STATUSES.index(shown.status), kind, -len(cause.explained)

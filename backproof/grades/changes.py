"""The changes between two grades of a submission."""

from __future__ import annotations

from collections.abc import Mapping

from backproof.grades.outcomes import PASSED, Grade


def statuses(grade: Grade) -> dict[str, str]:
    """Return the status of each property of a grade."""
    return {outcome.property: outcome.status for outcome in grade.outcomes}


def describe_changes(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """Return in words how many rules hold that did not, and the other way round.

    Args:
        before: The status of each property, earlier.
        after: The status of each property now. Those that are not in both are left out.

    Returns:
        A text such as ``"7 rules newly hold, 1 no longer"``; empty if there is no change.
    """
    both = before.keys() & after.keys()
    newly = sum(after[name] == PASSED != before[name] for name in both)
    no_longer = sum(before[name] == PASSED != after[name] for name in both)
    if newly:
        hold = f"{newly} rule newly holds" if newly == 1 else f"{newly} rules newly hold"
        return f"{hold}, {no_longer} no longer" if no_longer else hold
    if no_longer:
        return f"{no_longer} {'rule holds' if no_longer == 1 else 'rules hold'} no longer"
    return ""

"""The facts that a store keeps beside its results, and the final results with them."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from backproof.assignment.config import Assignment
from backproof.classroom.store import Store
from backproof.marking.adjustments import by_student
from backproof.marking.class_list import ClassList, parse_class_list
from backproof.marking.final import FinalResults
from backproof.marking.lateness import Lateness
from backproof.marking.tables import read_text
from backproof.printable import printable

_ROSTER, _ATTEMPTS = "roster", "attempts"


def keep_roster(store: Store, file: Path, assignment: Assignment) -> None:
    """Keep a roster in the store, so that every later report has it.

    Raises:
        UserError: The file cannot be used, or the store cannot be written.
    """
    kept = {"name": printable(file), "text": read_text(file)}
    _parsed(kept, assignment)
    store.keep({_ROSTER: kept})


def keep_attempts(store: Store, names: list[str]) -> None:
    """Keep the names of the attempts that are handed in, so that no report has others."""
    store.keep({_ATTEMPTS: names})


def kept_attempts(store: Store) -> set[str] | None:
    """Return the names of the attempts that were handed in; ``None`` if they are not known."""
    names = store.kept(_ATTEMPTS)
    return None if names is None else set(names)


def kept_class_list(store: Store, assignment: Assignment) -> ClassList | None:
    """Return the roster that the store keeps; ``None`` if there is none."""
    kept = store.kept(_ROSTER)
    return kept and _parsed(kept, assignment)


def final_results(store: Store, assignment: Assignment) -> FinalResults:
    """Return what makes final results, from the roster, the deadline and the decisions.

    Raises:
        UserError: The deadline's function cannot be used.
    """
    return FinalResults(
        Lateness(assignment),
        assignment.points,
        kept_class_list(store, assignment),
        by_student(store.adjustments()),
    )


def _parsed(kept: dict[str, str], assignment: Assignment) -> ClassList:
    zone = assignment.deadline.due.tzinfo if assignment.deadline else None
    return parse_class_list(kept["text"], kept["name"], zone or UTC)

"""Mutants that are right code: recorded once, each with its reason, beside the misconceptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from backproof.assignment.config import Assignment
from backproof.errors import UserError
from backproof.mutation.mutants import Mutant, MutantKey

FILE = "misconceptions/equivalent_mutants.toml"

_Text = Annotated[str, Meta(min_length=1)]


class _Record(Struct, frozen=True, forbid_unknown_fields=True):
    """Changes of one line that are right for one reason, named as in ``MutantKey``."""

    function: _Text
    operator: _Text
    before: _Text
    after: Annotated[tuple[str, ...], Meta(min_length=1)]
    reason: _Text
    ordinal: Annotated[int, Meta(ge=1)] = 1

    def mutant_keys(self) -> tuple[MutantKey, ...]:
        place = (self.function, self.operator, self.before)
        return tuple(MutantKey(*place, after, self.ordinal) for after in self.after)


class _Document(Struct, frozen=True, forbid_unknown_fields=True):
    equivalent: tuple[_Record, ...] = ()


def load_equivalents(assignment: Assignment) -> dict[MutantKey, str]:
    """Return the reason of each recorded mutant.

    Raises:
        UserError: The file cannot be read, or a mutant is recorded twice.

    """
    path = assignment.root / FILE
    if not path.is_file():
        return {}
    try:
        document = msgspec.toml.decode(path.read_bytes(), type=_Document)
    except (OSError, msgspec.DecodeError) as error:
        raise UserError(f"{FILE}: {error}") from None
    reasons: dict[MutantKey, str] = {}
    for record in document.equivalent:
        for key in record.mutant_keys():
            if key in reasons:
                raise UserError(f"{FILE}: {described(key)} is recorded twice")
            reasons[key] = record.reason
    return reasons


def stale_records(reasons: Mapping[MutantKey, str], mutants: Sequence[Mutant]) -> list[str]:
    """Return a line for each record of a mutant that does not exist.

    Args:
        reasons: The records.
        mutants: All mutants of some modules. Only records of the same modules are checked.

    """
    existing = {mutant.key for mutant in mutants}
    modules = {_module(key) for key in existing}
    return [
        f"{FILE}: there is no mutant {described(key)}: remove the record or correct it"
        for key in reasons
        if key not in existing and _module(key) in modules
    ]


def _module(key: MutantKey) -> str:
    return key.function.partition(".")[0]


def described(key: MutantKey) -> str:
    """Return the words for a mutant in a message."""
    place = f"{key.function}, {key.operator}"
    number = f", place {key.ordinal}" if key.ordinal > 1 else ""
    return f"{place}: `{key.before}` as `{key.after}`{number}"

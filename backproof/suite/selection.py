"""Find properties by the names that a user typed."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence

from backproof.errors import UserError

_PREFIX = "test_"
_MAX_SUGGESTIONS = 3


def find_properties(names: Collection[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return the full names of properties; all of ``known`` if ``names`` is empty.

    Args:
        names: Names of properties, with or without ``test_`` at their beginning.
        known: The full names of all properties.

    Raises:
        UserError: There is no such property; the text lists similar names.

    """
    return tuple(dict.fromkeys(_find(name, known) for name in names)) or tuple(known)


def _find(name: str, known: Sequence[str]) -> str:
    for candidate in (name, f"{_PREFIX}{name}"):
        if candidate in known:
            return candidate
    short_names = [each.removeprefix(_PREFIX) for each in known]
    typed = name.removeprefix(_PREFIX)
    containing = [each for each in short_names if typed in each][:_MAX_SUGGESTIONS]
    similar = containing or difflib.get_close_matches(typed, short_names, n=_MAX_SUGGESTIONS)
    hint = (
        f"did you mean {' or '.join(similar)}?"
        if similar
        else "a failure's last line names its own"
    )
    raise UserError(f"there is no property {name!r} here: {hint}")

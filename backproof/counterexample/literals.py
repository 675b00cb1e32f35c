"""Values without arrays as Python expressions."""

from __future__ import annotations

from typing import Any

import numpy as np

from backproof.counterexample.arrays import number

_WITH_LITERAL = (int, float, complex, str, bytes, np.generic, set, frozenset, type(None))


def contains_arrays(value: Any) -> bool:
    """Return whether a value contains arrays or other objects that have no literal."""
    if isinstance(value, list | tuple):
        return any(contains_arrays(part) for part in value)
    return not isinstance(value, _WITH_LITERAL)


def literal(value: Any) -> str:
    """Return a value without arrays as an expression; that of a set is the same in any process."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return number(value)
    if isinstance(value, set) and value:
        return f"{{{', '.join(sorted(map(literal, value)))}}}"
    if isinstance(value, frozenset) and value:
        return f"frozenset({literal({*value})})"
    if type(value) is tuple:
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    return repr(value)

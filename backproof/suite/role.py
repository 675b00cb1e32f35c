"""The marks ``core`` and ``edge``, which decide how a property counts for the credit of a function.

Without a mark a property is core.
"""

from __future__ import annotations

import pytest

from backproof.grades.property_record import CORE, EDGE, ROLES

# The purpose of a function: values, gradients, variances, steps.
core = pytest.mark.core
# Special cases, which are easily forgotten: 0-d arrays, dtypes, names of arguments.
edge = pytest.mark.edge

_DESCRIPTIONS = {
    CORE: "a property of what its functions are for; together these earn most of their points",
    EDGE: "a property of special cases; these earn the rest of the points one by one",
}


def register(config: pytest.Config) -> None:
    """Make the marks known to pytest."""
    for role, description in _DESCRIPTIONS.items():
        config.addinivalue_line("markers", f"{role}: {description}")


def role_of(item: pytest.Item) -> str:
    """Return the role of a property: ``CORE``, unless a mark says ``EDGE``.

    The mark of a set of parameters counts before that of the function, and that before the mark of
    the module.
    """
    for node in reversed(item.listchain()):
        # pytest lists the marks of a set of parameters after those of its function.
        roles = [mark.name for mark in node.own_markers if mark.name in ROLES]
        if roles:
            return roles[-1]
    return CORE

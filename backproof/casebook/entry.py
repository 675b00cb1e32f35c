"""One property of a casebook, with its recorded cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from backproof.casebook.request_script import RequestScript
from backproof.suite.property import Case, Property


@dataclass
class Entry:
    """One property and its cases.

    Attributes:
        property: The property, with one set of its parameters.
        cases: The arguments of each case; empty if the property only runs live.
        script: The requests of all cases; ``None`` if they depend on the answers.
        exhaustive: Whether there are no other cases than these.
        functions: The functions of a submission that the property calls, as ``"unit.name"``.
        passing: Digests of the answers with which the property is known to pass.
        seconds: The time that all requests of the script took on the reference.
        slowest: The time of the slowest request on the reference, by function.

    """

    property: Property
    cases: tuple[Case, ...] = ()
    script: RequestScript | None = None
    exhaustive: bool = False
    functions: frozenset[str] = frozenset()
    passing: set[bytes] = field(default_factory=set)
    seconds: float = 0.0
    slowest: Mapping[str, float] = field(default_factory=dict)

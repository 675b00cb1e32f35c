"""The result of running one property once: what a grade is computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# The roles of a property: it states the purpose of its functions, or a special case.
CORE, EDGE = "core", "edge"
ROLES = (CORE, EDGE)
_EMPTY: tuple[Any, ...] = ("", None, (), 0.0, {})


@dataclass(frozen=True)
class PropertyRecord:
    """The result of one property, run with one set of its parameters.

    Attributes:
        property: The name of the property's function.
        unit: The unit that the property belongs to.
        functions: The student's functions that the property uses, sorted, as ``"unit.name"``.
        status: ``PASSED``, ``FAILED``, ``NOT_STARTED`` or ``NOT_GRADED``.
        kind: The kind of failure, one of ``backproof.failure_kinds``; empty if it did not fail.
        sentence: The property in one sentence: the first paragraph of its docstring.
        message: What was returned and what is required; empty if the property passed.
        case: The smallest failing case as a Python program; ``None`` if there is none.
        mistakes: The known mistakes behind the failure: a sentence for each ``"unit.name"``.
        evidence: What a report can draw of the failure, as ``grades.evidence`` describes it;
            ``None`` if there is nothing to draw.
        seconds: Duration of the run.
        parameters: The set of parameters as text, such as ``"name=relu"``; it labels the
            statistics of ``evidence`` when the results of several sets are merged.
        role: ``CORE`` or ``EDGE``.
        facts: What holds in all recorded cases of the failure, a sentence each.
        ended_in: The function in whose call the run ended, by an exception or because it is not
            started; empty if it ended otherwise.
        cleared: Of a failed run, the functions that are not the cause: right code in their place
            would have done the same.
        blamed: The student's functions that the failed case is about, as ``"unit.name"``.
        relies_on: The functions that these build on; a name may contain ``*``.
    """

    property: str
    unit: str
    functions: tuple[str, ...]
    status: str
    kind: str = ""
    sentence: str = ""
    message: str = ""
    case: str | None = None
    mistakes: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, Any] | None = None
    seconds: float = 0.0
    parameters: str = ""
    role: str = CORE
    facts: tuple[str, ...] = ()
    ended_in: str = ""
    cleared: tuple[str, ...] = ()
    blamed: tuple[str, ...] = ()
    relies_on: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the record as plain data that can be sent to another process."""
        return dict(vars(self))

    def to_kept(self) -> dict[str, Any]:
        """Return the record as plain data to keep: ``to_json`` without what is empty."""
        return {name: value for name, value in vars(self).items() if value not in _EMPTY}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> PropertyRecord:
        """Return the record that ``to_json`` described, before or after a trip through JSON."""
        lists = ("functions", "facts", "cleared", "blamed", "relies_on")
        tuples = {name: tuple(document.get(name, ())) for name in lists}
        return cls(**{**document, **tuples})

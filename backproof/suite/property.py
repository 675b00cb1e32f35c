"""A property, and one run of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PropertyRun:
    """A property that was run, what came of it, and how to run it again.

    Attributes:
        name: The name of the item, with its parameters.
        unit: Its unit.
        record: What came of it.
        body: The property's own function.
        cases: Gives the cases that it was run on.

    """

    name: str
    unit: str
    record: Mapping[str, Any]
    body: Callable[..., None]
    cases: Callable[[], Sequence[Mapping[str, Any]]]

"""What a class is graded with."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from backproof.about import __version__
from backproof.assignment.config import Assignment


@dataclass(frozen=True)
class Settings:
    """What all results of a run depend on.

    Attributes:
        assignment: What to grade against.
        profile: How many cases.
        seed: The seed of the cases.
        confinement: The level that must be reached.

    """

    assignment: Assignment
    profile: str
    seed: int
    confinement: str

    def identity(self) -> dict[str, Any]:
        """Name what makes two runs the same, for the store."""
        return {
            "backproof": __version__,
            "assignment": self.assignment.digest(),
            "profile": self.profile,
            "seed": self.seed,
            "confinement": self.confinement,
            **{name: version(name) for name in ("numpy", "scipy", "hypothesis")},
        }

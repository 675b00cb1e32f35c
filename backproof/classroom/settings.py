"""The settings that the results of a class depend on."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from backproof.about import __version__
from backproof.assignment.config import Assignment
from backproof.assignment.identity import outcome_digest


@dataclass(frozen=True)
class Settings:
    """The settings that all results of a run depend on.

    Attributes:
        assignment: The assignment.
        profile: The profile, which sets the number of cases.
        seed: The seed of the cases.
        confinement: The required level of confinement.
        what: What is graded: the ``"code"``, the ``"tests"`` that students write, or ``"both"``.

    """

    assignment: Assignment
    profile: str
    seed: int
    confinement: str
    what: str = "code"

    def identity(self) -> dict[str, Any]:
        """Return JSON values that are equal for two runs if their outcomes are comparable.

        How scores are computed from outcomes, by points and policy, is no part of them.
        """
        return {
            "backproof": __version__,
            "assignment": outcome_digest(self.assignment),
            "profile": self.profile,
            "seed": self.seed,
            "confinement": self.confinement,
            **({"what": self.what} if self.what != "code" else {}),
            **{name: version(name) for name in ("numpy", "scipy", "hypothesis")},
        }

"""The arguments of ``backproof check``, for each way of running it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backproof.assignment.config import Assignment
    from backproof.grades.outcomes import Grade


@dataclass(frozen=True)
class CheckRequest:
    """A submission to check, and the options that its grade depends on.

    Attributes:
        path: The submission.
        assignment: The assignment to check against.
        properties: The properties to check; all if empty.
        units: The units to check; all if empty.
        profile: The name of the profile, which sets the number of cases.
        seed: The seed of the cases.
        confinement: The level of confinement.
        hidden: The properties whose name and details are not shown.

    """

    path: str
    assignment: Assignment
    properties: Collection[str]
    units: Collection[str]
    profile: str
    seed: int
    confinement: str
    hidden: Collection[str]

    def grade(self, progress: Callable[[str, int], object] = lambda _name, _total: None) -> Grade:
        """Grade the submission.

        Args:
            progress: Called after each property with its name and the number of properties.

        Raises:
            UserError: The submission or an option cannot be used.

        """
        from backproof.grading import grade as grading

        return grading.check_submission(
            self.path,
            properties=self.properties,
            assignment=self.assignment,
            profile=self.profile,
            seed=self.seed,
            units=self.units,
            confinement=self.confinement,
            keeps_cases=True,
            progress=progress,
        )

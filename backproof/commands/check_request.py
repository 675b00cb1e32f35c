"""What `backproof check` was asked to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backproof.grades.outcomes import Grade

if TYPE_CHECKING:
    from backproof.assignment.config import Assignment


@dataclass(frozen=True)
class CheckRequest:
    """What is to be checked, and how.

    Attributes:
        path: The submission.
        names: The properties, if not all are wanted.
        options: What else the grade depends on, as ``check_submission`` takes it.
        hidden: The properties that are not shown.

    """

    path: str
    names: Collection[str]
    options: Mapping[str, Any]
    hidden: Collection[str]

    @property
    def assignment(self) -> Assignment:
        """What to grade against."""
        return self.options["assignment"]  # type: ignore[no-any-return]

    def grade(self, **more: Any) -> Grade:
        """Grade it."""
        if self.names:
            from backproof.grading.grade import check_properties

            return check_properties(self.path, self.names, **self.options, **more)
        from backproof.grading.grade import check_submission

        return check_submission(self.path, **self.options, **more)

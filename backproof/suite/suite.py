"""The collected properties of an assignment."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pytest

from backproof.assignment.config import Assignment
from backproof.grades.property_record import PropertyRecord
from backproof.submission.base import Submission
from backproof.suite import pytest_plugin
from backproof.suite.property import PROPERTY, Property
from backproof.suite.selection import find_properties


class Suite:
    """The collected properties of an assignment, to be run on one submission after another.

    Args:
        session: The pytest session that has collected the properties.

    Attributes:
        assignment: The assignment that the properties belong to.
        properties: The properties, one for each set of parameters, in the order of their files.

    """

    def __init__(self, session: pytest.Session) -> None:
        self._config = session.config
        self.assignment: Assignment = session.config.stash[pytest_plugin.ASSIGNMENT]
        self.properties: tuple[Property, ...] = tuple(
            item.stash[PROPERTY] for item in session.items if PROPERTY in item.stash
        )
        self._groups: dict[str, list[Property]] = {}
        for each in self.properties:
            self._groups.setdefault(each.name, []).append(each)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the properties, in the order of their files."""
        return tuple(self._groups)

    def __getitem__(self, name: str) -> Sequence[Property]:
        """Return the properties of one name, one for each set of parameters."""
        return tuple(self._groups[name])

    @property
    def graded_with(self) -> dict[str, Any]:
        """Everything that a grade depends on."""
        return pytest_plugin.graded_with(self._config)

    def use(self, submission: Submission, *, shrink: bool = True) -> None:
        """Put a submission under test.

        Args:
            submission: The properties run on it from now on.
            shrink: Whether to look for smaller failing cases.

        """
        pytest_plugin.use_submission(self._config, submission, shrink=shrink)

    def select(self, names: Collection[str]) -> tuple[str, ...]:
        """Return the full names of some properties; all names if ``names`` is empty.

        Raises:
            UserError: There is no such property; the text lists similar names.

        """
        return find_properties(names, self.names)

    def shares(self, records: Iterable[PropertyRecord]) -> dict[str, float]:
        """Return by unit the share of its points that the properties of some records are worth."""
        unit_of = {each.name: each.unit for each in self.properties}
        ran = {record.property for record in records}
        return {
            unit: self._weight(unit, ran, unit_of) / (self._weight(unit, unit_of, unit_of) or 1)
            for unit in {unit_of[name] for name in ran}
        }

    def _weight(self, unit: str, names: Collection[str], unit_of: Mapping[str, str]) -> float:
        weights = self.assignment.weights
        return math.fsum(weights.get(name, 1) for name in names if unit_of[name] == unit)

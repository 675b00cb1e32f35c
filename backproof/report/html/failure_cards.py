"""The outcomes of one submission as cards for its page, in sections by unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from backproof.grades.causes import find_causes
from backproof.grades.outcomes import BLOCKED, MARKS, STATUSES, Grade, Outcome
from backproof.report import text
from backproof.report.html.evidence_pictures import draw
from backproof.report.html.svg import Picture
from backproof.report.scores import UnitScore, by_unit

_LABELS = ("returned", "required", "note")
_BLOCKED_BY = "blocked by "


@dataclass(frozen=True)
class Card:
    """One or more outcomes with the same cause."""

    outcomes: Sequence[Outcome]

    @property
    def status(self) -> str:
        """The status of all of them."""
        return self.outcomes[0].status

    @property
    def mark(self) -> str:
        """The mark of the status."""
        return MARKS[self.status]

    @property
    def unit(self) -> str:
        """The unit of all of them."""
        return self.outcomes[0].unit

    @property
    def heading(self) -> str:
        """The rule, or the number of rules."""
        if len(self.outcomes) == 1:
            return text.sentence(self.outcomes[0])
        return f"{len(self.outcomes)} rules of {self.unit}, for one reason"

    @property
    def points(self) -> float:
        """The points earned."""
        return sum(outcome.points for outcome in self.outcomes)

    @property
    def max_points(self) -> float:
        """The maximal points."""
        return sum(outcome.max_points for outcome in self.outcomes)

    @property
    def rules(self) -> list[str]:
        """The rules, if there are several."""
        return [text.sentence(one) for one in self.outcomes] if len(self.outcomes) > 1 else []

    @cached_property
    def message(self) -> list[tuple[str, str]]:
        """The parts of the message, each with a label, which may be empty."""
        parts: list[tuple[str, str]] = []
        for line in text.shorten(text.visible(self.outcomes[0].message)).split("\n"):
            label, colon, rest = line.partition(":")
            if colon and label in _LABELS:
                parts.append((label, rest.strip()))
            elif self.status == BLOCKED and line.startswith(_BLOCKED_BY):
                parts.append(("blocked by", line.removeprefix(_BLOCKED_BY)))
            elif parts:
                parts[-1] = (parts[-1][0], f"{parts[-1][1]}\n{line}")
            elif line:
                parts.append(("", line))
        return parts

    @property
    def diagnosis(self) -> str:
        """The named mistake; empty if there is none."""
        return text.diagnosis(self.outcomes[0])

    @property
    def facts(self) -> list[str]:
        """What holds in all cases of the failure."""
        return text.facts(self.outcomes[0]).splitlines()

    @property
    def case(self) -> str:
        """The smallest case; empty if there is none."""
        return text.case(self.outcomes[0])

    @property
    def name(self) -> str:
        """The name of the property; empty if there are several."""
        return self.outcomes[0].property if len(self.outcomes) == 1 else ""

    @cached_property
    def picture(self) -> Picture | None:
        """The picture of the failure, if it can be drawn."""
        evidence = self.outcomes[0].evidence
        return draw(evidence) if evidence else None


@dataclass(frozen=True)
class Section:
    """A unit: its score, its bar, and its outcomes, those with explanations first."""

    score: UnitScore

    @property
    def cards(self) -> list[Card]:
        """The cards of the outcomes that are explained."""
        return [Card(cause.explained) for cause in find_causes(self.score.outcomes)]

    def with_status(self, status: str) -> list[Outcome]:
        """Return the outcomes that have a status."""
        return [outcome for outcome in self.score.outcomes if outcome.status == status]

    @property
    def bar(self) -> list[tuple[str, float, float]]:
        """The statuses, each with its start and length on a bar of length 100."""
        parts, start = [], 0.0
        for status in STATUSES:
            length = 100 * len(self.with_status(status)) / len(self.score.outcomes)
            if length:
                parts.append((status, start, length))
            start += length
        return parts


def sections(grade: Grade) -> list[Section]:
    """Return a section for each unit, in the order of the grade."""
    return [Section(score) for score in by_unit(grade)]


def card_of(outcome: Outcome, units: Iterable[Section]) -> Card | None:
    """Return the card that contains an outcome; ``None`` if the outcome is not explained."""
    cards = (card for unit in units for card in unit.cards)
    return next((card for card in cards if outcome in card.outcomes), None)

"""What the page of one submission shows of its outcomes: a card each, sorted by unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from backproof.grades.next_step import by_cause
from backproof.grades.outcomes import BLOCKED, MARKS, STATUSES, Grade, Outcome
from backproof.report import text
from backproof.report.html.evidence_pictures import draw
from backproof.report.html.svg import Picture
from backproof.report.scores import UnitScore, by_unit

_LABELS = ("returned", "required", "note")
_BLOCKED_BY = "blocked by "


@dataclass(frozen=True)
class Card:
    """What is shown of outcomes that have one cause; most often of a single one."""

    outcomes: Sequence[Outcome]

    @property
    def status(self) -> str:
        """The status of all of them."""
        return self.outcomes[0].status

    @property
    def mark(self) -> str:
        """The status as a sign."""
        return MARKS[self.status]

    @property
    def unit(self) -> str:
        """The unit of all of them."""
        return self.outcomes[0].unit

    @property
    def heading(self) -> str:
        """The rule, or how many there are."""
        if len(self.outcomes) == 1:
            return text.sentence(self.outcomes[0])
        return f"{len(self.outcomes)} rules of {self.unit}, for one reason"

    @property
    def points(self) -> float:
        """The points that were earned."""
        return sum(outcome.points for outcome in self.outcomes)

    @property
    def max_points(self) -> float:
        """The points that there are."""
        return sum(outcome.max_points for outcome in self.outcomes)

    @property
    def rules(self) -> list[str]:
        """The rules, where there are several."""
        return [text.sentence(one) for one in self.outcomes] if len(self.outcomes) > 1 else []

    @cached_property
    def said(self) -> list[tuple[str, str]]:
        """The message, in parts that each have a label or an empty one."""
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
        return text.shorten(text.visible(self.outcomes[0].diagnosis or ""))

    @property
    def case(self) -> str:
        """The smallest case; empty if there is none."""
        return text.case(self.outcomes[0])

    @property
    def name(self) -> str:
        """The name of the property; empty for several."""
        return self.outcomes[0].property if len(self.outcomes) == 1 else ""

    @cached_property
    def picture(self) -> Picture | None:
        """What the failure looks like, if there is anything to see."""
        found = self.outcomes[0].evidence
        return draw(found) if found else None


@dataclass(frozen=True)
class Section:
    """A unit: its score, its bar, and its rules, those that need a look before the others."""

    score: UnitScore

    @property
    def cards(self) -> list[Card]:
        """What is explained one by one."""
        return [Card(outcomes) for outcomes in by_cause(self.score.outcomes, text.EXPLAINED)]

    def rest(self, status: str) -> list[Outcome]:
        """List the outcomes of a status of which there is nothing to explain."""
        return [outcome for outcome in self.score.outcomes if outcome.status == status]

    @property
    def bar(self) -> list[tuple[str, float, float]]:
        """The statuses with where each begins on a bar of 100 and how long it is."""
        parts, start = [], 0.0
        for status in STATUSES:
            length = 100 * len(self.rest(status)) / len(self.score.outcomes)
            if length:
                parts.append((status, start, length))
            start += length
        return parts


def sections(grade: Grade) -> list[Section]:
    """Give the units of a grade, in its order."""
    return [Section(score) for score in by_unit(grade)]


def card_of(outcome: Outcome, units: Iterable[Section]) -> Card | None:
    """Give the card that an outcome is on; ``None`` if there is nothing to explain of it."""
    cards = (card for unit in units for card in unit.cards)
    return next((card for card in cards if outcome in card.outcomes), None)

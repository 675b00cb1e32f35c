"""The causes of failures as cards for the page of a submission, in sections by unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from backproof.grades.causes import Cause, find_causes
from backproof.grades.outcomes import BLOCKED, MARKS, STATUSES, Grade, Outcome
from backproof.report import text
from backproof.report.html.evidence_pictures import draw
from backproof.report.html.svg import Picture
from backproof.report.scores import UnitScore, by_unit

_LABELS = ("returned", "required", "note")
_BLOCKED_BY = "blocked by "


@dataclass(frozen=True)
class Card:
    """A cause: the failure that shows it, and the others that it explains."""

    cause: Cause

    @property
    def shown(self) -> Outcome:
        """The failure that shows the cause."""
        return self.cause.shown

    @property
    def status(self) -> str:
        """The status of the cause."""
        return self.cause.status

    @property
    def mark(self) -> str:
        """The mark of the status."""
        return MARKS[self.status]

    @property
    def heading(self) -> str:
        """The place to look at, or the function or file that is missing."""
        if self.cause.is_absence:
            return text.cause_heading(self.cause)
        return text.one_line(self.cause.place)

    @property
    def rule(self) -> str:
        """The rule; empty if it has not been tried."""
        return "" if self.cause.is_absence else text.sentence(self.shown)

    @property
    def points(self) -> float:
        """The points earned by all failures of the cause."""
        return sum(outcome.points for outcome in self.cause.explained)

    @property
    def max_points(self) -> float:
        """The maximal points of all failures of the cause."""
        return sum(outcome.max_points for outcome in self.cause.explained)

    @property
    def also(self) -> str:
        """A sentence on the other rules that break; empty if there are none."""
        if self.cause.is_absence:
            return self.cause.in_words(self.cause.explained)
        return self.cause.also

    @cached_property
    def others(self) -> list[Card]:
        """A card for each other failure of the cause; for the first one, too, if it has no case."""
        start = 0 if self.cause.is_absence else 1
        return [Card(Cause([outcome])) for outcome in self.cause.explained[start:]]

    @cached_property
    def message(self) -> list[tuple[str, str]]:
        """The parts of the message, each with a label, which may be empty."""
        if self.cause.is_absence:  # the heading says the first line
            rest = text.shorten(text.visible(self.shown.message.partition("\n")[2]))
            return [("", rest)] if rest else []
        parts: list[tuple[str, str]] = []
        for line in text.shorten(text.visible(self.shown.message)).split("\n"):
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
        return text.diagnosis(self.shown)

    @property
    def facts(self) -> list[str]:
        """The sentences that hold in all cases of the failure."""
        return text.facts(self.shown).splitlines()

    @property
    def case(self) -> str:
        """The smallest case; empty if there is none."""
        return text.case(self.shown)

    @property
    def name(self) -> str:
        """The name of the property."""
        return self.shown.property

    @cached_property
    def picture(self) -> Picture | None:
        """The picture of the failure, if it can be drawn."""
        evidence = self.shown.evidence
        return draw(evidence) if evidence else None


@dataclass(frozen=True)
class Section:
    """A unit: its score, its bar, and its outcomes, those with explanations first.

    Attributes:
        score: The score of the unit.
        cards: The causes that are shown by a failure of the unit.
        elsewhere: The failures of the unit that causes in other units explain, by the place there.
    """

    score: UnitScore
    cards: Sequence[Card]
    elsewhere: Mapping[str, Sequence[Outcome]]

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


def cards_of(grade: Grade) -> list[Card]:
    """Return a card for each cause of failures, the one to fix first at the front."""
    return [Card(cause) for cause in find_causes(grade.outcomes)]


def sections(grade: Grade, cards: Sequence[Card]) -> list[Section]:
    """Return a section for each unit, in the order of the grade."""
    return [_section(score, cards) for score in by_unit(grade)]


def _section(score: UnitScore, cards: Sequence[Card]) -> Section:
    own = [card for card in cards if card.shown.unit == score.name]
    elsewhere = {
        card.heading: [o for o in card.cause.explained if o.unit == score.name]
        for card in cards
        if card not in own
    }
    return Section(score, own, {place: found for place, found in elsewhere.items() if found})

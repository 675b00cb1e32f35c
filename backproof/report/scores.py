"""Points for reports: by unit, as text, and final only if everything was graded."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from backproof.grades.outcomes import NOT_GRADED, STATUSES, FunctionCredit, Grade, Outcome
from backproof.grades.results import Result


class NotGradable(Exception):
    """A fault of the grader left a grade incomplete, and the format requires a complete one.

    It is not a ``UserError``, because no input is wrong. Callers write no file, so that the
    platform shows an error instead of a score, and exit with the code for *not graded*.
    """


@dataclass(frozen=True)
class UnitScore:
    """The score of one unit.

    Attributes:
        name: The unit.
        outcomes: Its outcomes, in the order of the grade.
        functions: The points of its functions.
        adjusted: The points that adjustments of its functions added.

    """

    name: str
    outcomes: tuple[Outcome, ...]
    functions: tuple[FunctionCredit, ...] = ()
    adjusted: float = 0.0

    @property
    def points(self) -> float:
        """The points earned."""
        return round(sum(outcome.points for outcome in self.outcomes) + self.adjusted, 6)

    @property
    def max_points(self) -> float:
        """The maximal points."""
        return round(sum(outcome.max_points for outcome in self.outcomes), 6)

    @property
    def complete(self) -> bool:
        """Whether everything was graded, so that the points are final."""
        return not any(outcome.status == NOT_GRADED for outcome in self.outcomes)

    @property
    def counts(self) -> str:
        """The number of outcomes of each status, in words."""
        counts = Counter(outcome.status for outcome in self.outcomes)
        return ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])


def by_unit(grade: Grade) -> list[UnitScore]:
    """Return the score of each unit, in the order of the grade."""
    units: dict[str, list[Outcome]] = {}
    for outcome in grade.outcomes:
        units.setdefault(outcome.unit, []).append(outcome)
    adjusted: Counter[str] = Counter()
    for each in grade.adjustments:
        adjusted[each.function.partition(".")[0]] += each.points  # type: ignore[assignment]
    return [
        UnitScore(
            name,
            tuple(outcomes),
            tuple(function for function in grade.functions if function.unit == name),
            adjusted[name],
        )
        for name, outcomes in units.items()
    ]


def earned(credit: FunctionCredit) -> str:
    """Return the points that a function earned as text, a question mark if they are not final."""
    return number(credit.points) if credit.complete else "?"


def rules(credit: FunctionCredit) -> str:
    """Return in words how many rules of a function hold."""
    counts = (
        ("core", credit.core_passed, credit.core_total),
        ("edge", credit.edges_passed, credit.edges_total),
    )
    texts = [f"{passed} of {total} {role} rules" for role, passed, total in counts if total]
    return ", ".join(texts) or "no rules"


def number(value: float, digits: int = 2) -> str:
    """Return a number as text with at most ``digits`` decimals and no trailing zeros."""
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def not_graded(grade: Grade) -> str:
    """Return how many properties a fault of the grader left ungraded; empty if none."""
    missing = grade.count(NOT_GRADED)
    if not missing:
        return ""
    return (
        f"{missing} of {len(grade.outcomes)} properties could not be graded: "
        "a fault of the grader, not of the submission"
    )


def why_not_graded(result: Result) -> str:
    """Return why a result has no final score; empty if it has one."""
    if result.grade is None:
        return result.problem or "not graded, for a reason that was not recorded"
    return not_graded(result.grade)


def final(result: Result) -> Grade | None:
    """Return a result's grade if its score is final."""
    return None if why_not_graded(result) else result.grade


def require_final(grade: Grade, platform: str) -> None:
    """Refuse a grade whose score is not final.

    Raises:
        NotGradable: Something in the grade was not graded.

    """
    missing = not_graded(grade)
    if missing:
        raise NotGradable(
            f"{missing}. There is no final score to report to {platform}, so no result is "
            "written: grade the submission again"
        )

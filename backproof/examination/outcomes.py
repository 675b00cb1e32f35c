"""An examination as outcomes of a grade, which stores keep and all reports show.

The tests are a unit of their own. Its first outcome is that they accept all right code, the others
are the concepts of each function, which are the same for a whole class.
"""

from __future__ import annotations

from collections.abc import Iterator

from backproof.assignment.examine import Examine
from backproof.examination.lines import cards, problems
from backproof.examination.results import VALID, Examination
from backproof.failure_kinds import WRONG
from backproof.grades.outcomes import FAILED, PASSED, TESTS, FunctionCredit, Grade, Outcome

_VALIDITY, _THOROUGHNESS = f"{TESTS}.valid", f"{TESTS}.thorough"
_ACCEPTS = "Your tests accept every right implementation."


def outcomes_of(examination: Examination) -> list[Outcome]:
    """Return the outcomes of an examination, whose points add up to its points."""
    return [_validity(examination), *_thoroughness(examination)]


def grade_of(examination: Examination) -> Grade:
    """Return an examination as a grade, which every report of one submission can show."""
    outcomes = outcomes_of(examination)
    graded_with = {**examination.examined_with, "notes": problems(examination)}
    return Grade(examination.name, tuple(outcomes), graded_with, tuple(credits_of(outcomes)))


def outcomes_without_tests(settings: Examine, problem: str) -> list[Outcome]:
    """Return the outcomes of a submission whose tests cannot be examined.

    Args:
        settings: The points.
        problem: Why, in a line.

    """
    most = settings.validity, settings.thoroughness
    return [
        _outcome(f"{TESTS}.accept_right_code", _ACCEPTS, _VALIDITY, (0.0, most[0]), problem),
        _outcome(f"{TESTS}.reject_wrong_code", "", _THOROUGHNESS, (0.0, most[1]), problem),
    ]


def credits_of(outcomes: list[Outcome]) -> list[FunctionCredit]:
    """Return the points of validity and of thoroughness."""
    credits = []
    for name in (_VALIDITY, _THOROUGHNESS):
        own = [each for each in outcomes if each.functions == (name,)]
        passed = sum(each.status == PASSED for each in own)
        points = round(sum(each.points for each in own), 6)
        most = round(sum(each.max_points for each in own), 6)
        credits.append(FunctionCredit(name, TESTS, points, most, passed, len(own), 0, 0))
    return credits


def _validity(examination: Examination) -> Outcome:
    said = [f"• {line}" for line in problems(examination)]
    for card in cards(examination)[: -len(examination.functions) or None]:
        said.append(card.heading)
        said += [f"  {label}: {text}" if label else f"  {text}" for label, text in card.lines]
        said += [f"    {line}" for line in card.code.splitlines()]
    if not examination.tests:
        said.append("there are no tests")
    points = examination.points[0], examination.max_points[0]
    perfect = examination.tests and examination.count(VALID) == len(examination.tests)
    name = f"{TESTS}.accept_right_code"
    return _outcome(name, _ACCEPTS, _VALIDITY, points, "" if perfect else "\n".join(said))


def _thoroughness(examination: Examination) -> Iterator[Outcome]:
    """Yield an outcome for each concept; for each function if no concept is told."""
    worth = examination.max_points[1] / len(examination.functions)
    for verdict in examination.functions:
        concepts = verdict.by_concept
        if examination.tell == "count" or not concepts:
            concepts = ()
            yield _about(
                verdict.function, "", verdict.mistakes - verdict.caught, verdict.share, worth
            )
        # Concepts of one title are shown as one.
        for title in dict.fromkeys(each.concept for each in concepts):
            own = [each for each in concepts if each.concept == title]
            missed = sum(each.mistakes - each.caught for each in own)
            share = sum(each.caught / each.mistakes for each in own) / len(own)
            yield _about(verdict.function, title, missed, share, worth * len(own) / len(concepts))


def _about(function: str, title: str, missed: int, share: float, worth: float) -> Outcome:
    about = f" about: {title}" if title else ""
    sentence = f"Your tests reject wrong code of {function}{about}."
    message = ""
    if missed:
        noun = "mistake is" if missed == 1 else "mistakes are"
        message = f"{missed} {noun} not caught"
    name = f"{TESTS}.{function}: {title}" if title else f"{TESTS}.{function}"
    return _outcome(name, sentence, _THOROUGHNESS, (worth * share, worth), message)


def _outcome(
    name: str, sentence: str, part: str, points: tuple[float, float], message: str
) -> Outcome:
    return Outcome(
        property=name,
        unit=TESTS,
        functions=(part,),
        status=FAILED if message else PASSED,
        kind=WRONG if message else "",
        points=round(points[0], 6),
        max_points=round(points[1], 6),
        sentence=sentence,
        message=message,
        case=None,
        diagnosis=None,
        seconds=0.0,
    )

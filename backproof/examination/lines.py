"""An examination in plain lines, from which the terminal, Markdown and pages are made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backproof.examination.results import (
    FLAKY,
    TOO_STRICT,
    VALID,
    WITHOUT_CODE,
    Examination,
    FunctionVerdict,
    Missed,
    TestVerdict,
)
from backproof.printable import printable
from backproof.report.scores import number
from backproof.report.text import one_line, shorten, visible

_MAX_CASE = 1200
_MAX_PROBLEMS = 20


@dataclass(frozen=True)
class Card:
    """The text of a report about one test or one function.

    Attributes:
        mark: ``"right"``, ``"wrong"`` or ``"remark"``.
        heading: The first line.
        lines: The lines below it, each with a label or none.
        code: A text to show as code; empty if there is none.

    """

    mark: str
    heading: str
    lines: tuple[tuple[str, str], ...] = ()
    code: str = ""


def summary(examination: Examination) -> str:
    """Return the points in one line."""
    return f"{number(sum(examination.points))} of {number(sum(examination.max_points))} points"


def head(examination: Examination) -> list[str]:
    """Return a line for the points of validity, and one for those of thoroughness."""
    valid, tests = examination.count(VALID), len(examination.tests)
    caught = sum(each.caught for each in examination.functions)
    mistakes = sum(each.mistakes for each in examination.functions)
    reached, most = examination.points, examination.max_points
    return [
        f"valid: {valid} of {_count(tests, 'test')}, {number(reached[0])} of "
        f"{number(most[0])} points",
        f"thorough: {caught} of {_count(mistakes, 'mistake')} caught, {number(reached[1])} of "
        f"{number(most[1])} points",
    ]


def problems(examination: Examination) -> list[str]:
    """Return the lines about files that could not be used."""
    lines = [one_line(printable(line)) for line in examination.problems[:_MAX_PROBLEMS]]
    more = len(examination.problems) - len(lines)
    return [*lines, f"and {more} more"] if more > 0 else lines


def cards(examination: Examination) -> list[Card]:
    """Return a card for each test to look at, then for each function."""
    tests = [card for test in examination.tests for card in _test_cards(test)]
    return tests + [_function_card(each, examination.tell) for each in examination.functions]


def _test_cards(test: TestVerdict) -> Iterator[Card]:
    if test.status in (TOO_STRICT, FLAKY):
        yield _rejection_card(test)
    elif test.status == VALID and test.passes_on:
        yield Card(
            "remark",
            f"{one_line(test.name)} catches nothing",
            (("", f"it would also pass if {' or if '.join(test.passes_on)}"),),
        )
    elif test.status == VALID and not test.caught:
        yield Card("remark", f"{one_line(test.name)} catches none of the mistakes")
    elif test.status == VALID and test.repeats:
        yield Card(
            "remark",
            f"{one_line(test.name)} adds nothing",
            (("", f"it catches the same mistakes as {one_line(test.repeats)}"),),
        )
    elif test.status == WITHOUT_CODE:
        yield Card(
            "wrong",
            f"{one_line(test.name)} tests no code",
            (("", "it does not take the fixture `submission`"),),
        )


def _rejection_card(test: TestVerdict) -> Card:
    rejection = test.rejection
    lines = []
    if rejection is not None:
        lines.append(("rejects", f"a right implementation ({one_line(rejection.implementation)})"))
        if rejection.parameters:
            lines.append(("for", one_line(rejection.parameters)))
        lines.append(("says", one_line(rejection.text)))
        if rejection.allowed:
            lines.append(("allowed", one_line(rejection.allowed)))
    if test.seeds is not None:
        accepts, rejects = test.seeds
        lines.append(
            (
                "flaky",
                f"rejects {test.rejected} of {test.runs} runs on right code; this one it accepts "
                f"with seed {accepts} and rejects with seed {rejects}",
            )
        )
    lines.append(("", "it counts for nothing until that is changed"))
    case = shorten(visible(rejection.case), _MAX_CASE) if rejection else ""
    return Card("wrong", f"{one_line(test.name)} is {test.status}", tuple(lines), case)


def _function_card(verdict: FunctionVerdict, tell: str) -> Card:
    caught = f"{verdict.caught} of {_count(verdict.mistakes, 'mistake')} caught"
    heading = f"{verdict.function}: {caught}"
    if verdict.concepts < verdict.mistakes:
        heading += f", {verdict.share:.0%} of {_count(verdict.concepts, 'concept')}"
    lines = tuple(line for missed in verdict.missed for line in _missed(missed, tell))
    return Card("right" if not verdict.missed else "wrong", heading, lines)


def _missed(missed: Missed, tell: str) -> Iterator[tuple[str, str]]:
    if tell == "count":
        return
    verb = "is" if len(missed.names) == 1 else "are"
    count = _count(len(missed.names), "mistake")
    yield "", f"{count} {verb} not caught, about: {one_line(missed.concept)}"
    if tell == "name":
        for name, sentence in zip(missed.names, missed.sentences, strict=True):
            yield name, one_line(sentence)


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"

"""The wording of reports, made safe to display: text of a student may contain anything."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from backproof.grades.causes import Cause
from backproof.grades.outcomes import (
    BLOCKED,
    FAILED,
    NOT_GRADED,
    NOT_STARTED,
    FunctionCredit,
    Grade,
    Outcome,
)
from backproof.report.scores import by_unit, earned, number, rules

# Reports explain outcomes of these statuses one by one, and count those of the others.
EXPLAINED = (FAILED, BLOCKED, NOT_GRADED)

# The length to which a report cuts one message or one case.
MAX_CHARACTERS = 10_000
_SHORTER = (MAX_CHARACTERS, 3_000, 1_000, 300, 100, 0)
# The length to which names, sentences and headings are cut.
_MAX_LINE_CHARACTERS = 300
_MAX_NOTES = 50

# Control characters can steer a terminal, bidirectional controls can hide text, line separators
# split lines for some readers only, and XML allows none of the other characters.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    r"\ud800-\udfff\ufffe\uffff]"
)

_REMARKS = {
    NOT_STARTED: "Not started: a function that this needs still raises NotImplementedError.",
    BLOCKED: "Blocked: a function that this one builds on fails too. Fix that first.",
    NOT_GRADED: "Not graded: a fault of the grader, not of your code. It does not count.",
}


def visible(text: str) -> str:
    """Return a text with Python escapes for invisible characters, such as those of ANSI codes."""
    return _UNPRINTABLE.sub(_escape, text.replace("\r\n", "\n"))


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def one_line(text: str) -> str:
    """Return a text as one visible line of limited length."""
    line = " ".join(visible(text).split())
    if len(line) <= _MAX_LINE_CHARACTERS:
        return line
    return f"{line[:_MAX_LINE_CHARACTERS]}…"


def shorten(text: str, limit: int = MAX_CHARACTERS) -> str:
    """Return the first ``limit`` characters of a text, and how many are left out."""
    if len(text) <= limit:
        return text
    return f"{text[:limit].rstrip()}\n… ({len(text) - limit} more characters are left out)".lstrip()


def sentence(outcome: Outcome) -> str:
    """Return an outcome's sentence, or its property's name if it has none."""
    return one_line(outcome.sentence) or one_line(outcome.property) or "a property without a name"


def message(outcome: Outcome, limit: int = MAX_CHARACTERS) -> str:
    """Return an outcome's message with a remark on its status, facts and the named mistake."""
    parts = [_remarked(outcome, limit), facts(outcome, limit), diagnosis(outcome, limit)]
    return "\n".join(filter(None, parts))


def _remarked(outcome: Outcome, limit: int) -> str:
    parts = (_REMARKS.get(outcome.status, ""), outcome.message)
    return "\n".join(shorten(visible(part), limit) for part in parts if part)


def diagnosis(outcome: Outcome, limit: int = MAX_CHARACTERS) -> str:
    """Return the named mistake; empty if there is none."""
    return shorten(visible(outcome.diagnosis or ""), limit)


def facts(outcome: Outcome, limit: int = MAX_CHARACTERS) -> str:
    """Return what holds in all cases of the failure, a line for each fact; empty if none."""
    return shorten(visible("\n".join(outcome.facts)), limit)


def case(outcome: Outcome, limit: int = MAX_CHARACTERS) -> str:
    """Return the code of the smallest failing case; empty if there is none."""
    return shorten(visible(outcome.case or ""), limit)


def explain(outcome: Outcome, limit: int = MAX_CHARACTERS) -> str:
    """Return the message, the facts, the named mistake, and the smallest case as code to copy."""
    code = case(outcome, limit)
    labelled = f"smallest case:\n{code}" if code else ""
    parts = [_remarked(outcome, limit), facts(outcome, limit), diagnosis(outcome, limit), labelled]
    return "\n".join(filter(None, parts))


def cause_heading(cause: Cause) -> str:
    """Return where to look and the rule that shows it, or what is not there."""
    if cause.is_absence:
        return one_line(cause.shown.message.partition("\n")[0].rstrip(":"))
    return f"{one_line(cause.place)}: {sentence(cause.shown)}"


def also_breaks(cause: Cause) -> str:
    """Return what else a cause breaks, as a sentence; empty if nothing."""
    return one_line(f"It also breaks {cause.also}.") if cause.also else ""


def summary(grade: Grade, limit: int = MAX_CHARACTERS) -> str:
    """Return lines with the points of units and functions, the notes, and the settings."""
    lines = [*_units(grade), *adjustments(grade), *notes(grade, limit)]
    return "\n".join([*lines, f"graded with {graded_with(grade)}"])


def adjustments(grade: Grade) -> list[str]:
    """Return a line for each adjustment of the points, after one with the points before."""
    if not grade.adjustments:
        return []
    lines = [one_line(each.text) for each in grade.adjustments]
    return [f"{number(grade.earned)} of {number(grade.max_score)} points before:", *lines]


def _units(grade: Grade) -> Iterator[str]:
    for unit in by_unit(grade):
        points = number(unit.points) if unit.complete else "?"
        yield f"{one_line(unit.name)}: {points} of {number(unit.max_points)} points ({unit.counts})"
        for credit in unit.functions:
            share = f"{earned(credit)} of {number(credit.max_points)}"
            yield f"  {function_name(credit)}: {share} ({rules(credit)})"


def function_name(credit: FunctionCredit) -> str:
    """Return the name of a function without its unit, and those of its parts."""
    names = (name.rpartition(".")[2] for name in (credit.function, *credit.parts))
    return one_line(", ".join(names))


def notes(grade: Grade, limit: int = MAX_CHARACTERS) -> list[str]:
    """Return the notes about how the submitted files were read, one line each."""
    all_notes = list(grade.graded_with.get("notes", ()))
    lines = [shorten(f"note: {one_line(note)}", limit) for note in all_notes[:_MAX_NOTES]]
    more = len(all_notes) - _MAX_NOTES
    return [*lines, f"note: {more} more notes are left out"] if more > 0 else lines


def graded_with(grade: Grade) -> str:
    """Return one line with the settings that the grade depends on, as far as it records them."""
    settings = dict(grade.graded_with)
    pairs = [(name, settings.get(name)) for name in ("backproof", "assignment", "profile", "seed")]
    pairs.append(("confinement", settings.get("confinement", {}).get("level")))
    recorded = ", ".join(f"{name} {value}" for name, value in pairs if value is not None)
    return one_line(recorded) or "settings that were not recorded"


def versions(grade: Grade) -> str:
    """Return one line with the versions of Python and of the libraries that made a grade."""
    names = ("python", "numpy", "scipy", "hypothesis", "pytest")
    known = [(name, grade.graded_with.get(name)) for name in names]
    return one_line(", ".join(f"{name} {version}" for name, version in known if version))


def dump(document: Any) -> str:
    """Return a document as indented JSON; characters outside ASCII are not escaped."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)


def fitting(render: Callable[[int], str], max_bytes: int) -> str | None:
    """Render with shorter and shorter texts until the whole report fits.

    Args:
        render: Renders a report; its argument limits the characters of each text.
        max_bytes: The maximal length of the report in UTF-8.

    Returns:
        The report, or ``None`` if it is too long even without the texts.

    """
    for limit in _SHORTER:
        report = render(limit)
        if len(report.encode()) <= max_bytes:
            return report
    return None

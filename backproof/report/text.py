"""What reports say in words, made safe to show: a student's text may hold anything."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from backproof.grades.outcomes import BLOCKED, FAILED, NOT_GRADED, NOT_STARTED, Grade, Outcome
from backproof.report.scores import by_unit, number

# What is explained one by one; of what is not started, the number says enough.
TO_LOOK_AT = (FAILED, BLOCKED, NOT_GRADED)

# Characters of one text, of a message or a case, that a report shows.
LIMIT = 10_000
_LIMITS = (LIMIT, 3_000, 1_000, 300, 100, 0)
# A name, a sentence, a heading.
_MOST_IN_A_LINE = 300
_MOST_NOTES = 50

# Control characters steer terminals, what turns the writing direction shows one thing and says
# another, line separators split lines for some readers only, and XML takes none of the others.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    r"\ud800-\udfff\ufffe\uffff]"
)

_EXPLAINED = {
    NOT_STARTED: "Not started: a function that this needs still raises NotImplementedError.",
    BLOCKED: "Blocked: a unit that this one builds on fails too. Mend that first.",
    NOT_GRADED: "Not graded: a fault of the grader, not of your code. It does not count.",
}


def visible(text: str) -> str:
    """Write characters that cannot be seen as Python escapes them, ANSI codes among them."""
    return _UNPRINTABLE.sub(_escaped, text.replace("\r\n", "\n"))


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def one_line(text: str) -> str:
    """Give a text as one line that is not too long, without anything invisible."""
    line = " ".join(visible(text).split())
    return line if len(line) <= _MOST_IN_A_LINE else f"{line[:_MOST_IN_A_LINE]}…"


def shorten(text: str, limit: int = LIMIT) -> str:
    """Give at most ``limit`` characters of a text, and say how many are left out."""
    if len(text) <= limit:
        return text
    return f"{text[:limit].rstrip()}\n… ({len(text) - limit} more characters are left out)".lstrip()


def sentence(outcome: Outcome) -> str:
    """Name an outcome for a person: its sentence, or the property's name if it has none."""
    return one_line(outcome.sentence) or one_line(outcome.property) or "a property without a name"


def message(outcome: Outcome, limit: int = LIMIT) -> str:
    """Say what an outcome means: its status, what was returned, and the named mistake."""
    return "\n".join(filter(None, [_said(outcome, limit), _diagnosis(outcome, limit)]))


def _said(outcome: Outcome, limit: int) -> str:
    parts = (_EXPLAINED.get(outcome.status, ""), outcome.message)
    return "\n".join(shorten(visible(part), limit) for part in parts if part)


def _diagnosis(outcome: Outcome, limit: int) -> str:
    return shorten(visible(outcome.diagnosis or ""), limit)


def case(outcome: Outcome, limit: int = LIMIT) -> str:
    """Give the smallest failing case as code; empty if there is none."""
    return shorten(visible(outcome.case or ""), limit)


def explain(outcome: Outcome, limit: int = LIMIT) -> str:
    """Give the message, the smallest case, ready to be pasted, and the named mistake."""
    code = case(outcome, limit)
    shown = f"smallest case:\n{code}" if code else ""
    return "\n".join(filter(None, [_said(outcome, limit), shown, _diagnosis(outcome, limit)]))


def summary(grade: Grade, limit: int = LIMIT) -> str:
    """Sum up a grade in lines: each unit, the notes, and what it was graded with."""
    return "\n".join([*_units(grade), *notes(grade, limit), f"graded with {graded_with(grade)}"])


def _units(grade: Grade) -> Iterator[str]:
    for unit in by_unit(grade):
        earned = number(unit.points) if unit.complete else "?"
        yield f"{one_line(unit.name)}: {earned} of {number(unit.max_points)} points ({unit.counts})"


def notes(grade: Grade, limit: int = LIMIT) -> list[str]:
    """List what was done about the files that were handed in, a line each."""
    found = list(grade.graded_with.get("notes", ()))
    lines = [shorten(f"note: {one_line(note)}", limit) for note in found[:_MOST_NOTES]]
    more = len(found) - _MOST_NOTES
    return [*lines, f"note: {more} more notes are left out"] if more > 0 else lines


def graded_with(grade: Grade) -> str:
    """Name in one line what the grade depends on, as far as the grade tells."""
    facts = dict(grade.graded_with)
    named = [(name, facts.get(name)) for name in ("backproof", "assignment", "profile", "seed")]
    named.append(("confinement", facts.get("confinement", {}).get("level")))
    said = ", ".join(f"{name} {value}" for name, value in named if value is not None)
    return one_line(said) or "settings that were not recorded"


def dump(document: Any) -> str:
    """Write JSON, indented, in UTF-8 characters as they are."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)


def fitting(render: Callable[[int], str], most_bytes: int) -> str | None:
    """Render with shorter and shorter texts until the whole fits.

    Args:
        render: Renders a report with at most so many characters of each text.
        most_bytes: How long the report may be, in UTF-8.

    Returns:
        The report, or ``None`` if it is too long even without the texts.

    """
    for limit in _LIMITS:
        report = render(limit)
        if len(report.encode()) <= most_bytes:
            return report
    return None

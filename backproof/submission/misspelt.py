"""A function that a submission lacks, but seems to have under another name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection

from backproof.intake.reader import SubmittedFiles

# The text is searched, and not parsed: a file of a student may be anything.
_DEFINITION = re.compile(r"^(?:async +)?def +(\w+)", re.MULTILINE)
# A beginning of this many letters is no accident, as in "sigmoid_deriv".
_LEAST_BEGINNING = 4
_LEAST_SIMILARITY = 0.8


def suggestion(submitted: SubmittedFiles, function: str, expected: Collection[str]) -> str:
    """Return a question about a function that may be the missing one; empty if there is none.

    Args:
        submitted: The files of the submission.
        function: The missing function, as ``"unit.name"``.
        expected: All functions of the assignment, as ``"unit.name"``; none of them is misspelt.
    """
    unit, _, name = function.partition(".")
    source = submitted.file_of(unit)
    if source is None:
        return ""
    texts = [text for _, text in source.cells] if source.cells else [source.text]
    defined = {found for text in texts for found in _DEFINITION.findall(text)}
    own = sorted(defined - {each.partition(".")[2] for each in expected})
    close = [each for each in own if _is_beginning(each, name)]
    close += difflib.get_close_matches(name, own, n=1, cutoff=_LEAST_SIMILARITY)
    return f"Did you mean `{name}`? You have `{close[0]}`." if close else ""


def _is_beginning(one: str, other: str) -> bool:
    shorter, longer = sorted((one.lower(), other.lower()), key=len)
    return len(shorter) >= _LEAST_BEGINNING and longer.startswith(shorter)

"""Pairs of submissions whose code is alike, whatever its names, comments and layout are.

The tokens of a module are compared by copydetect (Winnowing: S. Schleimer, D. Wilkerson, A. Aiken,
SIGMOD 2003): runs of tokens that two modules have in common, where all variables count as equal.
What many submissions have in common says nothing, as little as what the template contains.
"""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from typing import Any

from backproof.assignment.config import Assignment
from backproof.errors import UserError
from backproof.grades.results import Attempt
from backproof.intake.reader import read_submission

# The characters of a run, in which a name is one letter: some eight tokens.
_RUN = 25
# A run that more than this share of the class has, or more than this many, is common.
_COMMON_SHARE, _COMMON = 0.05, 3
# A pair is shown if it shares so many runs that others do not have, and this share of one's own.
_MIN_SHARED, _MIN_SHARE = 30, 0.5
_MAX_PAIRS = 60

# The label of a submission that is one file for all units.
ONE_FILE = "the whole file"

# A part of a source, and whether the other one has it, too.
Part = tuple[str, bool]


@dataclass(frozen=True)
class SimilarPair:
    """Two modules that are alike.

    Attributes:
        unit: The name of the module.
        names: The names of the two submissions.
        parts: The source of each, in parts.

    """

    unit: str
    names: tuple[str, str]
    parts: tuple[Sequence[Part], Sequence[Part]]


def require_similarity() -> None:
    """Refuse to compare code if the package for it is not installed.

    Raises:
        UserError: It is not installed.

    """
    if find_spec("copydetect") is None:
        raise UserError(
            '--similar needs copydetect, which is not installed: pip install "backproof[similar]"'
        )


def similar_pairs(attempts: Iterable[Attempt], assignment: Assignment) -> list[SimilarPair]:
    """Return pairs of submissions with similar code, those that share most first.

    Equal modules are left out, because equal submissions are listed by themselves. So are
    submissions that cannot be read, which have a problem of their own.

    Args:
        attempts: The submissions.
        assignment: The assignment, whose template is no code of theirs.

    """
    template = _modules(assignment.template, assignment.units)
    sources = {each.name: _modules(each.path, assignment.units) for each in attempts}
    return pairs_of(sources, template)


def _modules(path: Path, units: Sequence[str]) -> dict[str, str]:
    """Return the text of each unit of a submission."""
    try:
        submitted = read_submission(path, units)
    except UserError:
        return {}
    if submitted.single_file is not None:
        return {ONE_FILE: submitted.files[submitted.single_file].text}
    files = {unit: submitted.file_of(unit) for unit in units}
    return {unit: file.text for unit, file in files.items() if file is not None}


def pairs_of(
    sources: Mapping[str, Mapping[str, str]], template: Mapping[str, str]
) -> list[SimilarPair]:
    """Return pairs of similar texts; see ``similar_pairs``.

    Args:
        sources: For each submission the text of each unit.
        template: The text of each unit in the template.

    """
    found: list[tuple[int, SimilarPair]] = []
    for unit in dict.fromkeys(unit for texts in sources.values() for unit in texts):
        texts = {name: texts[unit] for name, texts in sources.items() if unit in texts}
        found += _pairs_of_unit(unit, texts, template.get(unit, ""))
    found.sort(key=lambda pair: -pair[0])
    return [pair for _, pair in found[:_MAX_PAIRS]]


def _pairs_of_unit(
    unit: str, texts: Mapping[str, str], template: str
) -> Iterator[tuple[int, SimilarPair]]:
    prints = {name: _fingerprint(unit, text) for name, text in texts.items()}
    given = _fingerprint(unit, template).hashes
    holders: defaultdict[int, list[str]] = defaultdict(list)
    for name, one in prints.items():
        one.hashes -= given
        for run in one.hashes:
            holders[run].append(name)
    most = max(_COMMON, int(_COMMON_SHARE * len(texts)))
    common = {run for run, names in holders.items() if len(names) > most}
    for one in prints.values():
        one.hashes -= common
    shared = Counter(
        pair
        for run, names in holders.items()
        if run not in common
        for pair in combinations(names, 2)
    )
    for (name, other), number in shared.items():
        least = min(len(prints[name].hashes), len(prints[other].hashes))
        if number < max(_MIN_SHARED, _MIN_SHARE * least) or texts[name] == texts[other]:
            continue
        yield number, SimilarPair(unit, (name, other), _parts(prints[name], prints[other]))


def _fingerprint(unit: str, text: str) -> Any:
    from copydetect import CodeFingerprint

    return CodeFingerprint(f"{unit}.py", _RUN, 1, language="python", fp=io.StringIO(text))


def _parts(one: Any, other: Any) -> tuple[list[Part], list[Part]]:
    from copydetect import compare_files

    _, _, slices = compare_files(one, other)
    first, second = (
        _split(each.raw_code, places) for each, places in zip((one, other), slices, strict=True)
    )
    return first, second


def _split(text: str, slices: Any) -> list[Part]:
    """Split a text at the beginnings and ends of slices."""
    parts: list[Part] = []
    at = 0
    for start, end in zip(*slices, strict=True):
        parts += [(text[at : int(start)], False), (text[int(start) : int(end)], True)]
        at = int(end)
    return [part for part in (*parts, (text[at:], False)) if part[0]]

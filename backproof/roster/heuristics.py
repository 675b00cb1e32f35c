"""Heuristics that distinguish a class, one student's attempts and one submission by names.

``layouts`` applies them in order. Each example lists paths in the folder ``class/``.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from backproof.intake.names import original_stem, source_path
from backproof.roster.folder_levels import FolderLevel, SubmissionHints, folder_level

# Names that are given to attempts and not to students: "attempt-1", "v2.zip", "2024-05-01".
_ATTEMPT = re.compile(
    r"(?:(?:attempt|try|version|v)[-_ .]?\d+|20\d\d-?\d\d-?\d\d[-T_ \d:.Z]*?)(?:\.\w+)?", re.I
)
# "1" or "12.zip" may be an attempt or a student.
_NUMBER = re.compile(r"\d{1,2}(?:\.\w+)?")


def has_modules(level: FolderLevel, units: Collection[str]) -> bool:
    """Return whether modules of the assignment are directly in a folder: it is one submission.

    Example: ``layers.py``, ``old/layers.py``. A notebook ``layers.ipynb`` and a package
    ``layers/`` are modules, too.
    """
    sources = filter(None, map(source_path, level.files))
    stems = {original_stem(Path(source).stem) for source in sources}
    return not {*stems, *level.folders}.isdisjoint(units)


def are_attempts(names: Sequence[str], *, or_numbers: bool) -> bool:
    """Return whether all entries of a folder are named like the attempts of one student.

    Example: ``attempt-1/layers.py``, ``attempt-2/layers.py``, and ``1.zip``, ``2.zip`` with
    ``or_numbers``.
    """
    return len(names) > 1 and all(
        _ATTEMPT.fullmatch(name) or (or_numbers and _NUMBER.fullmatch(name)) for name in names
    )


def has_two_submissions(hints: Iterable[SubmissionHints]) -> bool:
    """Return whether two entries of a folder can be submissions.

    Example: ``ada/solution.py``, ``ben.zip``. Without a second one, as in ``ada/src/layers.py``,
    ``ada/docs/report.pdf``, the folder ``ada/`` is a student's and not a class.
    """
    return len([*itertools.islice((each for each in hints if each.is_evident), 2)]) == 2


def has_class_in_archive(evident: Sequence[SubmissionHints]) -> bool:
    """Return whether the entries of a zip file are submissions of several students.

    At least two of them have modules, or else at least two have any Python or a zip file.

    Examples: ``ada/layers.py``, ``ben/src/layers.py`` is a class. ``src/layers.py``,
    ``tests/test_layers.py`` is one submission, since only ``src/`` has modules.
    """
    with_modules = [each for each in evident if each.modules]
    return len(with_modules or evident) > 1


def has_class_among_others(evident: Sequence[SubmissionHints]) -> bool:
    """Return whether the entries of one of several paths are submissions of several students.

    At least two of them have modules equally far down, or else at least two have a zip file.

    Examples: ``ada/layers.py``, ``ben/layers.py`` is a class. ``src/layers.py``,
    ``old/src/layers.py`` is one submission with an old copy.
    """
    depths = [each.depth for each in evident if each.depth is not None]
    if depths:
        return depths.count(min(depths)) > 1
    return sum(bool(each.archives) for each in evident) > 1


def find_attempts_in(folder: Path, units: Collection[str]) -> list[Path]:
    """Return the attempts in a student's folder; none if the folder is itself one submission.

    Examples: ``1/layers.py``, ``2/layers.py`` are attempts, and ``a/layers.py``, ``b/layers.py``,
    too. These are parts of one submission:

    - ``layers.py``, ``v1/layers.py``, ``v2/layers.py``: Python directly in the folder;
    - ``week1/layers.py``, ``week2/network.py``: no module in common;
    - ``src/layers.py``, ``copy/src/layers.py``: unequal depths, and names without numbers.

    A link is never an attempt, as it may lead to the work of somebody else.
    """
    try:
        level = folder_level(folder)
    except OSError:
        return []
    if any(map(source_path, level.files)):
        return []
    paths = [folder / name for name in level.candidates]
    hints = {path: level.look(path.name, units) for path in paths if not path.is_symlink()}
    evident = {path: each for path, each in hints.items() if each.is_evident}
    modules = [each.modules for each in evident.values() if each.modules]
    depths = {each.depth for each in evident.values()}
    have_module_in_common = not modules or bool(frozenset.intersection(*modules))
    are_numbered = all(re.search(r"\d", path.name) for path in evident)
    are_equally_deep = len(depths) == 1 and None not in depths
    if len(evident) > 1 and have_module_in_common and (are_numbered or are_equally_deep):
        return [*evident]
    return []

"""Decide how each of the instructor's paths is laid out.

The decisions, in this order; the first one that applies counts:

1. The instructor gives a pattern or the layout of a platform: it is used, and refused if it does
   not fit. The layout ``plain`` skips step 2 and treats any path like a folder that is given alone.
2. A folder has names that only a course platform writes: it is an export (``platforms``).
3. Modules are directly in a folder, or all its entries are named like attempts: the folder is one
   student's. If it is inside a folder that is given alone, that folder is a class of one student.
4. A folder is given alone: it is a class, and each entry is a student's.
5. A zip file, or one of several paths, has submissions of several students side by side: it is a
   class. Otherwise it is one student's.

A student's folder may contain several attempts. ``heuristics`` describes by examples how names are
judged in steps 3 to 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from backproof.errors import UserError
from backproof.printable import first_few
from backproof.roster.class_archive import ClassLimits
from backproof.roster.folder_levels import FolderLevel
from backproof.roster.heuristics import (
    are_attempts,
    has_class_among_others,
    has_class_in_archive,
    has_modules,
    has_two_submissions,
)
from backproof.roster.platforms import EXPORTS, fits, platform_of

AUTO = "auto"
PLAIN = "plain"
LAYOUTS = (AUTO, PLAIN, *EXPORTS)
# Layouts that are recognised, but cannot be asked for by these names.
ONE_STUDENT = "one submission"
PATTERN = "pattern"


@dataclass(frozen=True)
class LayoutRequest:
    """The instructor's instructions for reading the paths.

    Attributes:
        units: Names of the assignment's modules.
        layout: One of ``LAYOUTS``.
        pattern: The pattern that the path of a submission matches, if the instructor gave one.
        several: Whether there are several paths.
        exports: Whether a path may be recognised as an export by the names in it.
        scratch: The folder to unpack zip files to.
        limits: Limits on the size of a class's zip file.
    """

    units: Sequence[str]
    layout: str
    pattern: re.Pattern[str] | None
    several: bool
    exports: bool
    scratch: Path
    limits: ClassLimits

    @property
    def names_layout(self) -> bool:
        """Whether there is a pattern or the name of an export's layout."""
        return self.pattern is not None or self.layout in EXPORTS


class Recognition(NamedTuple):
    """The layout of a path.

    Attributes:
        layout: The layout.
        level: The folder whose entries are the students'; ``None`` if the path is one student's.
        is_doubtful: Whether the path could be a class, though it is read as one student's.
    """

    layout: str
    level: FolderLevel | None
    is_doubtful: bool = False


def recognize(
    levels: Iterable[FolderLevel], name: str, request: LayoutRequest, *, zipped: bool
) -> Recognition:
    """Return the layout of a folder or zip file; the module's docstring lists the steps.

    Args:
        levels: The outermost folder and, as long as a folder contains only one folder, that one.
        name: The folder or zip file, as messages name it.
        request: The instructor's instructions.
        zipped: Whether this is a zip file.
    """
    seen: list[FolderLevel] = []
    for level in levels:
        seen.append(level)
        if request.pattern:
            return Recognition(PATTERN, level)
        if request.layout in EXPORTS and fits(request.layout, level, forced=True):
            return Recognition(request.layout, level)
        if request.layout == AUTO and request.exports and (platform := platform_of(level)):
            return Recognition(platform, level)
    outermost, innermost = seen[0], seen[-1]
    if request.layout in EXPORTS:
        contents = first_few([*innermost.folders, *innermost.files]) or "nothing"
        raise UserError(
            f"{name} does not have the layout {request.layout}: expected {EXPORTS[request.layout]},"
            f" and it has {contents}"
        )
    expects_class = request.layout == PLAIN or not (request.several or zipped)
    among_others = request.several and not expects_class

    one_student = next((each for each in seen if has_modules(each, request.units)), None)
    if one_student is None and are_attempts(innermost.candidates, or_numbers=among_others):
        one_student = innermost
    if one_student is not None:
        is_class_of_one = expects_class and one_student is not outermost
        return Recognition(PLAIN, outermost if is_class_of_one else None)

    hints = (innermost.look(entry, request.units) for entry in innermost.candidates)
    if expects_class:
        return Recognition(PLAIN, innermost if has_two_submissions(hints) else outermost)
    evident = [each for each in hints if each.is_evident]
    has_class = has_class_among_others if among_others else has_class_in_archive
    level_of_class = innermost if has_class(evident) else None
    return Recognition(PLAIN, level_of_class, is_doubtful=len(evident) > 1)

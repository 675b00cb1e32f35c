"""Import of a submission from memory, as ``import layers`` and as ``from . import layers``.

Each submission is a package. While it is open, its modules are also found under their bare names;
both names refer to the same module object. This module uses the standard library only, because
workers import it too.
"""

from __future__ import annotations

import importlib
import itertools
import linecache
import re
import sys
from collections.abc import Collection, Mapping
from importlib.abc import MetaPathFinder
from types import ModuleType

from backproof.student_code.finders import PREFIX, ModuleFinder, OnlyThese
from backproof.student_code.notebook_cells import cell_filename
from backproof.student_code.source import Source
from backproof.student_code.stand_ins import STAND_INS


class SubmissionPackage:
    """A submission as an importable package, until ``close`` is called.

    Args:
        files: The sources, by relative POSIX path; folders need no ``__init__.py``.
        units: The names of the assignment's modules. They have priority over all other modules of
            these names; the submission's other modules have the lowest priority, after the standard
            library and installed packages.
        single_file: The file that all units are names of, if there is only one file.
        allowed: The installed packages that may be imported while it is open; all by default.
        stand_ins: The modules of which it gets silent stand-ins, unless they are allowed.
        interactive: Whether somebody sits at it, so that ``input`` and ``breakpoint`` work.

    """

    _opened: list[SubmissionPackage] = []  # noqa: RUF012  # shared by all submissions, oldest first

    def __init__(
        self,
        files: Mapping[str, Source],
        units: Collection[str],
        single_file: str | None = None,
        allowed: Collection[str] | None = None,
        *,
        stand_ins: Collection[str] = STAND_INS,
        interactive: bool = False,
    ) -> None:
        # The smallest free number, so that messages do not depend on earlier submissions.
        numbered = (f"{PREFIX}{number}" for number in itertools.count(1))
        self.name = next(name for name in numbered if name not in sys.modules)
        self._files = files
        unused = [each for each in stand_ins if each.partition(".")[0] not in (allowed or ())]
        self._finder = ModuleFinder(
            self.name, files, frozenset(units), single_file, unused, interactive
        )
        self._finders: list[MetaPathFinder] = [self._finder]
        if allowed is not None:
            self._finders.append(OnlyThese(allowed))
        self._displaced = {
            name: sys.modules.pop(name)
            for name, module in list(sys.modules.items())
            if self._finder.displaces(name, module)
        }
        package = ModuleType(self.name)
        package.__path__ = []
        sys.modules[self.name] = package
        sys.meta_path[:0] = self._finders
        self._opened.append(self)

    def import_module(self, name: str) -> ModuleType:
        """Import one module of the submission; exceptions of the student's code are passed on."""
        return importlib.import_module(f"{self.name}.{name}")

    def close(self) -> None:
        """Remove the submission's modules, and restore the modules that they replaced."""
        if self not in self._opened:
            return
        later = self._opened[self._opened.index(self) + 1 :]
        self._opened.remove(self)
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder not in self._finders]
        own = {id(module): module for name, module in sys.modules.items() if self._has(name)}
        for name, module in list(sys.modules.items()):
            if id(module) in own or self._finder.stands_for(name.partition(".")[0]):
                del sys.modules[name]
        if later:  # the next submission replaced our modules, or those that we replaced
            displaced = later[0]._displaced
            others = {name: module for name, module in displaced.items() if id(module) not in own}
            later[0]._displaced = others | self._displaced
        else:
            sys.modules.update(self._displaced)
        for source in self._files.values():
            linecache.cache.pop(source.filename, None)
            for number, _ in source.cells or ():
                linecache.cache.pop(cell_filename(source.filename, number), None)

    def _has(self, name: str) -> bool:
        return name == self.name or name.startswith(f"{self.name}.")


def plain(text: str) -> str:
    """Remove the name of the submission's package from a message."""
    return re.sub(rf"{PREFIX}\d+(\.?)", lambda m: "" if m[1] else "your submission", text)

"""Import a student's modules, as ``import layers`` and as ``from . import layers`` alike.

Each submission becomes a package of its own, whose modules are also found under their bare
names while it is open. Both names give one and the same module object.
"""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

_numbers = itertools.count(1)


class _AliasLoader(Loader):
    """Hand out the module of the package under its bare name."""

    def __init__(self, qualified_name: str) -> None:
        self._qualified_name = qualified_name
        self._own_spec: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Import the real module; it may be half-way through its own import."""
        module = importlib.import_module(self._qualified_name)
        self._own_spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Give the module its own spec back: the import system has just replaced it."""
        module.__spec__ = self._own_spec


class _BareNames(MetaPathFinder):
    """Find ``name`` as ``package.name`` if the submission has such a file or folder."""

    def __init__(self, folder: Path, package: str, names: frozenset[str] | None) -> None:
        self._folder = folder
        self._package = package
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Answer for bare names only, and for the given names only if there are any."""
        if path is not None or (self._names is not None and fullname not in self._names):
            return None
        if (
            not (self._folder / f"{fullname}.py").is_file()
            and not (self._folder / fullname / "__init__.py").is_file()
        ):
            return None
        return ModuleSpec(fullname, _AliasLoader(f"{self._package}.{fullname}"))


class SubmissionPackage:
    """The folder of a submission as an importable package, until ``close``.

    ``units`` win over installed packages of the same name; the student's other files come
    after them, so that a file named ``numpy.py`` does not replace numpy.
    """

    def __init__(self, folder: Path, units: Sequence[str]) -> None:
        self.name = f"backproof_submission_{next(_numbers)}"
        package = ModuleType(self.name)
        package.__path__ = [str(folder)]
        self._displaced = {unit: sys.modules.pop(unit) for unit in units if unit in sys.modules}
        sys.modules[self.name] = package
        self._first = _BareNames(folder, self.name, frozenset(units))
        self._last = _BareNames(folder, self.name, None)
        sys.meta_path.insert(0, self._first)
        sys.meta_path.append(self._last)
        importlib.invalidate_caches()

    def import_module(self, name: str) -> ModuleType:
        """Import one module of the submission; whatever it raises is the student's."""
        return importlib.import_module(f"{self.name}.{name}")

    def close(self) -> None:
        """Forget the submission's modules, and put back what they stood in for."""
        sys.meta_path.remove(self._first)
        sys.meta_path.remove(self._last)
        prefix = f"{self.name}."
        own = {id(module) for name, module in sys.modules.items() if name.startswith(prefix)}
        bare = {name for name, module in sys.modules.items() if id(module) in own}
        for name in list(sys.modules):
            if name == self.name or name.startswith(prefix) or name.partition(".")[0] in bare:
                del sys.modules[name]
        sys.modules.update(self._displaced)

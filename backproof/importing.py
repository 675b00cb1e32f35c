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
from importlib.machinery import ModuleSpec, PathFinder
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
    """Find ``name`` as ``package.name`` if the submission has such a file or folder.

    The units win over anything installed. The student's other files come after it, so that a
    file named ``numpy.py`` does not replace numpy; a mere folder somewhere on the path, which
    Python would take for a package too, does not hide them.
    """

    def __init__(self, folder: Path, package: str, units: frozenset[str]) -> None:
        self._folder = folder
        self._package = package
        self._units = units

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Answer for bare names only."""
        if path is not None or not self._has(fullname):
            return None
        if fullname not in self._units and self._is_installed(fullname):
            return None
        return ModuleSpec(fullname, _AliasLoader(f"{self._package}.{fullname}"))

    def _has(self, name: str) -> bool:
        package = self._folder / name / "__init__.py"
        return (self._folder / f"{name}.py").is_file() or package.is_file()

    def _is_installed(self, name: str) -> bool:
        if name in sys.stdlib_module_names:
            return True
        spec = PathFinder.find_spec(name)
        return spec is not None and spec.loader is not None


class SubmissionPackage:
    """The folder of a submission as an importable package, until ``close``."""

    def __init__(self, folder: Path, units: Sequence[str]) -> None:
        self.name = f"backproof_submission_{next(_numbers)}"
        package = ModuleType(self.name)
        package.__path__ = [str(folder)]
        self._displaced = {unit: sys.modules.pop(unit) for unit in units if unit in sys.modules}
        sys.modules[self.name] = package
        self._finder = _BareNames(folder, self.name, frozenset(units))
        sys.meta_path.insert(0, self._finder)
        importlib.invalidate_caches()

    def import_module(self, name: str) -> ModuleType:
        """Import one module of the submission; whatever it raises is the student's."""
        return importlib.import_module(f"{self.name}.{name}")

    def close(self) -> None:
        """Forget the submission's modules, and put back what they stood in for."""
        sys.meta_path.remove(self._finder)
        prefix = f"{self.name}."
        own = {id(module) for name, module in sys.modules.items() if name.startswith(prefix)}
        bare = {name for name, module in sys.modules.items() if id(module) in own}
        for name in list(sys.modules):
            if name == self.name or name.startswith(prefix) or name.partition(".")[0] in bare:
                del sys.modules[name]
        sys.modules.update(self._displaced)

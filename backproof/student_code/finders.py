"""Find the modules of a submission in memory, and of what is installed only what is allowed."""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Collection, Container, Mapping, Sequence
from importlib.abc import InspectLoader, Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import PurePosixPath
from types import ModuleType
from typing import TYPE_CHECKING

from backproof.student_code.notebook_cells import run_cells, show_in_tracebacks

if TYPE_CHECKING:
    from backproof.student_code.source import Source

PREFIX = "backproof_submission_"


class OnlyThese(MetaPathFinder):
    """Refuse to import any installed package but these; the standard library is always there.

    It belongs before the finders that look at ``sys.path``. Packages that are allowed and try
    others for speed or for extras find those missing, which is what they are prepared for.
    """

    def __init__(self, allowed: Collection[str]) -> None:
        self._allowed = sorted(allowed)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find nothing; ``ModuleNotFoundError`` if it may not be imported."""
        if path is not None or fullname in self._allowed or _is_standard(fullname):
            return None
        rest = ", ".join(self._allowed) or "the standard library's modules"
        raise ModuleNotFoundError(
            f"No module named {fullname!r}: {fullname} is not available here; there are: {rest}",
            name=fullname,
        )


def is_installed(name: str, own_files: Container[str] = ()) -> bool:
    """Tell whether ``import name`` finds something without the submission.

    A mere folder somewhere on the path, which Python would take for a package too, is nothing.

    Args:
        name: A top-level name.
        own_files: Files that do not count: the submission may be on the path itself.
    """
    if _is_standard(name):
        return True
    for finder in sys.meta_path:
        if isinstance(finder, ModuleFinder):
            continue
        try:
            spec = finder.find_spec(name, None)
        except ImportError:  # as OnlyThese says it
            return False
        if spec is not None and spec.loader is not None:
            return spec.origin is None or os.path.realpath(spec.origin) not in own_files
    return False


def _module_name(file: str) -> str:
    """Name the module of a file that may be named like no module, such as ``my-solution.py``."""
    return re.sub(r"\W", "_", PurePosixPath(file).stem)


def _is_standard(name: str) -> bool:
    # The one module of the standard library whose name depends on the machine is not listed.
    return name in sys.stdlib_module_names or name.startswith("_sysconfigdata_")


class ModuleFinder(MetaPathFinder):
    """Find the modules of a submission, under their full and under their bare names."""

    def __init__(
        self,
        package: str,
        files: Mapping[str, Source],
        units: frozenset[str],
        whole: str | None,
    ) -> None:
        self._package = package
        self._files = files
        self._units = units
        self._whole = whole and _module_name(whole)
        self._modules = _modules(files)
        if whole is not None and self._whole is not None:
            self._modules[self._whole] = whole
        self._own_files = {source.filename for source in files.values()}
        self._ours: dict[str, bool] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find ``package.name`` as a module of its own, and ``name`` as the same one."""
        package, _, name = fullname.partition(".")
        if package == self._package:
            return self._own_spec(fullname, name)
        if not self.stands_for(fullname):
            if path is None and fullname in self._units and not _is_standard(fullname):
                # Never someone else's: that may be the reference.
                raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
            return None
        return ModuleSpec(fullname, _AliasLoader(f"{self._package}.{fullname}"))

    def stands_for(self, name: str) -> bool:
        """Tell whether ``import name`` gives a module of the submission."""
        top, _, rest = name.partition(".")
        if top not in self._ours:
            self._ours[top] = self._has(top) and (
                top in self._units or not (top in sys.modules or is_installed(top, self._own_files))
            )
        if rest and sys.modules.get(top) is not sys.modules.get(f"{self._package}.{top}"):
            return False
        return self._ours[top] and self._has(name)

    def displaces(self, name: str, module: ModuleType) -> bool:
        """Tell whether a loaded module is out of the way while the submission is open."""
        top = name.partition(".")[0]
        another = str(getattr(module, "__name__", "")).startswith(PREFIX)
        return top in self._units or (self._has(top) and another)

    def _has(self, name: str) -> bool:
        return name in self._modules or (self._whole is not None and name in self._units)

    def _own_spec(self, fullname: str, name: str) -> ModuleSpec | None:
        if self._whole is not None and name in self._units:
            return ModuleSpec(fullname, _AliasLoader(f"{self._package}.{self._whole}"))
        if name not in self._modules:
            return None
        file = self._modules[name]
        source = None if file is None else self._files[file]
        packaged = file is None or (
            PurePosixPath(file).name == "__init__.py" and name != self._whole
        )
        loader = _SourceLoader(self, name, source, packaged)
        spec = ModuleSpec(fullname, loader, is_package=packaged)
        if source is not None:
            spec.origin = source.filename
            spec.has_location = True
        return spec


def _modules(files: Mapping[str, Source]) -> dict[str, str | None]:
    """Map names of modules to files, or to none for a folder without an ``__init__.py``."""
    found: dict[str, str | None] = {}
    # As in Python, a package wins over a module of its name, and both over a mere folder.
    for file in sorted(files, key=lambda file: file.endswith("__init__.py")):
        path = PurePosixPath(file).with_suffix("")
        parts = path.parts[:-1] if path.name == "__init__" else path.parts
        if not parts or any("." in part for part in parts):
            continue
        found[".".join(parts)] = file
        for length in range(1, len(parts)):
            found.setdefault(".".join(parts[:length]), None)
    return found


class _SourceLoader(InspectLoader):
    """Run a source, known under the bare name from the start as imports may go in a circle."""

    def __init__(
        self, finder: ModuleFinder, name: str, source: Source | None, packaged: bool
    ) -> None:
        self._finder = finder
        self._name = name
        self._source = source
        self._packaged = packaged

    def is_package(self, fullname: str) -> bool:
        """Tell whether it is a folder."""
        return self._packaged

    def get_source(self, fullname: str) -> str:
        """Give the text, for tracebacks and debuggers."""
        return "" if self._source is None else self._source.text

    def exec_module(self, module: ModuleType) -> None:
        """Run it; after an exception there is no module of that name."""
        bare = self._finder.stands_for(self._name)
        if bare:
            sys.modules[self._name] = module
        try:
            self._run(module)
        except BaseException:
            if bare and sys.modules.get(self._name) is module:
                del sys.modules[self._name]
            raise
        if bare:  # it may have put something else in its place
            sys.modules[self._name] = sys.modules.get(module.__name__, module)

    def _run(self, module: ModuleType) -> None:
        source = self._source
        if source is None:
            return
        show_in_tracebacks(source.filename, source.text)
        if source.cells is not None:
            run_cells(module, source.cells)
            return
        code = compile(source.text, source.filename, "exec", dont_inherit=True)
        exec(code, module.__dict__)


class _AliasLoader(Loader):
    """Hand out a module under another name."""

    def __init__(self, qualified_name: str) -> None:
        self._qualified_name = qualified_name
        self._own_spec: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Import the real module; it may be half-way through its own import."""
        module = importlib.import_module(self._qualified_name)
        self._own_spec = getattr(module, "__spec__", None)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Give the module its own spec back: the import system has just replaced it."""
        module.__spec__ = self._own_spec

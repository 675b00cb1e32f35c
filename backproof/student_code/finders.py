"""Import finders: for the modules of a submission, and against packages that are not allowed."""

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
from backproof.student_code.stand_ins import builtins_for

if TYPE_CHECKING:
    from backproof.student_code.source import Source

PREFIX = "backproof_submission_"


class OnlyThese(MetaPathFinder):
    """Forbid the import of installed packages other than the allowed ones.

    It has to precede the finders that search ``sys.path``. The standard library is always allowed.
    An allowed package may try to import others that it does not require, and finds them missing.
    """

    def __init__(self, allowed: Collection[str]) -> None:
        self._allowed = sorted(allowed)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return ``None``, so that the next finder is asked; raise if the import is not allowed."""
        if path is not None or fullname in self._allowed or _is_standard(fullname):
            return None
        rest = ", ".join(self._allowed) or "the standard library's modules"
        raise ModuleNotFoundError(
            f"No module named {fullname!r}: {fullname} is not available here; there are: {rest}",
            name=fullname,
        )


def is_installed(name: str, own_files: Container[str] = ()) -> bool:
    """Return whether ``import name`` finds a module that is not the submission's.

    A folder without code on the path does not count, although Python can import it.

    Args:
        name: A top-level name.
        own_files: The submission's files, as its folder may be on the path.
    """
    if _is_standard(name):
        return True
    for finder in sys.meta_path:
        if isinstance(finder, ModuleFinder):
            continue
        try:
            spec = finder.find_spec(name, None)
        except ImportError:  # raised by OnlyThese
            return False
        if spec is not None and spec.loader is not None:
            return spec.origin is None or os.path.realpath(spec.origin) not in own_files
    return False


def _module_name(file: str) -> str:
    """Return a module name for a file whose name may not be one, such as ``my-solution.py``."""
    return re.sub(r"\W", "_", PurePosixPath(file).stem)


def _is_standard(name: str) -> bool:
    # The name of this module depends on the machine, so it is not in stdlib_module_names.
    return name in sys.stdlib_module_names or name.startswith("_sysconfigdata_")


class ModuleFinder(MetaPathFinder):
    """Finds the modules of a submission, under their qualified and their bare names."""

    def __init__(
        self,
        package: str,
        files: Mapping[str, Source],
        units: frozenset[str],
        single_file: str | None,
        stand_ins: Collection[str] = (),
        interactive: bool = False,
    ) -> None:
        self._package = package
        self._files = files
        self._units = units
        self._single_module = single_file and _module_name(single_file)
        self._modules = _modules(files)
        if single_file is not None and self._single_module is not None:
            self._modules[self._single_module] = single_file
        self._own_files = {source.filename for source in files.values()}
        self._found_as_bare: dict[str, bool] = {}
        self._stand_ins, self._interactive = stand_ins, interactive

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec for ``package.name``, or for ``name`` as another name of that module."""
        package, _, name = fullname.partition(".")
        if package == self._package:
            return self._own_spec(fullname, name)
        if not self.stands_for(fullname):
            if path is None and fullname in self._units and not _is_standard(fullname):
                # Another module of this name must not be found: it may be the reference.
                raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
            return None
        return ModuleSpec(fullname, _AliasLoader(f"{self._package}.{fullname}"))

    def stands_for(self, name: str) -> bool:
        """Return whether ``import name`` imports a module of the submission."""
        top, _, rest = name.partition(".")
        if top not in self._found_as_bare:
            self._found_as_bare[top] = self._has(top) and (
                top in self._units or not (top in sys.modules or is_installed(top, self._own_files))
            )
        if rest and sys.modules.get(top) is not sys.modules.get(f"{self._package}.{top}"):
            return False
        return self._found_as_bare[top] and self._has(name)

    def displaces(self, name: str, module: ModuleType) -> bool:
        """Return whether a loaded module has to be removed while the submission is open."""
        top = name.partition(".")[0]
        of_submission = str(getattr(module, "__name__", "")).startswith(PREFIX)
        return top in self._units or (self._has(top) and of_submission)

    def _has(self, name: str) -> bool:
        return name in self._modules or (self._single_module is not None and name in self._units)

    def prepare(self, module: ModuleType) -> None:
        """Give a new module the built-in names that a submission's code finds."""
        names = vars(module)
        names["__builtins__"] = builtins_for(
            names, self._stand_ins, self.stands_for, interactive=self._interactive
        )

    def _own_spec(self, fullname: str, name: str) -> ModuleSpec | None:
        is_alias = self._single_module is not None and name in self._units
        if is_alias and name not in self._modules:
            return ModuleSpec(fullname, _AliasLoader(f"{self._package}.{self._single_module}"))
        if name not in self._modules:
            return None
        file = self._modules[name]
        source = None if file is None else self._files[file]
        packaged = file is None or (
            PurePosixPath(file).name == "__init__.py" and name != self._single_module
        )
        loader = _SourceLoader(self, name, source, packaged)
        spec = ModuleSpec(fullname, loader, is_package=packaged)
        if source is not None:
            spec.origin = source.filename
            spec.has_location = True
        return spec


def _modules(files: Mapping[str, Source]) -> dict[str, str | None]:
    """Return the file of each module; ``None`` for a folder without an ``__init__.py``."""
    files_of: dict[str, str | None] = {}
    # As in Python, a package has priority over a module of its name, and both over a folder.
    for file in sorted(files, key=lambda file: file.endswith("__init__.py")):
        path = PurePosixPath(file).with_suffix("")
        parts = path.parts[:-1] if path.name == "__init__" else path.parts
        if not parts or any("." in part for part in parts):
            continue
        files_of[".".join(parts)] = file
        for length in range(1, len(parts)):
            files_of.setdefault(".".join(parts[:length]), None)
    return files_of


class _SourceLoader(InspectLoader):
    """Executes a source; it has its bare name from the start, as modules may import one another."""

    def __init__(
        self, finder: ModuleFinder, name: str, source: Source | None, packaged: bool
    ) -> None:
        self._finder = finder
        self._name = name
        self._source = source
        self._packaged = packaged

    def is_package(self, fullname: str) -> bool:
        """Return whether the module is a package."""
        return self._packaged

    def get_source(self, fullname: str) -> str:
        """Return the text, for tracebacks and debuggers."""
        return "" if self._source is None else self._source.text

    def exec_module(self, module: ModuleType) -> None:
        """Execute the source; after an exception no module has its bare name."""
        bare = self._finder.stands_for(self._name)
        if bare:
            sys.modules[self._name] = module
        try:
            self._run(module)
        except BaseException:
            if bare and sys.modules.get(self._name) is module:
                del sys.modules[self._name]
            raise
        if bare:  # the module may have replaced itself
            sys.modules[self._name] = sys.modules.get(module.__name__, module)

    def _run(self, module: ModuleType) -> None:
        source = self._source
        if source is None:
            return
        show_in_tracebacks(source.filename, source.text)
        self._finder.prepare(module)
        if source.cells is not None:
            run_cells(module, source.cells)
            return
        code = compile(source.text, source.filename, "exec", dont_inherit=True)
        exec(code, module.__dict__)


class _AliasLoader(Loader):
    """Loads a module under another name."""

    def __init__(self, qualified_name: str) -> None:
        self._qualified_name = qualified_name
        self._own_spec: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Import the module itself, which may be in the middle of its import."""
        module = importlib.import_module(self._qualified_name)
        self._own_spec = getattr(module, "__spec__", None)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Restore the module's own spec, which the import system has replaced."""
        module.__spec__ = self._own_spec

"""The modules of a student's tests, imported from memory."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from types import ModuleType

from backproof.student_code.modules import describe
from backproof.student_code.package import SubmissionPackage, plain
from backproof.student_code.source import Source


class Unreadable(Exception):
    """A module of tests cannot be imported; the text says why, in one line."""


class TestFiles:
    """A student's test files and the modules beside them.

    Args:
        files: The sources, by relative path.
        modules: The path of each module that has tests, by its dotted name.
        allowed: The installed packages that they may import.

    """

    __test__ = False

    def __init__(
        self, files: Mapping[str, Source], modules: Mapping[str, str], allowed: Sequence[str]
    ) -> None:
        self.modules = modules
        self._package = SubmissionPackage(files, (), None, allowed)

    def load(self, name: str) -> ModuleType:
        """Import a module; ``Unreadable`` if that is not possible."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return self._package.import_module(name)
        except SyntaxError as error:
            file = PurePath(error.filename or self.modules[name]).name
            text = f"cannot be loaded: {error.msg} ({file}, line {error.lineno})"
            raise Unreadable(text) from None
        except BaseException as error:  # a student's module may raise anything
            raise Unreadable(f"cannot be loaded: {plain(describe(error))}") from None

"""Modules that a server imports before it has a submission, and where it finds them."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from backproof.about import INSTALL_ROOT

_MAX_PRELOADED = 20


def modules_to_preload(texts: Iterable[str], libraries: Sequence[str]) -> list[str]:
    """Return the modules of ``libraries`` that sources import, found without parsing the sources.

    They are imported once, before the workers are forked.
    """
    names = "|".join(map(re.escape, libraries))
    # Only public modules one level below: the server that imports them is not confined.
    part = r"[a-z][a-z0-9_]{0,40}\b"
    plain = re.compile(rf"^[ \t]*(?:import|from)[ \t]+((?:{names})\b(?:\.{part})?)", re.M)
    parts = re.compile(rf"^[ \t]*from[ \t]+({names})[ \t]+import[ \t]+([\w, \t]+)", re.M)
    found: dict[str, None] = {}
    for text in texts:
        found.update(dict.fromkeys(plain.findall(text)))
        for package, imported in parts.findall(text):
            for name in (entry.split(" as ")[0].strip() for entry in imported.split(",")):
                if re.fullmatch(part, name):
                    found[f"{package}.{name}"] = None
    return list(found)[:_MAX_PRELOADED]


def search_path(libraries: Sequence[str]) -> list[str]:
    """Return the folders that the engine and the libraries are imported from."""
    folders: dict[str, None] = {}
    for library in libraries:
        spec = importlib.util.find_spec(library)
        for place in (spec and spec.submodule_search_locations) or ():
            folders[str(Path(place).parent)] = None
        if spec and spec.origin and not spec.submodule_search_locations:
            folders[str(Path(spec.origin).parent)] = None
    folders[str(INSTALL_ROOT)] = None
    return list(folders)

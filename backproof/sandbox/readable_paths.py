"""What a worker must be able to read: the standard library and the libraries it may use."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

# Where the packages of others are, whose tests and answers are nobody's business.
_OF_OTHERS = ("site-packages", "dist-packages")
_DEVICES = ("/dev/null", "/dev/urandom", "/etc/ld.so.cache", "/sys/devices/system/cpu")


def readable_paths(libraries: Sequence[str]) -> tuple[str, ...]:
    """List what a worker must be able to read to import the standard library and ``libraries``.

    Args:
        libraries: Importable packages, such as ``"numpy"``; what is not installed is left out.

    Returns:
        Files and folders, links resolved. A folder whose name ends with a slash is one that
        only has to be listed: the import system does, before it opens what it found.

    """
    if sys.platform != "linux":  # where nothing is closed
        return ()
    found: dict[str, None] = dict.fromkeys(_DEVICES)
    folder = Path(os.__file__).resolve().parent
    compiled = Path(sysconfig.get_config_var("DESTSHARED") or folder / "lib-dynload").resolve()
    for place in (folder, compiled, Path(sys.base_prefix, "lib", _zip_name())):
        found.update(dict.fromkeys(_without_packages(place)))
    for library in libraries:
        for place in _parts(library):
            found[str(place.resolve())] = None
            found[f"{place.resolve().parent}/"] = None
    found.update(dict.fromkeys(_shared_libraries()))
    return tuple(path for path in found if os.path.exists(path))


def _zip_name() -> str:
    return f"python{sys.version_info[0]}{sys.version_info[1]}.zip"


def _without_packages(folder: Path) -> Iterator[str]:
    """Give a folder as a whole, or one by one what is in it beside the packages of others."""
    if not any((folder / name).exists() for name in _OF_OTHERS):
        yield str(folder)
        return
    yield f"{folder}/"
    for entry in sorted(folder.iterdir()):
        if entry.name not in _OF_OTHERS:
            yield str(entry.resolve())


def _parts(library: str) -> set[Path]:
    """Find a library's own files and folders: as imported, and as its installer listed them."""
    spec = find_spec(library)
    if spec is None:
        return set()
    places = {Path(place) for place in spec.submodule_search_locations or ()}
    if not places and spec.origin:
        places = {Path(spec.origin)}
    beside = {place.parent / f"{library}.libs" for place in places}
    return {place for place in places | beside | _installed(library) if place.exists()}


def _installed(library: str) -> set[Path]:
    try:
        distribution = metadata.distribution(library)
    except metadata.PackageNotFoundError:  # called otherwise than what is imported
        return set()
    tops = {file.parts[0] for file in distribution.files or () if len(file.parts) > 1}
    kept = (top for top in tops if top not in ("..", "__pycache__"))
    return {Path(str(distribution.locate_file(top))) for top in kept}


def _shared_libraries() -> Iterator[str]:
    """Give the shared libraries that modules may load when they are imported late."""
    multiarch = sysconfig.get_config_var("MULTIARCH")
    folders = {Path(sysconfig.get_config_var("LIBDIR") or "/usr/lib")}
    for root in ("/", "/usr", "/usr/local"):
        folders |= {Path(root, name) for name in ("lib", "lib64")}
        # Debian keeps nothing else there, so it can be given as a whole.
        if multiarch and (folder := Path(root, "lib", multiarch)).is_dir():
            yield str(folder.resolve())
    # Elsewhere Python's own packages may be in the same folder.
    for folder in sorted({folder.resolve() for folder in folders}):
        if folder.is_dir():
            yield from (str(file.resolve()) for file in sorted(folder.glob("*.so*")))

"""Paths that a worker must be able to read: the standard library and the allowed libraries."""

from __future__ import annotations

import os
import re
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

# Folders of other installed packages, which may include tests or solutions.
_OTHER_PACKAGES = ("site-packages", "dist-packages")
_DEVICES = ("/dev/null", "/dev/urandom", "/etc/ld.so.cache", "/sys/devices/system/cpu")


def readable_paths(libraries: Sequence[str]) -> tuple[str, ...]:
    """Return the paths that imports of the standard library and of ``libraries`` read.

    The packages that the libraries require are among them, because a library may import a part of
    another one as late as in a call. A submission cannot import them itself.

    Args:
        libraries: Importable packages, such as ``"numpy"``; those not installed are left out.

    Returns:
        Files and folders, with links resolved. A folder whose name ends with a slash only has to
        be listed: the import system does so before it opens files in it.

    """
    if sys.platform != "linux":  # no layer restricts reading there
        return ()
    found: dict[str, None] = dict.fromkeys(_DEVICES)
    folder = Path(os.__file__).resolve().parent
    compiled = Path(sysconfig.get_config_var("DESTSHARED") or folder / "lib-dynload").resolve()
    for place in (folder, compiled, Path(sys.base_prefix, "lib", _zip_name())):
        found.update(dict.fromkeys(_without_packages(place)))
    places = [place for library in libraries for place in sorted(_parts(library))]
    places += [place for name in _required(libraries) for place in sorted(_installed(name))]
    for place in places:
        found[str(place.resolve())] = None
        found[f"{place.resolve().parent}/"] = None
    found.update(dict.fromkeys(_shared_libraries()))
    return tuple(path for path in found if os.path.exists(path))


def _zip_name() -> str:
    return f"python{sys.version_info[0]}{sys.version_info[1]}.zip"


def _without_packages(folder: Path) -> Iterator[str]:
    """Yield a folder; if it has folders of other packages, yield its other entries instead."""
    if not any((folder / name).exists() for name in _OTHER_PACKAGES):
        yield str(folder)
        return
    yield f"{folder}/"
    for entry in sorted(folder.iterdir()):
        if entry.name not in _OTHER_PACKAGES:
            yield str(entry.resolve())


def _parts(library: str) -> set[Path]:
    """Return a library's own files and folders, as imported and as its installer listed them."""
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
    except metadata.PackageNotFoundError:  # its name differs from that of the module
        return set()
    tops = {file.parts[0] for file in distribution.files or () if len(file.parts) > 1}
    kept = (top for top in tops if top not in ("..", "__pycache__"))
    return {Path(str(distribution.locate_file(top))) for top in kept}


def _required(libraries: Sequence[str]) -> list[str]:
    """Return the distributions that libraries require, and those that these require, and so on."""
    found: dict[str, None] = {}
    names = list(libraries)
    while names:
        for requirement in _requirements(names.pop()):
            if requirement not in found:
                found[requirement] = None
                names.append(requirement)
    return list(found)


def _requirements(library: str) -> Iterator[str]:
    """Yield the names in a library's requirements, without those of its extras."""
    try:
        requirements = metadata.requires(library) or ()
    except metadata.PackageNotFoundError:  # as above
        return
    for requirement in requirements:
        name = re.match(r"[\w.-]+", requirement)
        if name and "extra ==" not in requirement:
            yield name[0]


def _shared_libraries() -> Iterator[str]:
    """Yield the shared libraries that modules may load when they are imported late."""
    multiarch = sysconfig.get_config_var("MULTIARCH")
    folders = {Path(sysconfig.get_config_var("LIBDIR") or "/usr/lib")}
    for root in ("/", "/usr", "/usr/local"):
        folders |= {Path(root, name) for name in ("lib", "lib64")}
        # On Debian there is nothing else in this folder, so all of it may be read.
        if multiarch and (folder := Path(root, "lib", multiarch)).is_dir():
            yield str(folder.resolve())
    # On other systems installed packages may be in the same folder.
    for folder in sorted({folder.resolve() for folder in folders}):
        if folder.is_dir():
            yield from (str(file.resolve()) for file in sorted(folder.glob("*.so*")))

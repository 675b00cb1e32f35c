"""Wheels: of Backproof as it is here, with an assignment of choice, and of what it needs."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path

from backproof.about import PACKAGE, __version__
from backproof.assignment.config import Assignment
from backproof.errors import UserError
from backproof.packing.archive import files_below, zipped

# What belongs to an assignment, beside its two files of configuration.
VIEWS = ("reference", "properties", "misconceptions", "student_template", "demos")
_CONFIGURATION = ("pyproject.toml", "conftest.py")

_DATA = "assignment_data"
_KIND = "Wheel-Version: 1.0\nGenerator: backproof\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_METADATA = ("METADATA", "entry_points.txt", "licenses/LICENSE")
# glibc 2.35 is that of Ubuntu 22.04; wheels for older ones run there, too.
_GLIBC_MINORS = range(35, 4, -1)


def backproof_wheel(assignment: Assignment, views: Sequence[str] = VIEWS) -> tuple[str, bytes]:
    """Make a wheel of the Backproof that runs here, with an assignment inside.

    The package's files are taken as they are, so it makes no difference whether this is a
    checkout or an installation, nothing has to be built, and the same files give the same wheel.

    Args:
        assignment: What becomes the wheel's own assignment.
        views: The folders of it that go along.

    Returns:
        The wheel's file name and content.

    Raises:
        UserError: Backproof's metadata are not installed, or are those of another version.

    """
    information = f"backproof-{__version__}.dist-info"
    files = {
        f"backproof/{path}": content
        for path, content in files_below(PACKAGE)
        if not path.startswith(f"{_DATA}/")
    }
    for name in _CONFIGURATION:
        if (assignment.root / name).is_file():
            files[f"backproof/{_DATA}/{name}"] = (assignment.root / name).read_bytes()
    for view in views:
        for path, content in files_below(assignment.root / view):
            files[f"backproof/{_DATA}/{view}/{path}"] = content
    installed = _installed()
    for name in _METADATA:
        text = installed.read_text(name)
        if text is not None:
            files[f"{information}/{name}"] = text.encode()
    files[f"{information}/WHEEL"] = _KIND.encode()
    record = [f"{path},{_digest(content)},{len(content)}" for path, content in files.items()]
    record.append(f"{information}/RECORD,,")
    files[f"{information}/RECORD"] = "\n".join([*record, ""]).encode()
    return f"backproof-{__version__}-py3-none-any.whl", zipped(files)


def distributions(libraries: Iterable[str]) -> list[str]:
    """Name the distributions that packages are installed from: what pip has to be asked for.

    Raises:
        UserError: One of them is not installed here.

    """
    known = metadata.packages_distributions()
    missing = [library for library in libraries if library not in known]
    if missing:
        raise UserError(
            f"[tool.backproof] libraries names {', '.join(missing)}, which is not installed here: "
            "install it, so that submissions are graded with the version that you have"
        )
    return sorted({_normal(known[library][0]) for library in libraries})


def pinned(names: Iterable[str]) -> str:
    """List distributions and all that they depend on, in the versions installed here, for pip."""
    versions: dict[str, str] = {}
    pending = list(names)
    while pending:
        name = pending.pop()
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:  # needed on other systems only
            continue
        versions[name] = distribution.version
        for requirement in distribution.requires or ():
            needed = _normal(re.split(r"[^\w.-]", requirement, maxsplit=1)[0])
            if "extra ==" not in requirement and needed not in versions:
                pending.append(needed)
    return "".join(f"{name}=={versions[name]}\n" for name in sorted(versions))


def download(
    wheel: tuple[str, bytes], names: Iterable[str], pins: str, python: str
) -> dict[str, bytes]:
    """Get the wheels that another machine needs: Linux on x86-64, with glibc 2.35 or newer.

    Args:
        wheel: Backproof's own.
        names: What else is needed there.
        pins: The versions, as ``pinned`` gives them.
        python: The version of Python there, such as ``"3.12"``.

    Returns:
        The wheels' contents by their file names, Backproof's among them.

    Raises:
        UserError: pip cannot get them.

    """
    digits = python.replace(".", "")
    target = ["--python-version", python, "--implementation", "cp", "--only-binary", ":all:"]
    for abi in (f"cp{digits}", "abi3", "none"):
        target += ["--abi", abi]
    for system in (*(f"manylinux_2_{minor}" for minor in _GLIBC_MINORS), "manylinux2014"):
        target += ["--platform", f"{system}_x86_64"]
    with tempfile.TemporaryDirectory(prefix="backproof-") as scratch:
        folder = Path(scratch)
        (folder / wheel[0]).write_bytes(wheel[1])
        (folder / "pins").write_text(pins, encoding="utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", *target]
        command += ["--dest", scratch, "--constraint", str(folder / "pins")]
        process = subprocess.run(
            [*command, str(folder / wheel[0]), *names], capture_output=True, text=True, check=False
        )
        if process.returncode:
            said = process.stderr.strip() or "no reason given"
            first = re.search(r"ERROR: .*", said)  # further ones say less
            raise UserError(
                f"pip cannot get the wheels for Python {python} on Linux: "
                f"{first[0] if first else said.splitlines()[-1]}"
            )
        return {file.name: file.read_bytes() for file in sorted(folder.glob("*.whl"))}


def _installed() -> metadata.Distribution:
    try:
        installed = metadata.distribution("backproof")
    except metadata.PackageNotFoundError:
        raise UserError("Backproof is not installed here: pip install it, then pack") from None
    if installed.version != __version__:
        raise UserError(
            f"Backproof is installed as version {installed.version} and is {__version__} "
            "by now: pip install it again, then pack"
        )
    return installed


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _digest(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
    return f"sha256={digest.decode().rstrip('=')}"

"""Wheels of this Backproof with an assignment in it, and of the packages that it needs."""

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
from backproof.report.text import one_line

# The folders of an assignment, besides its two configuration files.
FOLDERS = (
    "reference",
    "properties",
    "misconceptions",
    "accepted",
    "student_template",
    "demos",
)
_CONFIGURATION = ("pyproject.toml", "conftest.py")

_DATA = "assignment_data"
_KIND = "Wheel-Version: 1.0\nGenerator: backproof\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_METADATA = ("METADATA", "entry_points.txt", "licenses/LICENSE")
# Ubuntu 22.04 has glibc 2.35, which also runs wheels for older versions.
_GLIBC_MINORS = range(35, 4, -1)


def backproof_wheel(assignment: Assignment, folders: Sequence[str] = FOLDERS) -> tuple[str, bytes]:
    """Return a wheel of this Backproof that contains an assignment.

    The files of the package are copied, from a checkout as from an installation, and nothing is
    built. Equal files give an equal wheel.

    Args:
        assignment: The assignment, which becomes the default of the wheel.
        folders: The included folders of the assignment.

    Returns:
        The wheel's file name and content.

    Raises:
        UserError: Backproof's metadata is not installed, or belongs to another version.

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
    for folder in folders:
        for path, content in files_below(assignment.root / folder):
            files[f"backproof/{_DATA}/{folder}/{path}"] = content
    installed = _installed()
    for name in _METADATA:
        text = installed.read_text(name)
        if text is not None:
            files[f"{information}/{name}"] = _of_assignment(text, assignment.title).encode()
    files[f"{information}/WHEEL"] = _KIND.encode()
    record = [f"{path},{_digest(content)},{len(content)}" for path, content in files.items()]
    record.append(f"{information}/RECORD,,")
    files[f"{information}/RECORD"] = "\n".join([*record, ""]).encode()
    return f"backproof-{__version__}-py3-none-any.whl", zipped(files)


def distributions(libraries: Iterable[str]) -> list[str]:
    """Return the names of the distributions that provide packages, for pip.

    Raises:
        UserError: One of them is not installed here.

    """
    providers = metadata.packages_distributions()
    missing = [library for library in libraries if library not in providers]
    if missing:
        raise UserError(
            f"[tool.backproof] libraries names {', '.join(missing)}, which is not installed here: "
            "install it, so that submissions are graded with the version that you have"
        )
    return sorted({_normal(providers[library][0]) for library in libraries})


def pinned(names: Iterable[str]) -> str:
    """Return pip constraints: the installed versions of distributions and their dependencies."""
    versions: dict[str, str] = {}
    pending = list(names)
    while pending:
        name = pending.pop()
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:  # a dependency on other systems only
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
    """Download the wheels for Linux on x86-64 with glibc 2.35 or newer.

    Args:
        wheel: The file name and content of Backproof's own wheel.
        names: The other distributions to download.
        pins: Their versions, as returned by ``pinned``.
        python: The version of Python, such as ``"3.12"``.

    Returns:
        The contents of the wheels by their file names, including Backproof's.

    Raises:
        UserError: pip cannot download them.

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
            output = process.stderr.strip() or "no reason given"
            first_error = re.search(r"ERROR: .*", output)  # the first is the most specific one
            raise UserError(
                f"pip cannot get the wheels for Python {python} on Linux: "
                f"{first_error[0] if first_error else output.splitlines()[-1]}"
            )
        return {file.name: file.read_bytes() for file in sorted(folder.glob("*.whl"))}


def _of_assignment(metadata_text: str, title: str) -> str:
    """Return metadata whose summary names the assignment, and without the page of this project."""
    if not metadata_text.startswith("Metadata-Version:"):
        return metadata_text
    fields, _, _ = metadata_text.partition("\n\n")
    summary = f"Summary: Property-based verification and teaching tests: {one_line(title)}"
    kept = re.sub(r"(?m)^(Description-Content-Type|Keywords): .*\n", "", f"{fields}\n")
    return re.sub(r"(?m)^Summary: .*$", lambda _found: summary, kept)


def _installed() -> metadata.Distribution:
    try:
        installed = metadata.distribution("backproof")
    except metadata.PackageNotFoundError:
        raise UserError("Backproof is not installed here: pip install it, then pack") from None
    if installed.version != __version__:
        raise UserError(
            f"Backproof is installed as version {installed.version}, but this is {__version__}: "
            "pip install it again, then pack"
        )
    return installed


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _digest(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
    return f"sha256={digest.decode().rstrip('=')}"

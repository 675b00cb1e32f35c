"""The autograder for Gradescope: a zip file with two scripts and the packages they install."""

from __future__ import annotations

import re
from importlib.resources import files

from backproof.assignment.config import Assignment
from backproof.errors import UserError
from backproof.packing.archive import zipped
from backproof.packing.wheels import backproof_wheel, distributions, download, pinned

_OLDEST_PYTHON = (3, 11)


def pack_gradescope(
    assignment: Assignment,
    *,
    profile: str,
    seed: int,
    confinement: str,
    python: str,
    offline: bool = False,
    publish_hidden: bool = False,
    tests: bool = False,
) -> bytes:
    """Return the zip file of an autograder.

    Its packages are pinned to the versions that are installed here, so that grades are the same.

    Args:
        assignment: The assignment, all of which is included.
        profile: The name of the profile, which sets the number of cases.
        seed: The seed of the cases.
        confinement: The required level of confinement.
        python: The version of Python in the autograder.
        offline: Whether the wheels of all packages are included, so that building the image needs
            no package index.
        publish_hidden: Whether hidden properties are shown after the grades are published.
        tests: Whether it grades the tests that students write, in place of their code.

    Raises:
        UserError: A package is not installed here, or pip cannot download it.

    """
    if not re.fullmatch(r"3\.\d+", python) or _version_numbers(python) < _OLDEST_PYTHON:
        raise UserError(f"--python is {python}: expected 3.11 or newer, such as 3.12")
    needed = distributions(assignment.libraries)
    pins = pinned(["backproof", *needed])
    wheel = backproof_wheel(assignment)
    wheels = download(wheel, [*needed, "pip"], pins, python) if offline else dict([wheel])
    setup = _script("setup_offline.sh" if offline else "setup.sh") + _script("try_out.sh")
    options = f"--seed {seed} --confinement {confinement}"
    if not tests:
        options = f"--profile {profile} {options}{' --publish-hidden' * publish_hidden}"
    packed = {
        "setup.sh": setup.replace("@PYTHON@", python),
        "run_autograder": _script("run_autograder")
        .replace("@COMMAND@", "examine" if tests else "check")
        .replace("@OPTIONS@", options),
        "constraints.txt": pins,
        "requirements.txt": "".join(f"{name}\n" for name in needed),
    }
    contents = {name: text.encode() for name, text in packed.items()}
    contents |= {f"wheels/{name}": content for name, content in wheels.items()}
    return zipped(contents, executable=("setup.sh", "run_autograder"))


def _script(name: str) -> str:
    return (files("backproof.packing") / name).read_text(encoding="utf-8")


def _version_numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))

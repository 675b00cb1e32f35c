"""The autograder for Gradescope: a zip file with two scripts and all that they install."""

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
) -> bytes:
    """Pack an autograder.

    The packages that grade there are pinned to the versions that are installed here, so that
    the grades are the same.

    Args:
        assignment: What to grade against; all of it goes along.
        profile: How many cases.
        seed: The seed of the cases.
        confinement: The level that must be reached there.
        python: The version of Python to grade with there.
        offline: Whether the wheels of everything that is needed go along, so that no package
            index is asked when the image is built.

    Raises:
        UserError: Something that is needed is not installed here, or pip cannot get it.

    """
    if not re.fullmatch(r"3\.\d+", python) or _numbers(python) < _OLDEST_PYTHON:
        raise UserError(f"--python is {python}: expected 3.11 or newer, such as 3.12")
    needed = distributions(assignment.libraries)
    pins = pinned(["backproof", *needed])
    wheel = backproof_wheel(assignment)
    wheels = download(wheel, [*needed, "pip"], pins, python) if offline else dict([wheel])
    setup = _script("setup_offline.sh" if offline else "setup.sh") + _script("try_out.sh")
    options = f"--profile {profile} --seed {seed} --confinement {confinement}"
    packed = {
        "setup.sh": setup.replace("@PYTHON@", python),
        "run_autograder": _script("run_autograder").replace("@OPTIONS@", options),
        "constraints.txt": pins,
        "requirements.txt": "".join(f"{name}\n" for name in needed),
    }
    contents = {name: text.encode() for name, text in packed.items()}
    contents |= {f"wheels/{name}": content for name, content in wheels.items()}
    return zipped(contents, executable=("setup.sh", "run_autograder"))


def _script(name: str) -> str:
    return (files("backproof.packing") / name).read_text(encoding="utf-8")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))

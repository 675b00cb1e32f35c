"""Landlock alone: its versions, and what a rule allows."""

import pytest

from backproof.sandbox import landlock
from tests.support import confining

# One process tries all attacks once, and the tests share the outcomes.
pytestmark = [
    pytest.mark.skipif(landlock.version() < 6, reason="this kernel has not all of Landlock"),
]

LANDLOCK_ONLY = """
import os
from backproof.sandbox import landlock, syscalls
from backproof.sandbox.escape_attempts import PROBES
syscalls.set_no_new_privileges()
landlock.restrict(landlock.prepare(["/dev/null"], at_most={version}))
{attack}
"""
COMMAND = """
import errno, fcntl
try:
    fcntl.ioctl(open("/dev/null"), 0x5413)
except OSError as error:
    if error.errno != errno.ENOTTY:
        raise
"""
SINCE = {
    "the TCP": ("PROBES['connect by TCP'](targets)", 4),
    "truncating": ("os.truncate(targets['results'], 0)", 3),
    "signals": ("PROBES['signal the grader'](targets)", 6),
    "abstract sockets": ("PROBES['connect by a Unix socket'](targets)", 6),
    "commands to devices": (COMMAND, 5),
    "reading": ("PROBES['read a file that all can read'](targets)", 1),
}


@pytest.fixture(scope="module")
def by_version():
    """Return the outcome of each attack under each version of Landlock alone."""
    cases = {
        f"{name} {version}": {
            "layers": [],
            "body": LANDLOCK_ONLY.format(version=version, attack=attack),
        }
        for name, (attack, _) in SINCE.items()
        for version in range(1, 8)
    }
    return confining.run(cases)


@pytest.mark.parametrize("name", SINCE)
def test_older_versions_of_landlock_are_used_as_far_as_they_go(by_version, name):
    """Kernels have different versions, and each protects as far as it can."""
    raised = [by_version[f"{name} {version}"]["raised"] for version in range(1, 8)]
    before = SINCE[name][1] - 1
    assert raised == [None] * before + ["PermissionError"] * (7 - before)


def test_of_a_folder_with_a_slash_only_the_names_can_be_read(tmp_path):
    """A folder of packages may hold tests and solutions; missing paths are left out."""
    (tmp_path / "listed").mkdir()
    (tmp_path / "listed" / "file").touch()
    (tmp_path / "open").touch()
    body = f"""
import os
from backproof.sandbox import landlock, syscalls
syscalls.set_no_new_privileges()
paths = [{str(tmp_path / "listed")!r} + "/", {str(tmp_path / "open")!r}, "/is/not/there"]
landlock.restrict(landlock.prepare(paths))
open(paths[1]).close()
result = os.listdir(paths[0])
open(paths[0] + "file")
"""
    listing, reading = body.rsplit("open", 1)[0], body
    outcomes = confining.run(
        {
            name: {"layers": [], "body": text}
            for name, text in (("list", listing), ("read", reading))
        }
    )
    assert outcomes["list"]["result"] == ["file"]
    assert outcomes["read"]["raised"] == "PermissionError"

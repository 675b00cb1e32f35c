"""Plans of confinement: layers, user ids and readable paths."""

import json
import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

from backproof.sandbox import confine, escape_attempts, landlock, readable_paths, users
from backproof.sandbox.plan import Limits, Plan, plan, unique_uid
from tests.support import confining, emulation

needs_root = pytest.mark.skipif(
    emulation.reason_not_possible() is not None, reason=str(emulation.reason_not_possible())
)


def test_a_plan_survives_json():
    """It is sent to the server that forks workers."""
    decided = plan(readable=["/dev/null"], limits=Limits(memory_mb=7))
    assert Plan.from_json(json.loads(json.dumps(decided.to_json()))) == decided


def test_a_plan_says_why_a_layer_is_left_out():
    """The report shows this reason to the instructor."""
    decided = plan(layers=[])
    assert decided.layers == ()
    assert confine.isolate(decided) == "off: not asked for"
    assert set(confine.confine(decided).values()) == {"off: not asked for"}


def test_an_unknown_layer_is_refused():
    """A misspelt layer would silently be missing."""
    with pytest.raises(ValueError, match="no layer 'chroot'; there are rlimits, uid"):
        plan(layers=["landlock", "chroot"])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no layer can work")
def test_a_kernel_without_landlock_costs_that_layer(monkeypatch):
    """The other layers still protect, and the report names the missing one."""
    monkeypatch.setattr(landlock, "version", lambda: 0)
    decided = plan(["rlimits", "landlock"])
    assert decided.layers == ("rlimits",)
    assert confine.prepare(decided) is None
    assert decided.without["landlock"] == "not available in this kernel"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no layer can work")
def test_a_machine_without_a_table_costs_seccomp(monkeypatch):
    """Numbers of system calls differ between machines, so a wrong table would allow anything."""
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(machine="riscv64"))
    decided = plan(["rlimits", "seccomp"])
    assert decided.layers == ("rlimits",)
    assert decided.without["seccomp"] == "not available on riscv64"


@needs_root
def test_every_worker_has_a_user_of_its_own():
    """Workers of one user could signal one another; an account's id could own files."""
    decided = plan()
    uids = {unique_uid(decided, number) for number in range(100)}
    assert len(uids) == 100
    assert {users.range_of(uid) for uid in uids} == {users.unused_uids()}


def test_without_an_own_user_workers_keep_the_graders():
    """There is no number to return then."""
    assert unique_uid(plan(layers=["seccomp"]), 3) is None


@needs_root
def test_another_user_is_not_taken_on_if_it_could_not_read(tmp_path):
    """A worker that cannot read numpy could grade nothing."""
    tmp_path.chmod(0o700)
    guarded = plan(["uid", "landlock"], [str(tmp_path)])
    assert guarded.search
    assert "uid" in guarded.layers
    bare = plan(["uid"], [str(tmp_path)])
    assert (bare.search, bare.uid, bare.layers) == (False, None, ())
    assert bare.without["uid"] == f"another user could not read {tmp_path}"


@pytest.fixture
def file():
    """Create a file in a folder that all users can enter."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "file").touch()
        yield Path(folder) / "file"


@pytest.mark.parametrize(
    ("user", "folder", "mode", "shut"),
    [
        (12345, 0o755, 0o644, False),
        (12345, 0o755, 0o604, False),
        (12345, 0o755, 0o640, True),
        (12345, 0o750, 0o644, True),
        (12345, 0o754, 0o644, True),
        (12345, 0o711, 0o644, False),
        (None, 0o700, 0o600, False),
        (None, 0o755, 0o044, True),
        (None, 0o655, 0o644, True),
    ],
)
def test_what_a_user_can_read_is_told_from_the_modes(file, user, folder, mode, shut):
    """Every folder on the path counts, and the file itself."""
    file.chmod(mode)
    file.parent.chmod(folder)
    assert users.first_shut(user, ["/", str(file)]) == (str(file) if shut else None)


@pytest.fixture(scope="module")
def readable():
    """Return the paths that a worker with numpy may read."""
    return readable_paths.readable_paths(["numpy"])


@pytest.mark.parametrize("name", ["backproof", "pytest", "_pytest", "hypothesis", "scipy"])
def test_tests_and_other_packages_are_not_readable(readable, name):
    """The folders that contain them must not be readable either."""
    place = Path(find_spec(name).origin).resolve()
    assert not [path for path in readable if not path.endswith("/") and place.is_relative_to(path)]


def test_a_folder_of_packages_is_readable_in_parts_only(readable):
    """The import system has to list it, but other packages in it must stay closed."""
    names = {Path(path).name for path in readable if not path.endswith("/")}
    assert names.isdisjoint({"site-packages", "dist-packages"})
    assert "numpy" in names


@pytest.mark.parametrize("folder", ["properties", "reference", "misconceptions", "tests"])
def test_the_assignment_is_not_readable(readable, folder):
    """Properties and reference lie beside the engine."""
    place = confining.ROOT / folder
    assert not [path for path in readable if place.is_relative_to(path)]


def test_a_library_that_is_not_installed_is_left_out(readable):
    """The worker's own import reports it."""
    assert readable_paths.readable_paths(["numpy", "no_such_library"]) == readable


def test_what_a_library_requires_is_readable_too():
    """A library may import a part of another one as late as in a call."""
    place = Path(find_spec("pluggy").origin).resolve().parent
    assert str(place) in readable_paths.readable_paths(["pytest"])
    assert str(place) not in readable_paths.readable_paths(["numpy"])


ELSEWHERE = """
import sys
import ctypes, importlib.metadata, json, secrets, shutil, socket, sysconfig, tempfile
sys.path.append({root!r})
sys.platform = {platform!r}
sys.modules.update(dict.fromkeys({missing!r}))
from backproof.sandbox import confine, escape_attempts
from backproof.sandbox.plan import plan
from backproof.sandbox.readable_paths import readable_paths
plan = plan(readable=readable_paths(["json"]))
assert plan.layers == () and confine.prepare(plan) is None
confine.die_with_parent()
reports = [*confine.confine(plan).values(), confine.isolate(plan), confine.make_undumpable()]
with escape_attempts.canaries() as targets:
    stopped = escape_attempts.run_probes(targets)
assert escape_attempts.level(stopped) == "process" and not any(stopped.values())
print(json.dumps(reports))
"""


@pytest.mark.parametrize(
    ("platform", "missing"),
    [("win32", ["fcntl", "grp", "pwd", "resource"]), ("darwin", [])],
)
def test_other_systems_have_no_layer(platform, missing):
    """The modules must be importable there and report that nothing is available."""
    code = ELSEWHERE.format(root=str(confining.ROOT), platform=platform, missing=missing)
    process = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True, timeout=600
    )
    assert set(json.loads(process.stdout)) == {f"off: not available on {platform}"}


@pytest.mark.parametrize(
    ("probes", "expected"),
    [
        (dict.fromkeys(escape_attempts.PROBES, True), "strict"),
        (dict.fromkeys(escape_attempts.STRICT, True), "strict"),
        (dict.fromkeys(escape_attempts.STRICT, True) | {"send by UDP": False}, "process"),
        (dict.fromkeys(escape_attempts.STRICT[1:], True), "process"),
        ({}, "process"),
    ],
)
def test_one_attack_that_was_not_stopped_lowers_the_level(probes, expected):
    """Strict means that every attack was tried and stopped."""
    assert escape_attempts.level(probes) == expected

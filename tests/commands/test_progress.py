"""Bars and colors are for terminals: files and pipes get plain lines, and JSON alone."""

import os
import re
import select
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.support.classes import LOSSES, small_assignment

pty = pytest.importorskip("pty")

BAR = "━"
COLOR = re.compile(r"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")
WRONG = LOSSES.replace("np.mean", "np.sum")
COMMANDS = {
    "check": ("check", "{}"),
    "grade": ("grade", "{}", "--confinement", "process", "--jobs", "1"),
    "validate": ("validate",),
}


def run(*arguments, terminal=(), **environment):
    """Run a command with some of its streams on a terminal; give what each of them got."""
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    ours, theirs = pty.openpty()
    streams = {
        name: theirs if name in terminal else subprocess.PIPE for name in ("stdout", "stderr")
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "backproof", *map(str, arguments)],
        cwd=ROOT,
        env={**kept, "TERM": "xterm-256color", **environment},
        stdin=subprocess.DEVNULL,
        **streams,
    )
    os.close(theirs)
    got = {ours: b""}
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            got[stream.fileno()] = b""
    left = {*got}
    while left:
        for descriptor in select.select([*left], [], [])[0]:
            try:
                data = os.read(descriptor, 65536)
            except OSError:  # how a terminal ends
                data = b""
            got[descriptor] += data
            if not data:
                left.remove(descriptor)
    os.close(ours)
    said = {"terminal": got[ours].decode()}
    for name in ("stdout", "stderr"):
        stream = getattr(process, name)
        if stream is not None:
            said[name] = got[stream.fileno()].decode()
            stream.close()
    process.wait()
    return said


@pytest.fixture(scope="module")
def command(tmp_path_factory):
    """Fill in a submission and a small assignment: ``command("check")``."""
    folder = tmp_path_factory.mktemp("progress")
    small_assignment(folder / "small", "losses")
    (folder / "ada").mkdir()
    (folder / "ada" / "losses.py").write_text(WRONG)
    options = ("--assignment", folder / "small", "--profile", "quick")
    return lambda name: [*(part.format(folder / "ada") for part in COMMANDS[name]), *options]


@pytest.mark.parametrize("name", COMMANDS)
def test_work_shows_a_bar_with_the_time_left_on_a_terminal(command, name):
    """It is on standard error, so that what is asked for can be piped on."""
    said = run(*command(name), terminal=["stderr"])
    assert BAR in said["terminal"]
    assert re.search(r"\d+/\d+", said["terminal"])
    assert re.search(r"[-\d]:[-\d]{2}:[-\d]{2}", said["terminal"])
    assert "\x1b" not in said["stdout"]


@pytest.mark.parametrize("name", COMMANDS)
def test_there_is_no_bar_without_a_terminal(command, name):
    """Not even where FORCE_COLOR wants colors in a file, as on many servers."""
    assert run(*command(name), FORCE_COLOR="1")["stderr"] == ""


def test_json_is_plain_on_a_terminal_too(command):
    """No bar, no color and no line of ours is in what a program reads."""
    said = run(*command("check"), "--json", terminal=["stdout", "stderr"], FORCE_COLOR="1")
    assert said["terminal"].lstrip().startswith("{")
    assert BAR not in said["terminal"]
    assert "\x1b" not in said["terminal"]


@pytest.mark.parametrize("name", ["check", "grade"])
def test_colors_are_left_out_where_that_is_wanted(command, name):
    """By ``--no-color`` and by NO_COLOR, on a terminal and where FORCE_COLOR is set."""
    assert COLOR.search(run(*command(name), FORCE_COLOR="1")["stdout"])
    assert not COLOR.search(run("--no-color", *command(name), FORCE_COLOR="1")["stdout"])
    on_terminal = run(*command(name), terminal=["stdout", "stderr"], NO_COLOR="1")["terminal"]
    assert "losses" in on_terminal
    assert not COLOR.search(on_terminal)


def test_the_next_thing_to_do_is_above_the_list(command):
    """One reads it first, before the bars and the failures."""
    lines = run(*command("check"))["stdout"].splitlines()
    first = next(
        i for i, line in enumerate(lines) if line.startswith("Next, fix mean_squared_error")
    )
    assert first < min(i for i, line in enumerate(lines) if "✗" in line or BAR in line)

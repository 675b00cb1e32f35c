"""Progress bars and colors, which only terminals get."""

import os
import re
import select
import subprocess
import sys

import pytest

from backproof.commands.common import Progress
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
    """Run a command with some streams on a terminal; return the output of each stream."""
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
            except OSError:  # the end of a terminal
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
    """Return the arguments of a command: ``command("check")``."""
    folder = tmp_path_factory.mktemp("progress")
    small_assignment(folder / "small", "losses")
    (folder / "ada").mkdir()
    (folder / "ada" / "losses.py").write_text(WRONG)
    options = ("--assignment", folder / "small", "--profile", "quick")
    return lambda name: [*(part.format(folder / "ada") for part in COMMANDS[name]), *options]


each_command = pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name == "grade" else pytest.mark.exhaustive)
        for name in COMMANDS
    ],
)


@each_command
def test_work_shows_a_bar_with_the_time_left_on_a_terminal(command, name):
    """It is on standard error, so that standard output can be piped."""
    said = run(*command(name), terminal=["stderr"])
    assert BAR in said["terminal"]
    assert re.search(r"\d+/\d+", said["terminal"])
    assert re.search(r"[-\d]:[-\d]{2}:[-\d]{2}", said["terminal"])
    assert "\x1b" not in said["stdout"]


@each_command
def test_there_is_no_bar_without_a_terminal(command, name):
    """A bar in a log file is noise, even if FORCE_COLOR requests colors there."""
    said = run(*command(name), FORCE_COLOR="1")["stderr"]
    assert BAR not in said
    assert "\x1b" not in said


def test_json_is_plain_on_a_terminal_too(command):
    """A program may read JSON from a pseudo-terminal."""
    said = run(*command("check"), "--json", terminal=["stdout", "stderr"], FORCE_COLOR="1")
    assert said["terminal"].lstrip().startswith("{")
    assert BAR not in said["terminal"]
    assert "\x1b" not in said["terminal"]


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", ["check", "grade"])
def test_colors_are_left_out_where_that_is_wanted(command, name):
    """NO_COLOR is a convention that must win over FORCE_COLOR."""
    assert COLOR.search(run(*command(name), FORCE_COLOR="1")["stdout"])
    assert not COLOR.search(run("--no-color", *command(name), FORCE_COLOR="1")["stdout"])
    on_terminal = run(*command(name), terminal=["stdout", "stderr"], NO_COLOR="1")["terminal"]
    assert "losses" in on_terminal
    assert not COLOR.search(on_terminal)


def test_the_next_thing_to_do_is_the_first_cause_and_the_last_line(command):
    """Students read the end of what has scrolled by, and then the first card."""
    lines = run(*command("check"))["stdout"].splitlines()
    causes = [line for line in lines if re.match("✗ .* in losses", line)]
    assert causes[0].startswith("✗ mean_squared_error in losses")
    assert " ".join(lines[-2:]).startswith("Next, fix mean_squared_error in losses.")


def test_without_a_terminal_there_is_a_line_now_and_then(capsys):
    """A log of a run of hours shows that it goes on, and how far it is."""
    with Progress("grading", 3, seconds_between_lines=0.0) as progress:
        progress.advance("ada", 3)
    with Progress("grading", 3, seconds_between_lines=1000.0) as progress:
        progress.advance("ada", 3)
    assert capsys.readouterr().err == "grading: 1 of 3\n"

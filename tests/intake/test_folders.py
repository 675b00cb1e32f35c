"""Reading folders with links, pipes and odd names, and the limits on size."""

import os
import socket
import sys
from pathlib import Path

import pytest

from backproof.errors import UserError
from backproof.intake.file_listing import IntakeLimits
from backproof.intake.reader import read_submission
from tests.support.submissions import CODE, UNITS, notebook

# Links, pipes and odd names.


@pytest.mark.parametrize(
    ("name", "leads"),
    [
        ("layers.py", "/etc/passwd"),
        ("layers.py", "../other.py"),
        ("layers.py", "sub/../../other.py"),
        ("layers.py", "/nowhere/at/all"),
        ("sub/x.py", "../../other.py"),
        ("data", "/etc"),
        ("data", ".."),
        ("data", "../ada2"),
        ("sub/data", "../.."),
        ("data.csv", "../other.py"),
    ],
)
def test_a_link_that_leads_out_is_refused(folder, tmp_path, name, leads):
    """A link could make the grader read the files of others, so none is followed."""
    (tmp_path / "other.py").write_text("secret = 1")
    (tmp_path / "ada2").mkdir()
    root = folder({"network.py": CODE, "sub/y.py": ""})
    (root / name).symlink_to(leads)
    with pytest.raises(UserError, match=f"a link that leads out of it, {name}"):
        read_submission(root, UNITS)


def test_links_that_stay_inside_are_followed(folder):
    """Links within a submission are harmless, and some students use them."""
    root = folder({"src/layers.py": CODE, "src/network.py": CODE, "layers.py": ""})
    (root / "layers.py").unlink()
    (root / "layers.py").symlink_to("src/layers.py")
    (root / "tools").symlink_to("src")
    submitted = read_submission(root, UNITS)
    assert submitted.files["layers.py"].text == CODE
    assert submitted.files["layers.py"].filename == str(root.resolve() / "layers.py")
    assert "tools/network.py" in submitted.files


def test_links_in_circles_and_to_nothing_do_no_harm(folder):
    """A circle of links must not keep the grader busy for ever."""
    root = folder({"layers.py": CODE, "a/x.py": "", "b/y.py": ""})
    (root / "a" / "up").symlink_to("..")
    (root / "a" / "b").symlink_to("../b")
    (root / "b" / "a").symlink_to("../a")
    (root / "self.py").symlink_to("self.py")
    (root / "gone.py").symlink_to("missing.py")
    submitted = read_submission(root, UNITS)
    assert {"layers.py", "a/x.py", "b/y.py", "a/b/y.py"} <= {*submitted.files}
    assert sorted(submitted.notes) == [
        "gone.py is a link to nothing: skipped",
        "self.py is a link to nothing: skipped",
    ]


def test_a_link_to_the_submission_itself_is_fine(folder, tmp_path):
    """The instructor chose this path, so it may be a link."""
    (tmp_path / "link").symlink_to(folder({"layers.py": CODE}))
    assert read_submission(tmp_path / "link", UNITS).name == "link"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system here")
def test_pipes_and_sockets_are_never_opened(folder, monkeypatch):
    """Opening a pipe would block the grader until somebody writes to it."""
    root = folder({"layers.py": CODE})
    os.mkfifo(root / "network.py")
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("helper.py")
        submitted = read_submission(root, UNITS)
    assert [*submitted.files] == ["layers.py"]
    assert "network.py is no ordinary file: skipped" in submitted.notes


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system here")
def test_a_pipe_handed_in_is_refused(tmp_path):
    """Opening the pipe would block the grader."""
    os.mkfifo(tmp_path / "layers.py")
    with pytest.raises(UserError, match="neither a file nor a folder"):
        read_submission(tmp_path / "layers.py", UNITS)


@pytest.mark.skipif(sys.platform != "linux", reason="such a name cannot be given here")
def test_a_name_that_is_no_text_is_skipped(folder):
    """Such a name could neither be printed nor be sent as JSON."""
    root = folder({"layers.py": CODE})
    (Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9.py"))).write_text("")
    submitted = read_submission(root, UNITS)
    assert [*submitted.files] == ["layers.py"]
    assert submitted.notes == (r"caf\udce9.py is skipped for the characters in its name",)


# The limits.


SMALL = IntakeLimits(
    archive_bytes=5_000,
    entries=30,
    python_files=10,
    source_bytes=1_000,
    notebook_bytes=2_000,
    total_bytes=3_000,
    depth=4,
)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({f"data/{n}.csv": "" for n in range(31)}, "has more than 30 files and folders"),
        ({f"x{n}.py": "" for n in range(11)}, "has more than 10 Python files"),
        ({"network.py": "#" * 1_001}, "network.py in .* is larger than 0.0009"),
        ({f"x{n}.py": "#" * 900 for n in range(4)}, "has more than 0.0028.* MB of Python files"),
        ({"network.ipynb": notebook("#" * 2_000)}, "network.ipynb in .* is larger than 0.0019"),
        ({"network.ipynb": notebook("#" * 1_001)}, "network.ipynb in .* is larger than 0.0019"),
        ({"a/b/c/d/e/f.csv": ""}, "has more than 4 folders in one another"),
    ],
)
@pytest.mark.parametrize("form", ["folder", "archive"])
def test_too_much_is_refused(request, form, files, said):
    """The line names the limit, so that a student knows what to remove."""
    with pytest.raises(UserError, match=said):
        read_submission(request.getfixturevalue(form)(files | {"layers.py": CODE}), UNITS, SMALL)


def test_what_is_just_within_the_limits_is_taken(folder):
    """A limit is the largest size that is allowed."""
    files = {"layers.py": "#" * 1_000, "network.py": "#" * 1_000, "helper.py": "#" * 1_000}
    assert len(read_submission(folder(files), UNITS, SMALL).files) == 3


def test_ten_thousand_files_are_refused_soon(folder):
    """Listing stops at the limit instead of reading everything first."""
    with pytest.raises(UserError, match="more than 1000 Python files"):
        read_submission(folder({f"x{n}.py": "" for n in range(1_500)}), UNITS)

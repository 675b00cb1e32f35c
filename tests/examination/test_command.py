"""``backproof examine`` on the command line, in a notebook and on Gradescope."""

import json

import pytest

import backproof as package
from backproof.assignment.config import load_assignment
from backproof.errors import UserError
from backproof.packing.archive import files_below
from backproof.packing.gradescope import _script
from tests.conftest import ROOT, backproof
from tests.examination.test_examine import GOOD

WEAK = "def test_true(submission):\n    assert True\n"


@pytest.fixture
def weak(tmp_path):
    """A folder with a test that says nothing."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_mine.py").write_text(WEAK)
    return tmp_path / "tests"


def test_the_result_is_printed_and_written(small, weak, tmp_path):
    """JSON for programs, and a file for a course platform."""
    file = tmp_path / "report.md"
    options = ("--assignment", small.root, "--json", "--write", f"markdown={file}")
    process = backproof("examine", weak, *options)
    assert process.returncode == 1, process.stderr
    document = json.loads(process.stdout)
    assert document["points"] == [4.0, 0.0]
    assert "Your tests reject wrong code of first" in file.read_text().replace("\\", "")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("nowhere",), "there is no file or folder nowhere"),
        ((ROOT / "reference",), "has no tests: expected files test_*.py"),
        ((ROOT / "properties", "--unit", "optimisers"), "there is no unit optimisers"),
        ((ROOT / "properties", "--write", "json=-"), "--write: name a file"),
    ],
)
def test_what_cannot_be_used_is_one_line(arguments, line):
    """Exit code 2, before anything is started."""
    process = backproof("examine", *arguments)
    assert process.returncode == 2
    assert line in process.stderr
    assert process.stderr.count("\n") == 1


@pytest.mark.exhaustive
def test_a_notebook_shows_the_examination_of_a_notebook(small, tmp_path):
    """Tests may be written where the lecture is."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "# My tests"},
        {"cell_type": "code", "metadata": {}, "source": GOOD, "outputs": [], "execution_count": 1},
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    file = tmp_path / "mine.ipynb"
    file.write_text(json.dumps(notebook))
    examined = package.examine(file, assignment=small.root)
    assert "10 of 10 points" in repr(examined)
    assert "Your tests accept every right implementation" in examined._repr_html_()
    with pytest.raises(UserError, match="there is no file or folder"):
        package.examine(tmp_path / "nowhere", assignment=small.root)


def test_an_autograder_of_tests_examines(monkeypatch):
    """It carries accepted/, and runs the other command."""
    from backproof.packing import gradescope
    from backproof.packing.wheels import FOLDERS

    monkeypatch.setattr(gradescope, "zipped", lambda contents, executable: contents)
    options = {"profile": "grade", "seed": 1, "confinement": "strict", "python": "3.12"}
    packed = gradescope.pack_gradescope(load_assignment(ROOT), **options, tests=True)
    script = packed["run_autograder"].decode()
    assert 'backproof examine "$ROOT/submission" --seed 1 --confinement strict' in script
    assert "@" not in script.replace("$@", "")
    assert "@COMMAND@" in _script("run_autograder")
    assert "accepted" in FOLDERS
    assert dict(files_below(ROOT / "accepted"))

"""Correct code written differently passes everything: no false alarm."""

import csv
import importlib.util

import pytest

from tests.conftest import ROOT, backproof, checked

pytestmark = pytest.mark.long

STYLES = sorted(
    folder.name
    for folder in (ROOT / "tests" / "correct").iterdir()
    if (folder / "layers.py").is_file()
)
NEEDS = {"torch_backend": "torch"}
# Styles whose objects, iterables and arrays are least like the reference's. In one process only
# these are run: the class below has all styles.
UNUSUAL = ("objects", "generators", "torch_backend")


@pytest.mark.parametrize(
    "style",
    [
        pytest.param(style, marks=() if style == "objects" else pytest.mark.exhaustive)
        for style in UNUSUAL
    ],
)
def test_a_correct_style_passes_everything(style):
    """A false alarm costs a student points and all trust in the grader.

    Objects, generators and tensors fail no property, whatever is drawn.
    """
    library = NEEDS.get(style)
    if library and importlib.util.find_spec(library) is None:
        pytest.skip(f"{style} needs {library}: pip install 'backproof[{library}]'")
    grade, _ = checked(ROOT / "tests" / "correct" / style, "--profile", "grade")
    wrong = {o["property"]: o["message"] for o in grade["outcomes"] if o["status"] != "passed"}
    assert wrong == {}


@pytest.mark.exhaustive
def test_correct_styles_pass_in_a_class(tmp_path):
    """Grades are given by replay, where other code runs; it must not raise false alarms either.

    No style loses a point, apart from those that need a library and are not graded.
    """
    styles = [style for style in STYLES if style not in NEEDS]
    folders = [ROOT / "tests" / "correct" / style for style in styles]
    graded = backproof("grade", *folders, "--out", tmp_path, "--seed", "1")
    with (tmp_path / "gradebook.csv").open(newline="") as file:
        scores = {row["submission"]: row["score"] for row in csv.DictReader(file)}
    assert graded.returncode == 0, graded.stderr
    assert scores == dict.fromkeys(styles, "100")


def test_there_are_enough_styles():
    """The claim is about at least eight of them."""
    assert len(STYLES) >= 8

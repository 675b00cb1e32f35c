"""Correct code written differently passes everything: no false alarm."""

import csv
import importlib.util

import pytest

from tests.conftest import ROOT, backproof, checked

STYLES = sorted(
    folder.name
    for folder in (ROOT / "tests" / "correct").iterdir()
    if (folder / "layers.py").is_file()
)
NEEDS = {"torch_backend": "torch"}


@pytest.mark.parametrize("style", STYLES)
def test_a_correct_style_passes_everything(style):
    """Loops, einsum, objects, generators, torch: none fails a property, whatever is drawn."""
    library = NEEDS.get(style)
    if library and importlib.util.find_spec(library) is None:
        pytest.skip(f"{style} needs {library}: pip install 'backproof[{library}]'")
    grade, _ = checked(ROOT / "tests" / "correct" / style, "--profile", "grade")
    wrong = {o["property"]: o["message"] for o in grade["outcomes"] if o["status"] != "passed"}
    assert wrong == {}


def test_correct_styles_pass_in_a_class(tmp_path):
    """Replayed side by side, none that needs no further library loses a point."""
    folders = [ROOT / "tests" / "correct" / style for style in STYLES if style not in NEEDS]
    graded = backproof("grade", *folders, "--out", tmp_path, "--seed", "1")
    with (tmp_path / "gradebook.csv").open(newline="") as file:
        scores = {row["submission"]: row["score"] for row in csv.DictReader(file)}
    assert graded.returncode == 0, graded.stderr
    assert set(scores) == {folder.name for folder in folders}
    assert set(scores.values()) == {"100"}


def test_there_are_enough_styles():
    """The claim is about at least eight of them."""
    assert len(STYLES) >= 8

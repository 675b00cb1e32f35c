"""Correct code written differently passes everything: no false alarm."""

import importlib.util

import pytest

from tests.conftest import ROOT, checked

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


def test_there_are_enough_styles():
    """The claim is about at least eight of them."""
    assert len(STYLES) >= 8

"""Correct code written differently passes everything: no false alarm."""

import csv
import importlib.util
import shutil

import pytest

from tests.conftest import ROOT, backproof, checked

pytestmark = pytest.mark.long

STYLES = {
    folder.name: folder
    for view in (ROOT / "accepted", ROOT / "tests" / "correct")
    for folder in sorted(view.iterdir())
    if (folder / "layers.py").is_file()
}
# Adapters of the field's own libraries, with what they import.
NEEDS = {
    "torch_backend": ["torch", "sympy"],
    "sklearn_backend": ["sklearn"],
    "jax_backend": ["jax", "optax"],
}
# Styles whose objects, iterables and arrays are least like the reference's. In one process only
# these are run: the classes below have all styles.
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
    _require(NEEDS.get(style, ()))
    grade, _ = checked(STYLES[style], "--profile", "grade")
    wrong = {o["property"]: o["message"] for o in grade["outcomes"] if o["status"] != "passed"}
    assert wrong == {}


@pytest.mark.exhaustive
def test_correct_styles_pass_in_a_class(tmp_path):
    """Grades are given by replay, where other code runs; it must not raise false alarms either."""
    styles = [style for style in STYLES if style not in NEEDS]
    assert _scores(styles, tmp_path, "--seed", "1") == dict.fromkeys(styles, "100")


@pytest.mark.exhaustive
def test_adapters_of_libraries_pass_in_a_class(tmp_path):
    """What PyTorch, scikit-learn, JAX and optax compute is right, so nothing of it may fail.

    They run confined, as the configuration allows their import. Few cases are drawn, since calls
    of these libraries take long, and values are looked at more often where they run unconfined.
    """
    libraries = [library for needed in NEEDS.values() for library in needed]
    _require(libraries)
    assignment = _with_libraries(tmp_path / "assignment", libraries)
    options = "--assignment", assignment, "--profile", "quick"
    scores = _scores(NEEDS, tmp_path / "results", *options)
    assert scores == dict.fromkeys(NEEDS, "100")


def _require(libraries):
    """Skip the test if a library is not installed."""
    missing = [name for name in libraries if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)}: pip install 'backproof[adapters]'")


def _scores(styles, out, *options):
    """Grade styles as a class and return the score of each."""
    folders = [STYLES[style] for style in styles]
    graded = backproof("grade", *folders, "--out", out, *options)
    assert graded.returncode == 0, graded.stderr
    with (out / "gradebook.csv").open(newline="") as file:
        return {row["submission"]: row["score"] for row in csv.DictReader(file)}


def _with_libraries(folder, libraries):
    """Copy the assignment; a submission may import other libraries and has more memory and time."""
    for view in ("reference", "properties", "misconceptions", "student_template"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / view, folder / view, ignore=ignored)
    shutil.copy(ROOT / "conftest.py", folder)
    allowed = ", ".join(f'"{name}"' for name in ["numpy", "scipy", *libraries])
    configuration = (ROOT / "pyproject.toml").read_text()
    for line, other in {
        'libraries = ["numpy", "scipy"]': f"libraries = [{allowed}]",
        "memory_mb = 1024": "memory_mb = 4096",
        "seconds_per_property = 60": "seconds_per_property = 600",
        "seconds_per_submission = 600": "seconds_per_submission = 6000",
    }.items():
        assert line in configuration
        configuration = configuration.replace(line, other)
    (folder / "pyproject.toml").write_text(configuration)
    return folder


def test_there_are_enough_styles():
    """The claim is about at least eight of them."""
    assert len(STYLES) >= 8

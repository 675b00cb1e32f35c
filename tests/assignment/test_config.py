"""The configuration of an assignment: read, checked, and refused by the name of the key."""

import pytest

from backproof.assignment.config import load_assignment
from backproof.errors import UserError

GOOD = """
[tool.backproof]
title = "A lecture"
units = ["one", "two"]
libraries = ["numpy"]
hidden = ["test_one_adds"]
[tool.backproof.points]
one = 3
two = 1.5
[tool.backproof.weights]
test_one_adds = 2
[tool.backproof.prerequisites]
two = ["one"]
[tool.backproof.options.sign]
value = "plus"
choices = ["plus", "minus"]
[tool.backproof.limits]
memory_mb = 512
cpu_seconds_per_call = 0.5
[tool.backproof.opaque]
"one.make" = [-1]
[tool.backproof.derived."one.slope"]
of = "one.value"
wrong = ["test_one_adds"]
fits = "test_one_fits"
explains = ["test_one_slopes"]
"""


def load(tmp_path, text):
    """Load an assignment with this configuration."""
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    return load_assignment(tmp_path)


def test_the_configuration_is_read(tmp_path):
    """Every key ends up where the engine looks for it."""
    assignment = load(tmp_path, GOOD)
    assert assignment.title == "A lecture"
    assert assignment.units == ("one", "two")
    assert assignment.points == {"one": 3.0, "two": 1.5}
    assert assignment.weights == {"test_one_adds": 2.0}
    assert assignment.prerequisites == {"two": ("one",)}
    assert assignment.options == {"sign": "plus"}
    assert (assignment.limits.memory_mb, assignment.limits.cpu_seconds_per_call) == (512, 0.5)
    assert assignment.opaque == {"one.make": (-1,)}
    assert assignment.libraries == ("numpy",)
    assert assignment.hidden == {"test_one_adds"}
    derived = assignment.derived["one.slope"]
    assert (derived.of, derived.fits) == ("one.value", "test_one_fits")
    assert (derived.wrong, derived.explains) == ({"test_one_adds"}, {"test_one_slopes"})


def test_the_assignment_that_comes_along_is_valid(assignment):
    """The default assignment loads, and its points add up to 100."""
    assert sum(assignment.points.values()) == 100


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('title = "A lecture"', "titel = 1", "unknown key titel"),
        ('units = ["one", "two"]', "units = 3", "units must be a list"),
        ('units = ["one", "two"]', "", "units must be a list"),
        ("two = 1.5", "", "points must name each unit"),
        ("two = 1.5", "two = -1", r"points\.two must be a number"),
        ("two = 1.5", "two = true", r"points\.two must be a number"),
        ("test_one_adds = 2", 'test_one_adds = "2"', r"weights\.test_one_adds"),
        ('two = ["one"]', 'two = ["three"]', r"prerequisites\.two"),
        ('value = "plus"', 'value = "times"', r"options\.sign\.value is 'times'"),
        ('choices = ["plus", "minus"]', "", r"options\.sign needs a value and a list"),
        ("[tool.backproof]", "[tool.backproof]\nseconds_per_property = 0", "seconds_per_property"),
        ("memory_mb = 512", "memory = 512", r"limits\.memory is unknown; known: cpu_seconds"),
        ("memory_mb = 512", "memory_mb = 0.5", r"limits\.memory_mb must be a whole number"),
        ("memory_mb = 512", "memory_mb = 0", r"limits\.memory_mb must be above 0"),
        ("memory_mb = 512", "memory_mb = true", r"limits\.memory_mb must be a whole number"),
        ('"one.make" = [-1]', '"make" = [-1]', r"opaque\.'make' must name a function"),
        ('"one.make" = [-1]', '"one.make" = -1', "must be a list of positions"),
        ('libraries = ["numpy"]', 'libraries = "numpy"', "libraries must be a list of names"),
        ('fits = "test_one_fits"', "", r"derived\.'one\.slope' needs of, fits"),
        ('of = "one.value"', 'of = "three.value"', r"derived\.'one\.slope' must name functions"),
        ('hidden = ["test_one_adds"]', "hidden = [1]", "hidden must be a list of names"),
        ("[tool.backproof]", "[tool.backproof", "not valid TOML"),
    ],
)
def test_a_wrong_key_is_named(tmp_path, old, new, named):
    """An instructor reads which key is wrong and what it must be."""
    with pytest.raises(UserError, match=named):
        load(tmp_path, GOOD.replace(old, new, 1))


def test_a_folder_without_configuration_is_no_assignment(tmp_path):
    """The error names the folder and the file that is missing."""
    with pytest.raises(UserError, match=r"no readable pyproject\.toml"):
        load_assignment(tmp_path)


def test_a_project_without_the_table_is_no_assignment(tmp_path):
    """Any other pyproject.toml is told apart."""
    with pytest.raises(UserError, match=r"has no \[tool\.backproof\] table"):
        load(tmp_path, '[project]\nname = "other"')


def test_the_digest_follows_the_properties(tmp_path):
    """Changed properties are another assignment; changed documentation is not."""
    (tmp_path / "properties").mkdir()
    before = load(tmp_path, GOOD).digest()
    (tmp_path / "README.md").write_text("hello")
    assert load(tmp_path, GOOD).digest() == before
    (tmp_path / "properties" / "test_one.py").write_text("x = 1")
    assert load(tmp_path, GOOD).digest() != before

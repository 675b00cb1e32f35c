"""Reading the configuration of an assignment; an error names the key."""

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
    """A key that is read but not stored would be ignored silently."""
    assignment = load(tmp_path, GOOD)
    assert assignment.title == "A lecture"
    assert assignment.units == ("one", "two")
    assert assignment.points == {"one": 3.0, "two": 1.5}
    assert assignment.weights == {"test_one_adds": 2.0}
    assert assignment.prerequisites == {"two": ("one",)}
    assert assignment.options["sign"].value == "plus"
    assert (assignment.limits.memory_mb, assignment.limits.cpu_seconds_per_call) == (512, 0.5)
    assert assignment.opaque == {"one.make": (-1,)}
    assert assignment.libraries == ("numpy",)
    assert assignment.hidden == {"test_one_adds"}
    derived = assignment.derived["one.slope"]
    assert (derived.of, derived.fits) == ("one.value", "test_one_fits")
    assert (derived.wrong, derived.explains) == ({"test_one_adds"}, {"test_one_slopes"})


def test_the_assignment_that_comes_along_is_valid(assignment):
    """Scores are read as percentages, so the points must add up to 100."""
    assert sum(assignment.points.values()) == 100


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('title = "A lecture"', "titel = 1", "unknown key `titel`; known: title, units"),
        ('title = "A lecture"', 'root = "/"', r"tool\.backproof\.root: "),
        ('units = ["one", "two"]', "units = 3", r"tool\.backproof\.units: expected a list"),
        ('units = ["one", "two"]', "units = []", r"units: expected a list of length >= 1"),
        ('units = ["one", "two"]', "", r"tool\.backproof: missing key `units`"),
        ("two = 1.5", "", "points: must name each unit once"),
        ("two = 1.5", "two = -1", r"points\.two: expected a number >= 0"),
        ("two = 1.5", "two = nan", r"points\.two: expected a number >= 0"),
        ("two = 1.5", "two = true", r"points\.two: expected a number, got true or false"),
        ("test_one_adds = 2", 'test_one_adds = "2"', r"weights\.test_one_adds: expected a number"),
        ('two = ["one"]', 'two = ["three"]', r"prerequisites\.two: .* the units are one, two"),
        ('value = "plus"', 'value = "times"', r"options\.sign: value 'times' is not one of plus"),
        ('choices = ["plus", "minus"]', "", r"options\.sign: missing key `choices`"),
        ("[tool.backproof]", "[tool.backproof]\nseconds_per_property = 0", "seconds_per_property:"),
        ("[tool.backproof]", "[tool.backproof]\ncases.test_one_adds = 0", "cases.test_one_adds:"),
        ("memory_mb = 512", "memory = 512", r"limits: unknown key `memory`; known: cpu_seconds"),
        ("memory_mb = 512", "memory_mb = 0.5", r"limits\.memory_mb: expected a whole number"),
        ("memory_mb = 512", "memory_mb = 0", r"limits\.memory_mb: expected a whole number >= 1"),
        ("memory_mb = 512", "memory_mb = true", r"limits\.memory_mb: expected a whole number"),
        ('"one.make" = [-1]', '"make" = [-1]', r'opaque\."make": must name a function'),
        ('"one.make" = [-1]', '"one.make" = -1', r'opaque\."one\.make": expected a list'),
        ('"one.make" = [-1]', '"one.make" = [-2]', r'opaque\."one\.make"\[0\]: expected a whole'),
        ('libraries = ["numpy"]', 'libraries = "numpy"', "libraries: expected a list"),
        (
            'libraries = ["numpy"]',
            'libraries = [""]',
            r"libraries\[0\]: expected a string of length",
        ),
        ('fits = "test_one_fits"', "", r'derived\."one\.slope": missing key `fits`'),
        ('of = "one.value"', 'of = "three.value"', r'derived\."one\.slope": must name functions'),
        ('hidden = ["test_one_adds"]', "hidden = [1]", r"hidden\[0\]: expected a string"),
        ("[tool.backproof]", "[tool.backproof", "not valid TOML"),
    ],
)
def test_a_wrong_key_is_named(tmp_path, old, new, named):
    """An instructor needs the key and the reason, as a traceback would not help."""
    with pytest.raises(UserError, match=named):
        load(tmp_path, GOOD.replace(old, new, 1))


def test_a_folder_without_configuration_is_no_assignment(tmp_path):
    """The error names the folder and the missing file."""
    with pytest.raises(UserError, match=r"no readable pyproject\.toml"):
        load_assignment(tmp_path)


def test_a_project_without_the_table_is_no_assignment(tmp_path):
    """Most folders of Python have a pyproject.toml of another kind."""
    with pytest.raises(UserError, match=r"has no \[tool\.backproof\] table"):
        load(tmp_path, '[project]\nname = "other"')


def test_the_digest_follows_the_properties(tmp_path):
    """A store refuses results of other properties, but not after a change of the docs."""
    (tmp_path / "properties").mkdir()
    before = load(tmp_path, GOOD).digest()
    (tmp_path / "README.md").write_text("hello")
    assert load(tmp_path, GOOD).digest() == before
    (tmp_path / "properties" / "test_one.py").write_text("x = 1")
    assert load(tmp_path, GOOD).digest() != before


def test_the_digest_follows_the_assertions(tmp_path, monkeypatch):
    """A stored result must not be mixed with results of another tolerance."""
    monkeypatch.setattr("backproof.assignment.config.PACKAGE", tmp_path)
    before = load(tmp_path, GOOD).digest()
    (tmp_path / "testing").mkdir()
    (tmp_path / "testing" / "assertions.py").write_text("TOLERANCE = 1e-6")
    assert load(tmp_path, GOOD).digest() != before

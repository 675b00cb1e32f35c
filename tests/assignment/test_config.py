"""Reading the configuration of an assignment; an error names the key."""

import pytest

from backproof.assignment.config import load_assignment
from backproof.errors import UserError
from tests.conftest import backproof

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
        (
            'of = "one.value"',
            'of = "three.value"',
            r'derived\."one\.slope": there is no unit three',
        ),
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


ONE = "def value(x, sign): ...\ndef slope(x): ...\ndef make(): ...\n"
WHOLE = {
    "reference/one.py": ONE,
    "reference/two.py": "def total(rows, name='value'): ...\n",
    "properties/test_one.py": "".join(
        f"def test_one_{name}(submission, options):\n    options['sign']\n"
        for name in ("adds", "fits", "slopes")
    ),
    "properties/test_two.py": "def test_two_totals(submission): ...\n",
}
CONFIGURED = """
[tool.backproof]
units = ["one", "two"]
libraries = ["numpy"]
hidden = ["test_one_adds"]
iterables = ["two.total"]
points = {one = 3, two = 1.5}
weights = {test_one_adds = 2}
cases = {test_one_fits = 20}
opaque = {"one.make" = [-1]}
credit = {one.make = "one.value"}
options.sign = {value = "plus", choices = ["plus", "minus"]}
[tool.backproof.prerequisites]
"one.slope" = ["one.value"]
"two.total" = ["one.{name}", "one.slope"]
[tool.backproof.derived."one.slope"]
of = "one.value"
wrong = ["test_one_adds"]
fits = "test_one_fits"
explains = ["test_one_slopes"]
"""


@pytest.fixture
def whole(tmp_path):
    """Load an assignment with all of these files and a configuration."""
    for path, text in WHOLE.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return lambda text: load(tmp_path, text)


def test_names_that_exist_are_accepted(whole):
    """A check that refuses a right name would stop a course."""
    assert whole(CONFIGURED).units == ("one", "two")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'hidden = ["test_one_adds"]',
            'hidden = ["one_adds"]',
            "hidden: there is no property one_adds; did you mean test_one_adds?",
        ),
        (
            "{test_one_adds = 2}",
            "{test_one_add = 2}",
            "weights: there is no property",
        ),
        ("test_one_fits = 20", "test_one_fit = 20", "cases: there is no property test_one_fit;"),
        ('["test_one_adds"]\nfits', '["test_one_ads"]\nfits', 'derived."one.slope".wrong: there'),
        ('fits = "test_one_fits"', 'fits = "test_fits"', 'derived."one.slope".fits: there is no'),
        ('["test_one_slopes"]', '["test_slopes"]', 'derived."one.slope".explains: there is no'),
        ('of = "one.value"', 'of = "one.valu"', "no function one.valu; did you mean one.value?"),
        ('derived."one.slope"', 'derived."one.slop"', 'derived."one.slop": there is no function'),
        ('"one.make" = [-1]', '"one.mak" = [-1]', 'opaque."one.mak": there is no function one.mak'),
        ('"one.make" = [-1]', '"one.make" = [0, 0]', 'opaque."one.make": 0 stands there 2 times'),
        ('["two.total"]', '["two.totals"]', "iterables: there is no function two.totals; did you"),
        ('["two.total"]', '["total"]', 'iterables: must name a function, such as "unit.name"'),
        ('one.make = "one.value"', 'one.mak = "one.value"', "credit.one.mak: there is no such"),
        ('one.make = "one.value"', 'one.make = "one.valu"', "credit.one.make: expected points"),
        ('"one.slope" = [', '"one.slop" = [', 'prerequisites."one.slop": there is no function'),
        (
            '["one.value"]',
            '["one.valu"]',
            'prerequisites."one.slope": there is no function one.valu',
        ),
        ('["one.value"]', '["two"]', "one.slope builds on two"),
        ('["one.value"]', '["one.slope"]', "one.slope builds on one.slope, which is a circle"),
        ('["one.value"]', '["two.total"]', "prerequisites: one.slope builds on two.total builds"),
        ('["one.value"]', '["one.value", "one.value"]', "'one.value' stands there 2 times"),
        ('"one.{name}"', '"one.{names}"', "there is no function one.{names}"),
        ('"one.{name}"', '"one.{name}_slope"', "there is no function one.{name}_slope"),
        (
            "options.sign",
            "options.sing",
            "options.sing: no property reads this option; did you mean",
        ),
        ('["plus", "minus"]', '["plus", "plus"]', "options.sign.choices: 'plus' stands there 2"),
        (
            'libraries = ["numpy"]',
            'libraries = ["numpyy"]',
            "numpyy is not installed here; did you",
        ),
        ('libraries = ["numpy"]', 'libraries = ["num-py"]', "'num-py' is not the name that"),
        ('hidden = ["test_one_adds"]', 'hiden = ["a"]', "unknown key `hiden`; known: title"),
        ("points = {one = 3, two = 1.5}", "points = {one = 3}", "points: must name each unit once"),
        ('units = ["one", "two"]', 'units = ["one", "two", "two"]', "units: 'two' stands there 2"),
        ('units = ["one", "two"]', 'units = ["one", "tow"]', "units: there is no reference/tow.py"),
        (
            'units = ["one", "two"]',
            'units = ["one", "two", "a b"]',
            "units: 'a b' cannot be the name",
        ),
        (
            'units = ["one", "two"]',
            'units = ["one"]',
            'points, prerequisites."two.total", iterables: there is no unit two; the units are one',
        ),
        (
            'units = ["one", "two"]',
            'units = ["two"]',
            "there is no unit one; the units are two",
        ),
    ],
)
def test_a_name_that_means_nothing_is_refused(whole, old, new, said):
    """A misspelt name would configure nothing, and nobody would notice before the exam."""
    assert old in CONFIGURED
    with pytest.raises(UserError) as refused:
        whole(CONFIGURED.replace(old, new, 1))
    assert str(refused.value).startswith("tool.backproof")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_removed_unit_is_named_with_all_keys_that_still_name_it(whole):
    """The instructor then knows each line that is to be removed."""
    with pytest.raises(UserError) as refused:
        whole(CONFIGURED.replace('units = ["one", "two"]', 'units = ["two"]'))
    keys = str(refused.value).partition(": there is no unit")[0].split(", ")
    assert {key.partition(".")[0] for key in keys} == {
        *("tool", "credit", "prerequisites", "derived", "opaque", "weights", "cases", "hidden")
    }


def test_a_unit_without_a_property_is_refused(whole, tmp_path):
    """All code would pass it: an untouched template would have full marks."""
    (tmp_path / "properties" / "test_two.py").rename(tmp_path / "properties" / "test_tow.py")
    with pytest.raises(UserError, match=r"units: two has no property in properties/test_two\.py"):
        whole(CONFIGURED.replace("iterables", "# iterables"))


@pytest.mark.parametrize("command", [["template"], ["validate"], ["grade", "."], ["demo"]])
def test_a_wrong_configuration_is_one_line_and_exit_code_2(whole, tmp_path, command):
    """Every command reads it, and none shows a traceback."""
    (tmp_path / "pyproject.toml").write_text(CONFIGURED.replace("one_adds", "one_ads", 1))
    process = backproof(*command, "--assignment", tmp_path)
    assert process.returncode == 2
    assert process.stderr == (
        "backproof: tool.backproof.hidden: there is no property test_one_ads; did you mean "
        "test_one_adds?\n"
    )

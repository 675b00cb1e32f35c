"""Tests of the units that a change touches, by the imports of the files."""

import pytest

from backproof.intake.reader import SubmittedFiles
from backproof.student_code.source import Source
from backproof.watch.import_graph import changed_files, touched_units

UNITS = ("activations", "layers", "network")


def intake(whole=None, **files):
    """Return a submission of modules, by their names; a slash separates folder and module."""
    sources = {f"{name}.py": Source(text, f"/home/ada/{name}.py") for name, text in files.items()}
    return SubmittedFiles("ada", sources, whole, ())


CHAIN = {"activations": "", "layers": "from activations import tanh", "network": "import layers"}


@pytest.mark.parametrize(
    ("before", "change", "units"),
    [
        (CHAIN, {"activations": "#"}, UNITS),
        (CHAIN, {"layers": "from activations import tanh  #"}, ("layers", "network")),
        (CHAIN, {"network": "import layers  #"}, ("network",)),
        (CHAIN, {"layers": "def broken("}, ("layers", "network")),
        ({**CHAIN, "layers": "def f():\n import activations as a"}, {"activations": "#"}, UNITS),
        ({**CHAIN, "layers": "from . import activations"}, {"activations": "#"}, UNITS),
        ({**CHAIN, "layers": "from .activations import *"}, {"activations": "#"}, UNITS),
        (
            {**CHAIN, "layers": "from importlib import import_module as i\ni(name)"},
            {"activations": "#"},
            UNITS,
        ),
        (
            {**CHAIN, "layers": "import importlib\nimportlib.import_module(name)"},
            {"activations": "#"},
            UNITS,
        ),
        ({**CHAIN, "layers": "import tools", "tools": ""}, {"tools": "#"}, ("layers", "network")),
        ({**CHAIN, "tools": ""}, {"tools": "#"}, ()),
        (
            {
                **CHAIN,
                "network": "from tools.deep import f",
                "tools/deep": "from ..layers import g",
            },
            {"layers": "#"},
            ("layers", "network"),
        ),
        (
            {**CHAIN, "network": "import tools.deep", "tools/__init__": "", "tools/deep": ""},
            {"tools/__init__": "#"},
            ("network",),
        ),
        ({"layers": "import activations"}, {"activations": "#"}, ("activations", "layers")),
    ],
)
def test_a_change_touches_what_imports_it(before, change, units):
    """A student would see a wrong answer if a unit that a change touches were not run again."""
    assert touched_units(intake(**before), intake(**{**before, **change}), UNITS) == units


def test_what_is_removed_touches_those_that_import_it():
    """Without the removed module, the modules that import it fail."""
    before = intake(**CHAIN)
    after = intake(layers=CHAIN["layers"], network=CHAIN["network"])
    assert touched_units(before, after, UNITS) == UNITS
    assert changed_files(before, after) == ("activations.py",)


def test_one_file_with_everything_is_every_unit():
    """All units of a single file change together, as they do if folder and file are exchanged."""
    one, other = intake("all.py", all="x = 1"), intake("all.py", all="x = 2")
    assert touched_units(one, other, UNITS) == UNITS
    assert touched_units(one, intake(**CHAIN), UNITS) == UNITS
    assert touched_units(one, one, UNITS) == ()

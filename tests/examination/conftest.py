"""A small assignment with five mistakes, and a second right implementation of it."""

import pytest

from backproof.assignment.config import load_assignment
from backproof.authoring.new_assignment import write_new
from backproof.examination.examine import Examiner

# Half the sum of squares as a list of numbers, which the contract allows.
OTHER = '''"""The same by loops.

Allowed: The gradient may be a list.
"""

def half_square(x):
    return sum(float(each) ** 2 for each in x.ravel()) / 2


def half_square_gradient(x):
    return x.tolist()


def encode(x, shift, scale):
    return x / scale - shift / scale


def decode(y, shift, scale):
    return scale * y + shift


def noise(n, std, rng):
    return std * rng.normal(size=n)
'''
SETTINGS = """
[tool.backproof.examine]
cases = 10
seconds_per_test = 3
helpers = ["as_array", "assert_close"]
"""


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """The assignment, whose workers load little."""
    folder = tmp_path_factory.mktemp("small") / "first"
    write_new(folder, ["first"])
    (folder / "accepted" / "lists").mkdir(parents=True)
    (folder / "accepted" / "lists" / "first.py").write_text(OTHER)
    file = folder / "pyproject.toml"
    text = file.read_text().replace("units =", 'libraries = ["numpy"]\nunits =')
    file.write_text(text + SETTINGS)
    return load_assignment(folder)


@pytest.fixture(scope="session")
def examiner(small):
    """What examines tests of the small assignment, in two processes."""
    with Examiner(small, lanes=2) as opened:
        yield opened

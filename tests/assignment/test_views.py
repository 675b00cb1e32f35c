"""Errors in the files that an instructor writes are one line, with the file and the reason."""

import pytest

from tests.conftest import backproof, backproof_process

CONFIG = """
[tool.backproof]
units = ["one"]
points = {one = 1}
"""
DEMO = """
from backproof.testing import Demo
DEMO = Demo(number=1, title="t", lecture="l", claim="c", formula="f",
            functions=("one.valu",), property="test_one_adds", misconceptions=())
def measure(code): ...
def numbers(measured): ...
def check(measured): ...
def draw(measured, figure): ...
"""
FILES = {
    "pyproject.toml": CONFIG,
    "conftest.py": 'pytest_plugins = ["backproof.plugin"]\n',
    "reference/one.py": "def value(x):\n    return x\n",
    "properties/__init__.py": "",
    "properties/test_one.py": "def test_one_adds(submission):\n    submission.one.value(1)\n",
    "misconceptions/__init__.py": "",
    "demos/__init__.py": "",
    "demos/style.py": "",
}


@pytest.fixture
def written(tmp_path):
    """Write the assignment with some files changed; ``None`` removes one."""

    def write(changes):
        for path, text in {**FILES, **changes}.items():
            if text is not None:
                (tmp_path / path).parent.mkdir(exist_ok=True)
                (tmp_path / path).write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"misconceptions/one.py": "import os\nx = 1 / 0\n"},
            "misconceptions/one.py cannot be imported: ZeroDivisionError: division by zero "
            "(misconceptions/one.py, line 2)",
        ),
        (
            {
                "misconceptions/one.py": "from backproof.testing import misconception\n"
                '@misconception(of="valu", caught_by="test_one_adds")\n'
                'def other(x):\n    """You did."""\n'
            },
            "misconceptions/one.py: other is of one.valu, which is no function; did you mean "
            "one.value?",
        ),
    ],
)
def test_an_error_in_a_misconception_is_one_line(written, changes, said):
    """An instructor who mistypes must not read a traceback of the engine."""
    process = backproof_process("validate", "--assignment", written(changes))
    assert process.returncode == 2
    assert process.stderr == f"backproof: {said}\n"


def test_a_demo_of_a_function_that_is_gone_is_one_line(written):
    """Removing a unit leaves such demos behind."""
    process = backproof_process("demo", "--assignment", written({"demos/first.py": DEMO}))
    assert process.returncode == 2
    assert process.stderr == (
        "backproof: demos/first.py: there is no function one.valu; did you mean one.value?\n"
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reference/one.py": None}, "this copy of Backproof has no reference/"),
        (
            {"reference/one.py": None, "reference/tow.py": "def value(x): ..."},
            "reference/one.py",
        ),
        ({"reference/one.py": "def value(x:\n"}, "reference/one.py cannot be parsed: "),
    ],
)
def test_a_template_without_its_reference_is_one_line(written, changes, said):
    """There is nothing to make it of."""
    process = backproof("template", "--assignment", written(changes))
    assert process.returncode == 2
    assert said in process.stderr
    assert process.stderr.count("\n") == 1

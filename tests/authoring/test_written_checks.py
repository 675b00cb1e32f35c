"""What validation says of files that are written wrongly."""

import json

import pytest

from tests.conftest import backproof, backproof_process

DEMO = """
from backproof.testing import Demo, claim
DEMO = Demo(number=1, title="t", lecture="l", claim="c", formula="f",
            functions=("first.half_square",), property="test_first_half_square_ignores_the_sign",
            misconceptions=("first.half_square_without_the_half", "first.gone"))
def measure(code, seed):
    import numpy as np
    return code.first.half_square(np.array([2.0, -2.0]))
def numbers(measured): return {"f": measured}
def check(measured): claim(measured > 3.0, f"{measured}", "over 3")
def draw(figure, measured, reference=None): ...
"""
TAKES_TOO_LITTLE = """

@misconception(of="encode", caught_by="test_first_decode_undoes_encode")
def encode_takes_too_little(x, shift):
    \"\"\"You left out the scale.\"\"\"
    return x - shift
"""
SILENT = """

@given(x=arrays(2))
def test_first_half_square_is_silent(submission, x):
    assert_close(submission.first.half_square(x), required_half_square(x), "f(x)")

"""


@pytest.fixture(scope="module")
def problems(tmp_path_factory):
    """Validate a new assignment after wrong changes; return the problems."""
    folder = tmp_path_factory.mktemp("wrong")
    assert backproof("new", "course", cwd=folder).returncode == 0
    folder = folder / "course"
    (folder / "demos").mkdir()
    for path, text in (
        ("demos/__init__.py", ""),
        ("demos/first_figure.py", DEMO),
        ("misconceptions/first.py", TAKES_TOO_LITTLE),
        ("properties/test_first.py", SILENT),
    ):
        with (folder / path).open("a", encoding="utf-8") as file:
            file.write(text)
    process = backproof_process("validate", "--profile", "quick", "--json", cwd=folder)
    assert process.returncode == 1, process.stderr
    return json.loads(process.stdout)["problems"]


@pytest.mark.parametrize(
    "said",
    [
        "test_first_half_square_is_silent has no docstring, which is the rule that students read",
        "first.encode_takes_too_little: encode_takes_too_little(x, shift) cannot be called as "
        "encode(x, shift, scale)",
        "demos/first_figure.py: the claim holds on first.half_square_without_the_half, on which "
        "it must fail",
        "demos/first_figure.py names first.gone, which is no misconception",
    ],
)
def test_validation_says_what_is_written_wrongly(problems, said):
    """Else nobody would notice before a student reads an empty rule or an untrue figure."""
    assert said in problems

"""A missing function that seems to be there under another name."""

import pytest

from backproof.intake.reader import SubmittedFiles
from backproof.student_code.source import Source
from backproof.submission.misspelt import suggestion

EXPECTED = ("a.sigmoid", "a.sigmoid_derivative", "a.standardize", "a.unstandardize")


@pytest.mark.parametrize(
    ("names", "missing", "found"),
    [
        ("sigmoid sigmoid_deriv", "sigmoid_derivative", "sigmoid_deriv"),
        ("sigmiod_derivative", "sigmoid_derivative", "sigmiod_derivative"),
        ("Sigmoid", "sigmoid", "Sigmoid"),
        ("sigmoid", "sigmoid_derivative", None),
        ("standardize", "unstandardize", None),
        ("relu", "sigmoid", None),
        ("", "sigmoid", None),
    ],
)
def test_a_name_that_is_close_is_asked_for(names, missing, found):
    """The name of another function of the assignment is no misspelling."""
    code = "".join(f"def {name}(z):\n    return z\n" for name in names.split())
    submitted = SubmittedFiles("mine", {"a.py": Source(code, "a.py")}, None, ())
    said = f"Did you mean `{missing}`? You have `{found}`." if found else ""
    assert suggestion(submitted, f"a.{missing}", EXPECTED) == said


def test_cells_of_a_notebook_are_searched():
    """A notebook defines all units."""
    cells = ((1, "x = 1"), (2, "def sigmoid_deriv(z):\n    return z"))
    submitted = SubmittedFiles("mine", {"n.py": Source("", "n.py", cells)}, "n.py", ())
    assert "`sigmoid_deriv`" in suggestion(submitted, "a.sigmoid_derivative", EXPECTED)
    assert suggestion(submitted, "b.f", EXPECTED) == ""

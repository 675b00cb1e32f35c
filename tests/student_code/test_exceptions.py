"""How an exception of a student's code is described."""

import pytest

from backproof.student_code.modules import StudentCode, Unavailable, describe
from backproof.student_code.source import Source


def described(code):
    """Call the function ``f`` of some code, and describe what it raises."""
    student = StudentCode({"a.py": Source(code, "a.py")}, ("a",))
    try:
        student.function("a", "f")()
    except Unavailable as problem:
        return str(problem)
    except Exception as error:
        return describe(error)
    finally:
        student.close()
    return ""


@pytest.mark.parametrize(
    ("code", "mark"),
    [
        ("def f():\n    return 1 + [][0]", ("    return 1 + [][0]", "               ^^^^^")),
        (
            "def f():\n    é = 1; return é + [][0]",
            ("    é = 1; return é + [][0]", " " * 22 + "^^^^^"),
        ),
        ("def f():\n    g()\n\ndef g():\n    raise IndexError", ("    raise IndexError",)),
        ("def f():\n    return [][\n        0]", ("    return [][", "           ^^^")),
    ],
)
def test_the_line_is_shown_with_a_mark(code, mark):
    """The student sees the place without opening the file, as Python itself shows it."""
    first, *shown = described(code).split("\n")
    assert first.startswith("IndexError")
    assert first.endswith(f", at a.py line {5 if 'g' in code else 2}:")
    assert tuple(shown) == mark


def test_a_syntax_error_is_marked():
    """A file that cannot be imported hides everything else."""
    first, *shown = described("def f(:\n    return 1").split("\n")
    assert first.endswith("(a.py, line 1)")
    assert shown == ["    def f(:", "          ^"]


def test_a_long_line_is_cut():
    """A line of code may be longer than any screen."""
    lines = described(f"def f():\n    return [][0], {'1, ' * 5000} 1").split("\n")
    assert lines[0].startswith("IndexError")
    assert lines[1].startswith("    return [][0], 1,")
    assert max(map(len, lines[1:])) <= 80

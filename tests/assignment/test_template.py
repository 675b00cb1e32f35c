"""The student template is generated from the reference and kept up to date."""

import ast

import msgspec
import pytest

from backproof.assignment.template import expected_files, stale_files, template_of

MODULE = '''"""A unit.

With a second paragraph.
"""

import math
from collections.abc import Sequence

import numpy as np

LIMIT = 3


def area(
    sides: Sequence[float], *, scale: float = 1.0
) -> np.ndarray:
    """Multiply.

        area = Π sides
    """
    return np.asarray(math.prod(sides) * scale)


def _helper():
    return LIMIT


def one() -> int:
    """Return one."""
    return 1
'''

TEMPLATE = '''"""A unit.

With a second paragraph.
"""

from collections.abc import Sequence

import numpy as np


def area(
    sides: Sequence[float], *, scale: float = 1.0
) -> np.ndarray:
    """Multiply.

        area = Π sides
    """
    raise NotImplementedError


def one() -> int:
    """Return one."""
    raise NotImplementedError
'''


def test_a_template_keeps_signatures_and_docstrings_only():
    """Anything else could reveal the solution."""
    assert template_of(MODULE) == TEMPLATE


def test_the_template_of_this_assignment_is_fresh(assignment):
    """A change of the reference must be followed by ``backproof template``."""
    assert stale_files(assignment) == []


def test_a_changed_docstring_makes_the_template_stale(assignment, tmp_path):
    """An instructor learns which files to regenerate."""
    root = tmp_path / "assignment"
    for view in ("reference", "student_template"):
        (root / view).mkdir(parents=True)
        for unit in assignment.units:
            source = (assignment.root / view / f"{unit}.py").read_text(encoding="utf-8")
            changed = source.replace('"""', '"""Really: ', 1) if unit == "losses" else source
            text = changed if view == "reference" else source
            (root / view / f"{unit}.py").write_text(text, encoding="utf-8")
    copy = msgspec.structs.replace(assignment, root=root)
    assert stale_files(copy) == ["losses.py"]


def test_the_template_has_the_functions_of_the_reference(assignment):
    """The docstrings are the task: they must be the same in both."""
    for name, text in expected_files(assignment).items():
        reference = ast.parse((assignment.reference / name).read_text(encoding="utf-8"))
        public = {f.name: f for f in functions(reference) if not f.name.startswith("_")}
        template = {f.name: f for f in functions(ast.parse(text))}
        assert list(template) == list(public)
        for function, expected in public.items():
            assert ast.dump(template[function].args) == ast.dump(expected.args)
            assert ast.get_docstring(template[function]) == ast.get_docstring(expected)


def functions(tree):
    """Return the functions of a module."""
    return [node for node in tree.body if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("unit", ["optimizers", "training"])
def test_the_template_needs_nothing_but_numpy(assignment, unit):
    """A student's first import must work, without any module of the reference."""
    text = expected_files(assignment)[f"{unit}.py"]
    modules = [
        node.module for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)
    ]
    assert set(modules) <= {"collections.abc", "typing"}


CLASSES = """import dataclasses

SIZE = 3


@dataclasses.dataclass
class Token:
    text: str
    size: int = SIZE

    def upper(self) -> str:
        \"\"\"Return it in capitals.\"\"\"
        return self.text.upper()

    def _helper(self):
        return 1


def short(x): return x
"""


def test_classes_constants_and_functions_without_docstrings_are_kept():
    """Students of a course on text start from these, too."""
    assert (
        template_of(CLASSES)
        == """import dataclasses

SIZE = 3


@dataclasses.dataclass
class Token:
    text: str
    size: int = SIZE

    def upper(self) -> str:
        \"\"\"Return it in capitals.\"\"\"
        raise NotImplementedError


def short(x):
    raise NotImplementedError
"""
    )

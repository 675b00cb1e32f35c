"""Failures whose smallest case gives another result when it runs alone, and the code that may."""

import pytest

from backproof.counterexample.alone import KEPT, UNSEEDED
from backproof.grading.grade import check_submission
from backproof.grading.lone_runs import may_keep_state
from backproof.intake.reader import SubmittedFiles
from backproof.student_code.source import Source
from tests.conftest import ACTIVATIONS

COUNTING = """
_calls = []

def tanh(z):
    _calls.append(1)
    return np.tanh(z) + (len(_calls) > 3)
"""
DRAWING = """
def tanh(z):
    return np.tanh(z) + np.random.random()
"""


# Forks of one process draw the same numbers from numpy's own generator.
@pytest.mark.parametrize(
    ("code", "confinement", "note"),
    [
        (COUNTING, "none", KEPT),
        (COUNTING, "process", KEPT),
        (DRAWING, "none", UNSEEDED),
        (DRAWING, "process", KEPT),
    ],
)
def test_what_a_function_keeps_is_told(tmp_path, assignment, code, confinement, note):
    """A student looks for the mistake in the shown calls, where it is not: both ways of running."""
    (tmp_path / "activations.py").write_text(f"{ACTIVATIONS}\n{code}")
    grade = check_submission(
        tmp_path,
        properties=["activations_tanh_is_odd", "activations_keep_the_shape"],
        assignment=assignment,
        profile="quick",
        units=["activations"],
        confinement=confinement,
    )
    assert note in "\n".join(outcome.message for outcome in grade.outcomes)


@pytest.mark.parametrize(
    ("code", "may"),
    [
        ("def f(x):\n    return 2 * x\n", False),
        ("import numpy as np\nEPS = 1e-8\nSIZES = (1, -2)\n", False),
        ("def f(rng: np.random.Generator):\n    return rng.normal()\n", False),
        ("from numpy.random import Generator\n", False),
        ("class A:\n    '''State.'''\n    def __init__(self):\n        self.t = 0\n", False),
        ("memory = {}\n", True),
        ("class A:\n    seen = []\n", True),
        ("def f(x, seen=[]):\n    return x\n", True),
        ("def f(x):\n    f.count = 1\n", True),
        ("t = 0\ndef f(x):\n    global t\n    t += 1\n", True),
        ("import numpy as np\ndef f(x):\n    return np.random.normal()\n", True),
        ("from numpy.random import normal\n", True),
        ("from functools import lru_cache\n", True),
        ("import time\n", True),
        ("for i in range(3):\n    pass\n", True),
        ("def f(:\n", True),
    ],
)
def test_only_code_that_may_keep_something_runs_again(code, may):
    """Each run costs a process, and code that keeps nothing gives the same again."""
    files = SubmittedFiles("s", {"layers.py": Source(code, "layers.py")}, None, ())
    assert may_keep_state(files) == may

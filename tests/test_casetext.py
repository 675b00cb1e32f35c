"""The smallest case as Python that runs as it stands."""

import json
import subprocess
import sys

import numpy as np

from backproof.casetext import render_case
from backproof.submission import LocalSubmission

CODE = """
import numpy as np

def init(theta):
    return {"m": np.zeros_like(theta)}

def step(theta, state, rate=0.1):
    return theta - rate, state

def draw(rng, n):
    return rng.random(n)
"""


def rendered(hand_in, use):
    """Use a submission and render its journal; also return what the last call gave."""
    submission = LocalSubmission(hand_in(optimizers=CODE), ("optimizers",))
    try:
        use(submission.optimizers)
        return render_case(submission.journal), submission.journal[-1].result
    finally:
        submission.close()


def pasted(text, folder, expression):
    """Run a rendered case in a shell of its own beside the student's files; give a list."""
    code = f"{text}\nprint({expression}.tolist())"
    process = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    return json.loads(process.stdout)


def test_a_rendered_case_repeats_the_calls(hand_in, tmp_path):
    """Pasted into a shell, the text gives what the student's code returned."""

    def use(optimizers):
        theta = np.array([[1.5, -2.0]])
        state = optimizers.init(theta)
        theta, state = optimizers.step(theta, state)
        optimizers.step(theta, state, rate=0.5)

    text, result = rendered(hand_in, use)
    assert pasted(text, tmp_path / "handed_in", "r3[0]") == result[0].tolist()
    assert "r2 = optimizers.step(np.array([[1.5, -2.0]]), r1)" in text


def test_a_generator_is_rendered_by_its_seed(hand_in, tmp_path):
    """One generator used twice stays one generator."""

    def use(optimizers):
        rng = np.random.default_rng(42)
        optimizers.draw(rng, 2)
        optimizers.draw(rng, 2)

    text, result = rendered(hand_in, use)
    assert text.count("default_rng(42)") == 1
    assert pasted(text, tmp_path / "handed_in", "r2") == result.tolist()


def test_lists_and_tuples_keep_their_kind(hand_in):
    """Where a function told them apart, the pasted case still shows it."""
    text, _ = rendered(hand_in, lambda optimizers: optimizers.step(np.zeros(1), ([1.0], (2.0,))))
    assert "([1.0], (2.0,))" in text


def test_zero_dimensional_arrays_keep_their_kind(hand_in):
    """A 0-d θ is written as an array, not as a number."""
    text, _ = rendered(hand_in, lambda optimizers: optimizers.init(np.array(2.0)))
    assert "optimizers.init(np.array(2.0))" in text


def test_long_runs_are_cut_in_the_middle(hand_in):
    """A hundred calls are shown by the first and the last of them."""

    def use(optimizers):
        for _ in range(100):
            optimizers.init(np.zeros(1))

    text, _ = rendered(hand_in, use)
    assert "94 calls more" in text
    assert len(text.splitlines()) < 15


def test_no_calls_are_no_case():
    """A property that never reached the student's code has no case to show."""
    assert render_case([]) is None

"""The smallest case as Python that runs as it stands."""

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


def run(text, folder, monkeypatch):
    """Execute a rendered case beside the student's files."""
    monkeypatch.syspath_prepend(str(folder))
    names = {}
    exec(text, names)
    return names


def test_a_rendered_case_repeats_the_calls(hand_in, tmp_path, monkeypatch):
    """Pasted into a shell, the text gives what the student's code returned."""

    def use(optimizers):
        theta = np.array([[1.5, -2.0]])
        state = optimizers.init(theta)
        theta, state = optimizers.step(theta, state)
        optimizers.step(theta, state, rate=0.5)

    text, result = rendered(hand_in, use)
    names = run(text, tmp_path / "handed_in", monkeypatch)
    assert names["r3"][0].tolist() == result[0].tolist()
    assert "r2 = optimizers.step(np.array([[1.5, -2.0]]), r1)" in text


def test_a_generator_is_rendered_by_its_seed(hand_in, tmp_path, monkeypatch):
    """One generator used twice stays one generator."""

    def use(optimizers):
        rng = np.random.default_rng(42)
        optimizers.draw(rng, 2)
        optimizers.draw(rng, 2)

    text, result = rendered(hand_in, use)
    assert text.count("default_rng(42)") == 1
    names = run(text, tmp_path / "handed_in", monkeypatch)
    assert names["r2"].tolist() == result.tolist()


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

"""The cost of examining tests: one suite of ten properties of a unit, and a class of suites."""

import tempfile
import time
from pathlib import Path

from backproof.examination.examine import Examiner
from backproof.examination.suite import read_suite
from benchmarks.measure import ASSIGNMENT

SUITES = 100
UNIT = "initialization"
_HEAD = """import numpy as np
from hypothesis import given, strategies as st

sizes, seeds = st.integers(1, 8), st.integers(0, 99)
"""
_TEST = """

@given(sizes, sizes, seeds)
def test_{name}_{rule}(submission, n_in, n_out, seed):
    W = np.asarray(submission.initialization.{name}({arguments}))
    assert {claim}
"""
_CALLS = {
    "zeros": "n_in, n_out",
    "constant": "n_in, n_out, 0.5",
    "normal": "n_in, n_out, 0.5, np.random.default_rng(seed)",
    "xavier": "n_in, n_out, np.random.default_rng(seed)",
    "he": "n_in, n_out, np.random.default_rng(seed)",
}
_CLAIMS = {"shape": "W.shape == (n_out, n_in)", "finite": "np.isfinite(W).all()"}


def suite():
    """Return ten properties as the text of a file."""
    return _HEAD + "".join(
        _TEST.format(name=name, rule=rule, arguments=arguments, claim=claim)
        for name, arguments in _CALLS.items()
        for rule, claim in _CLAIMS.items()
    )


def report(suites=SUITES):
    """Print the seconds of one suite, and of a class."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "test_mine.py").write_text(suite())
        begin = time.perf_counter()
        with Examiner(ASSIGNMENT, units=[UNIT]) as examiner:
            print(f"starting the processes: {time.perf_counter() - begin:.1f} s")
            times = []
            for _ in range(suites):
                begin = time.perf_counter()
                examiner.examine(read_suite(folder))
                times.append(time.perf_counter() - begin)
        print(f"one suite of ten properties of {UNIT}: {times[0]:.1f} s")
        print(f"{suites} suites: {sum(times):.0f} s, {sum(times) / suites:.1f} s each")

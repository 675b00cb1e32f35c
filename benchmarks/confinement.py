"""The cost of confinement: a call, the start of a worker, a whole grade."""

import statistics
import subprocess
import sys
import time

import numpy as np

from backproof.assignment.config import load_assignment
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.submission.local import LocalSubmission
from benchmarks.measure import CORRECT, ROOT

CALLS, WORKERS, PAIRS = 3000, 60, 3


def report():
    """Print medians; the runs of a ratio alternate, so that the load of the machine cancels out."""
    assignment = load_assignment(ROOT)
    with ConfinedSubmission(assignment.reference, assignment) as confined:
        print(f"confinement: {confined.observed.summary()}")
        local = LocalSubmission(assignment.reference, assignment.units)
        for name, submission in (("in this process", local), ("confined", confined)):
            print(f"dense_backward (8×5), {name}: {_spread(_calls(submission), 1e6)} µs")
        local.close()
    print(f"new worker until its first reply: {_spread(_worker_starts(assignment), 1e3)} ms")
    for folder in (ROOT / "reference", CORRECT / "objects", CORRECT / "loops"):
        _print_ratio(folder)


def _calls(submission):
    rng = np.random.default_rng(0)
    dh, z = rng.normal(size=(8, 4)), rng.normal(size=(8, 4))
    h_prev, W = rng.normal(size=(8, 5)), rng.normal(size=(4, 5))
    seconds = []
    for _ in range(CALLS):
        submission.begin_case()
        start = time.perf_counter()
        submission.layers.dense_backward(dh, z, h_prev, W, "tanh")
        seconds.append(time.perf_counter() - start)
    return seconds[100:]


def _worker_starts(assignment):
    z = np.zeros(3)
    seconds = []
    with ConfinedSubmission(assignment.reference, assignment) as submission:
        for _ in range(WORKERS):
            submission.begin_property("activations")
            start = time.perf_counter()
            submission.activations.tanh(z)
            seconds.append(time.perf_counter() - start)
            submission.renew()
    return seconds


def _spread(seconds, units_per_second):
    low, high = np.quantile(seconds, [0.05, 0.95]) * units_per_second
    median = statistics.median(seconds) * units_per_second
    return f"median {median:.1f} (5 to 95 %: {low:.1f} to {high:.1f})"


def _print_ratio(folder):
    check = [sys.executable, "-m", "backproof", "check", str(folder), "--profile", "grade"]
    in_process, ratios = [], []
    for _ in range(PAIRS):
        in_process.append(_seconds(check))
        ratios.append(_seconds([*check, "--confined"]) / in_process[-1])
    low, median, high = min(ratios), statistics.median(ratios), max(ratios)
    print(
        f"grade of {folder.name}, confined ÷ in process: {median:.2f} ({low:.2f} to {high:.2f}), "
        f"in process {statistics.median(in_process):.1f} s",
        flush=True,
    )


def _seconds(command):
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return time.perf_counter() - start

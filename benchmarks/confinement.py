"""What confinement costs: a call, a fresh worker, a whole grade."""

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
    """Print medians; the ratios are of runs that take turns."""
    assignment = load_assignment(ROOT)
    with ConfinedSubmission(assignment.reference, assignment) as confined:
        print(f"confinement: {confined.observed.summary()}")
        local = LocalSubmission(assignment.reference, assignment.units)
        for name, submission in (("in this process", local), ("confined", confined)):
            print(f"dense_backward (8×5), {name}: {_spread(_calls(submission), 1e6)} µs")
        local.close()
    print(f"fresh worker to first reply: {_spread(_fresh_workers(assignment), 1e3)} ms")
    for folder in (ROOT / "reference", CORRECT / "objects", CORRECT / "loops"):
        _print_ratio(folder)


def _calls(submission):
    rng = np.random.default_rng(0)
    dh, z = rng.normal(size=(8, 4)), rng.normal(size=(8, 4))
    h_prev, W = rng.normal(size=(8, 5)), rng.normal(size=(4, 5))
    taken = []
    for _ in range(CALLS):
        submission.begin_case()
        start = time.perf_counter()
        submission.layers.dense_backward(dh, z, h_prev, W, "tanh")
        taken.append(time.perf_counter() - start)
    return taken[100:]


def _fresh_workers(assignment):
    z = np.zeros(3)
    taken = []
    with ConfinedSubmission(assignment.reference, assignment) as submission:
        for _ in range(WORKERS):
            submission.begin_property("activations")
            start = time.perf_counter()
            submission.activations.tanh(z)
            taken.append(time.perf_counter() - start)
            submission.renew()
    return taken


def _spread(taken, unit):
    low, high = np.quantile(taken, [0.05, 0.95])
    median = statistics.median(taken)
    return f"median {median * unit:.1f} (5 to 95 %: {low * unit:.1f} to {high * unit:.1f})"


def _print_ratio(folder):
    check = [sys.executable, "-m", "backproof", "check", str(folder), "--profile", "grade"]
    here, ratios = [], []
    for _ in range(PAIRS):
        here.append(_once(check))
        ratios.append(_once([*check, "--confined"]) / here[-1])
    low, median, high = min(ratios), statistics.median(ratios), max(ratios)
    print(
        f"grade of {folder.name}, confined ÷ in process: {median:.2f} ({low:.2f} to {high:.2f}), "
        f"in process {statistics.median(here):.1f} s",
        flush=True,
    )


def _once(command):
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return time.perf_counter() - start

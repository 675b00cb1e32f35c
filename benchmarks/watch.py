"""The time that ``check --watch`` takes from a save to its answer."""

import itertools
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import ROOT

ROUNDS = 5
# Within this time the command draws its cases; it does so whenever it waits for a save.
SECONDS_BEFORE_FIRST_SAVE = 15
ANSWERED = "waiting for the next save"
MISTAKES = {
    "activations": ("np.asarray(np.tanh(z)", "np.asarray(np.sinh(z)"),
    "layers": ("delta.sum(axis=0)", "delta.mean(axis=0)"),
    "losses": ("np.mean(np.square", "0.5 * np.mean(np.square"),
    "network": ("return gradients[::-1]", "return gradients"),
    "initialization": ("math.sqrt(1.0 / fan)", "1.0 / fan"),
    "normalization": ("Z = X - mean\n", "Z = X + mean\n"),
    "minibatches": ("return X[rows], Y[rows]", "return X[rows], Y[::-1][rows]"),
    "optimizers": ("average += (1 - beta) * value", "average += beta * value"),
    "training": ("* len(X_q)", "* 1.0"),
}


def report():
    """Print for each unit the medians of correct and wrong saves, and those over all units."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "reference"
        shutil.copytree(ROOT / "reference", folder)
        measured = _measure(folder)
    print(f"{'seconds from a save to the answer':40} correct  with a mistake")
    for unit, times in measured.items():
        correct, wrong = (statistics.median(kind) for kind in times)
        print(f"{unit:40} {correct:7.2f} {wrong:7.2f}")
    kinds = zip(*measured.values(), strict=True)
    correct, wrong = (statistics.median(itertools.chain(*kind)) for kind in kinds)
    print(f"{'median of all':40} {correct:7.2f} {wrong:7.2f}", flush=True)


def _measure(folder):
    """Return for each unit the seconds for saves of correct code and for saves of a mistake."""
    command = [sys.executable, "-m", "backproof", "check", str(folder), "--watch"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    measured = {unit: ([], []) for unit in MISTAKES}
    try:
        _wait_for_answer(process)
        time.sleep(SECONDS_BEFORE_FIRST_SAVE)
        for number in range(ROUNDS):
            for unit, (correct, wrong) in MISTAKES.items():
                file = folder / f"{unit}.py"
                text = (ROOT / "reference" / f"{unit}.py").read_text("utf-8")
                assert correct in text
                broken = text.replace(correct, wrong)
                measured[unit][1].append(_seconds(process, file, broken))
                measured[unit][0].append(_seconds(process, file, f"{text}\n# {number}\n"))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
    return measured


def _seconds(process, file, text):
    start = time.perf_counter()
    file.write_text(text, "utf-8")
    _wait_for_answer(process)
    return time.perf_counter() - start


def _wait_for_answer(process):
    while ANSWERED not in (line := process.stdout.readline()):
        assert line, "the command has ended"

"""Class grading: CPU time for each submission, speed-up of two jobs, memory, a mixed class."""

import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from backproof.classroom.run import STORE
from benchmarks.measure import CORRECT, ROOT, styles

EXAMPLES = ROOT / "examples" / "submissions"
HOSTILE = ROOT / "tests" / "hostile"
# Runs of pytest on each submission, and on an empty test.
FRESH_RUNS, EMPTY_RUNS = 1, 5
# Sizes of the classes whose memory is compared, and of the mixed class.
FEW, MANY = 100, 2000
MIXED = 1000
# Code that is added to a unit of the reference, so that the submission hangs.
HANGING = {
    "an endless loop": (
        "layers",
        "\n\ndef dense_forward(h_prev, W, b, activation):\n    while True:\n        pass\n",
    ),
    "a call that sleeps": (
        "losses",
        "\n\ndef mean_squared_error(prediction, target):\n    import time\n\n    time.sleep(1e4)\n",
    ),
    "an endless loop at import": ("activations", "\n\nwhile True:\n    pass\n"),
}


def report():
    """Print all measurements; the mixed class takes most of the time."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        cost(scratch)
        hanging(scratch)
        jobs(scratch)
        memory(scratch)
        mixed(scratch)


def cost(scratch, copies=6):
    """Print CPU times of correct submissions, in a class and by pytest with as many cases."""
    empty = _fresh_pytest([_empty_test(scratch)], EMPTY_RUNS)
    print(f"pytest, one empty test: {empty:.2f} s CPU (median of {EMPTY_RUNS})")
    folders = {"reference": ROOT / "reference", **{name: CORRECT / name for name in styles()}}
    submissions = _copies(scratch / "correct", folders, copies)
    out = scratch / "correct-out"
    _grade(submissions, out, "--jobs", "1")
    medians = {}
    for name, folder in folders.items():
        # The answers of the first copy are new; those of later copies are known to be correct.
        times = _cpu_seconds(out)
        later = [cpu for n, cpu in times if n.startswith(name) and not n.endswith("-0")]
        [first] = [cpu for n, cpu in times if n == f"{name}-0"]
        medians[name] = statistics.median(later)
        fresh = _fresh_pytest([ROOT / "properties", "--submission", folder], FRESH_RUNS)
        print(
            f"{name}: {medians[name]:.2f} s CPU in a class (the first copy {first:.2f}), "
            f"{fresh:.1f} s by pytest: 1/{fresh / medians[name]:.1f}",
            flush=True,
        )
    median = statistics.median(medians.values())
    print(f"median over the styles: {median:.2f} s CPU = {median / empty:.1f} T")


def hanging(scratch):
    """Print CPU times of submissions that hang, and their multiples of an empty test's."""
    empty = _fresh_pytest([_empty_test(scratch / "T")], EMPTY_RUNS)
    print(f"T, the CPU of pytest on one empty test: {empty:.2f} s (median of {EMPTY_RUNS})")
    for name, (unit, code) in HANGING.items():
        folder = scratch / "hanging" / name
        shutil.copytree(ROOT / "reference", folder, ignore=shutil.ignore_patterns("__pycache__"))
        with (folder / f"{unit}.py").open("a") as file:
            file.write(code)
    out = scratch / "hanging-out"
    _grade(scratch / "hanging", out, "--jobs", "1")
    query = "SELECT name, cpu_seconds, seconds, score FROM results"
    for name, cpu, seconds, score in _rows(out, query):
        print(
            f"{name}: {cpu:.1f} s CPU = {cpu / empty:.0f} T, {seconds:.0f} s by the clock, "
            f"{score:g} points",
            flush=True,
        )


def jobs(scratch, copies=8, pairs=3):
    """Print the throughput of two jobs relative to one job.

    The additional time for a class of three times the size does not include the start-up.
    """
    few, many = (
        _copies(scratch / f"jobs-{number}", {"reference": ROOT / "reference"}, number)
        for number in (copies, 3 * copies)
    )
    ratios = []
    for number in range(pairs):
        additional = []
        for workers in (1, 2):
            seconds = []
            for folder in (few, many):
                out = scratch / f"{folder.name}-{number}-{workers}"
                begin = time.monotonic()
                _grade(folder, out, "--jobs", str(workers))
                seconds.append(time.monotonic() - begin)
            additional.append(seconds[1] - seconds[0])
        ratios.append(additional[0] / additional[1])
    each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    print(f"two jobs ÷ one: {statistics.median(ratios):.2f} ({each})", flush=True)


def memory(scratch):
    """Print the peak memory of all processes, for a small and a large class."""
    assignment = _one_unit(scratch / "assignment")
    peaks = []
    for number in (FEW, MANY):
        submissions = scratch / f"memory-{number}"
        for k in range(number):
            shutil.copytree(ROOT / "reference", submissions / f"s{k}", ignore=_only_losses)
        options = ["--assignment", str(assignment), "--profile", "quick"]
        peaks.append(_peak(submissions, scratch / f"memory-{number}-out", options))
        print(f"{number} submissions: peak {peaks[-1] / 2**20:.0f} MB", flush=True)
    print(f"{MANY} ÷ {FEW}: {peaks[1] / peaks[0]:.2f}")


def mixed(scratch, number=MIXED):
    """Grade a class of correct, partial, wrong and hostile submissions; print how many results."""
    submissions = scratch / "mixed"
    correct = [CORRECT / name for name in styles()] + [ROOT / "reference"]
    partial = [folder for folder in sorted(EXAMPLES.iterdir()) if folder.is_dir()]
    hostile = sorted(path for path in HOSTILE.rglob("*.py") if path.parent.parent == HOSTILE)
    for k in range(number):
        target = submissions / f"s{k:04}"
        if k % 20 == 0:
            target.mkdir(parents=True)
            shutil.copy(hostile[k // 20 % len(hostile)], target / "activations.py")
        else:
            pool = correct if k % 4 else partial
            shutil.copytree(pool[k % len(pool)], target, ignore=shutil.ignore_patterns("__*"))
    begin = time.monotonic()
    code = _grade(submissions, scratch / "mixed-out", check=False)
    minutes = (time.monotonic() - begin) / 60
    [[results, grades]] = _rows(scratch / "mixed-out", "SELECT count(*), count(grade) FROM results")
    print(f"{number} mixed in {minutes:.1f} min: {results} results, {grades} grades, exit {code}")


def _empty_test(scratch):
    file = scratch / "empty" / "test_nothing.py"
    file.parent.mkdir(parents=True)
    file.write_text("def test_nothing():\n    pass\n")
    return file


def _fresh_pytest(arguments, runs):
    """Return the median CPU time of a pytest process, without a first run that fills caches."""
    seconds = []
    for _ in range(runs + 1):
        before = _cpu_of_children()
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        if len(arguments) > 1:
            command += ["--hypothesis-profile", "grade"]
        subprocess.run([*command, *map(str, arguments)], cwd=ROOT, capture_output=True, check=True)
        seconds.append(_cpu_of_children() - before)
    return statistics.median(seconds[1:])


def _cpu_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _copies(folder, sources, copies):
    for name, source in sources.items():
        for k in range(copies):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, folder / f"{name}-{k}", ignore=ignored)
    return folder


def _grade(submissions, out, *options, check=True):
    command = [sys.executable, "-m", "backproof", "grade", str(submissions), "--out", str(out)]
    done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, check=check)
    return done.returncode


def _rows(out, query):
    with sqlite3.connect(out / STORE) as database:
        return database.execute(query).fetchall()


def _cpu_seconds(out):
    return _rows(out, "SELECT name, cpu_seconds FROM results")


def _one_unit(folder):
    for view in ("reference", "properties", "misconceptions", "student_template"):
        shutil.copytree(ROOT / view, folder / view)
    shutil.copy(ROOT / "conftest.py", folder)
    text = '[tool.backproof]\nunits = ["losses"]\n[tool.backproof.points]\nlosses = 6\n'
    (folder / "pyproject.toml").write_text(text)
    return folder


def _only_losses(_folder, names):
    return [name for name in names if name not in ("losses.py", "_checks.py")]


def _peak(submissions, out, options):
    """Grade a class; return the largest memory of its processes, sampled ten times a second."""
    command = [sys.executable, "-m", "backproof", "grade", str(submissions), "--out", str(out)]
    process = subprocess.Popen(
        [*command, *options], cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True
    )
    peak, ended = 0, threading.Event()

    def watch():
        nonlocal peak
        while not ended.wait(0.1):
            peak = max(peak, sum(map(_private_bytes, _tree(process.pid))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    process.wait()
    ended.set()
    watcher.join()
    return peak


def _tree(pid):
    """Return the ids of a process and its descendants."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdecimal():
            try:
                words = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(words[1]), []).append(int(entry))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def _private_bytes(pid):
    """Return the memory of a process; a shared page counts in part for each process."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)

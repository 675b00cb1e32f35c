"""The HTML reports of a class of 300: the time to write them and to open them in Chromium."""

import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from backproof.assignment.config import load_assignment
from backproof.classroom.run import STORE, ClassRun
from backproof.classroom.settings import Settings
from backproof.classroom.store import Store
from backproof.grades.outcomes import FAILED, PASSED, Grade
from backproof.grades.results import Attempt, Result, Student
from benchmarks.measure import ROOT, backproof
from tests.support.browser import MISSING, browser_path, opened_browser
from tests.support.classes import small_assignment
from tests.support.synthetic_class import roster, write_store

EXAMPLES = ROOT / "examples" / "submissions"
STUDENTS = 300
RUNS = 3
OPENINGS = 5


def report():
    """Print the time to write the pages, their sizes, and the time to open them."""
    with tempfile.TemporaryDirectory() as folder:
        write_pages(Path(folder))
        open_pages(Path(folder))
        rescore(Path(folder) / "rescored")


def write_pages(folder):
    """Write the page of the class and one for each student, from a store of results."""
    assignment = load_assignment(ROOT)
    settings = Settings(assignment, "quick", 0, "none")
    results = list(_class())
    with Store.open(folder / STORE, settings.identity()) as store:
        for result in results:
            store.save(result)
        attempts = [Attempt(each.name, folder, each.students) for each in results]
        run = ClassRun(settings, store, attempts)
        seconds = []
        for _ in range(RUNS):
            start = time.perf_counter()
            run.write_reports(folder, ["html"], run.chosen("newest"))
            seconds.append(time.perf_counter() - start)
    pages = [page.stat().st_size for page in (folder / "html").iterdir()]
    print(
        f"HTML reports of a class of {len(pages)}: {statistics.median(seconds):.1f} s "
        f"(median of {RUNS}; {min(seconds):.1f} to {max(seconds):.1f}); the class page "
        f"{(folder / 'class.html').stat().st_size / 1e6:.2f} MB, a student's "
        f"{statistics.median(pages) / 1e3:.0f} kB (median; at most {max(pages) / 1e3:.0f})",
        flush=True,
    )


def open_pages(folder):
    """Open the class page and the largest student page, until each is drawn."""
    path = browser_path()
    if path is None:
        print(MISSING)
        return
    largest = max((folder / "html").iterdir(), key=lambda page: page.stat().st_size)
    with opened_browser(path) as browser:
        for name, page in (("class", folder / "class.html"), ("largest student's", largest)):
            seconds = [_opened(browser, page) for _ in range(OPENINGS)]
            print(
                f"opening the {name} page until it is loaded and drawn: "
                f"{statistics.median(seconds):.2f} s (median of {OPENINGS}; {min(seconds):.2f} to "
                f"{max(seconds):.2f})",
                flush=True,
            )


def rescore(folder):
    """Print the time to compute the scores of a class of 300 anew, with a roster of 320.

    The submissions do not exist, so nothing can be run.
    """
    assignment = small_assignment(folder / "assignment", "losses")
    write_store(folder / "out" / STORE, load_assignment(assignment))
    (folder / "roster.csv").write_text(roster(), encoding="utf-8")
    command = [sys.executable, "-m", "backproof", "report", folder / "out"]
    command += ["--assignment", assignment, "--format", "gradebook"]
    command += ["--roster", folder / "roster.csv"]
    config = assignment / "pyproject.toml"
    seconds = []
    for points in range(6, 6 + RUNS + 1):
        config.write_text(re.sub(r"losses = \d+", f"losses = {points}", config.read_text()))
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    print(
        "other points for a class of 300 with a roster of 320, until the gradebook is written: "
        f"{statistics.median(seconds[1:]):.1f} s (median of {RUNS}; {min(seconds[1:]):.1f} to "
        f"{max(seconds[1:]):.1f})"
    )


def _opened(browser, file):
    page = browser.new_page()
    start = time.perf_counter()
    page.goto(file.as_uri(), wait_until="load")
    # The second frame begins after the first is drawn.
    page.evaluate("new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))")
    seconds = time.perf_counter() - start
    page.close()
    return seconds


def _class():
    """Yield varied grades of the examples; a more skilled student has fewer failures."""
    grades = [Grade.from_json(backproof("check", path)) for path in sorted(EXAMPLES.iterdir())]
    failures = [outcome for made in grades for outcome in made.outcomes if outcome.case]
    rng = random.Random(0)
    for number in range(STUDENTS):
        name, skill, made = f"s{number:03}", rng.random(), rng.choice(grades)
        outcomes = tuple(_varied(outcome, skill, failures, rng) for outcome in made.outcomes)
        grade = replace(made, submission=name, outcomes=outcomes)
        yield Result(name, (Student(name, f"Student {number}"),), 1, name, grade)


def _varied(outcome, skill, failures, rng):
    if outcome.status == PASSED and rng.random() > 0.85 + 0.15 * skill:
        like = rng.choice(failures)
        changes = {"message": like.message, "case": like.case, "evidence": like.evidence}
        changes |= {"diagnosis": like.diagnosis, "mistakes": like.mistakes, "kind": like.kind}
        return replace(outcome, status=FAILED, points=0.0, **changes)
    if outcome.status == FAILED and rng.random() < skill:
        nothing = {"message": "", "case": None, "evidence": None, "diagnosis": None, "kind": ""}
        return replace(outcome, status=PASSED, points=outcome.max_points, mistakes=(), **nothing)
    return outcome

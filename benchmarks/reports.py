"""The HTML reports of a class of 300: how long they take to write, and to open in Chromium."""

import random
import statistics
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

EXAMPLES = ROOT / "examples" / "submissions"
STUDENTS = 300
RUNS = 3
OPENINGS = 5


def report():
    """Print the time and size of writing, then of opening."""
    with tempfile.TemporaryDirectory() as folder:
        writing(Path(folder))
        opening(Path(folder))


def writing(folder):
    """Write the page of the class and one for each student, from a store as grading leaves it."""
    assignment = load_assignment(ROOT)
    settings = Settings(assignment, "quick", 0, "none")
    results = list(_class())
    with Store.open(folder / STORE, settings.identity()) as store:
        for result in results:
            store.save(result)
        attempts = [Attempt(each.name, folder, each.students) for each in results]
        run = ClassRun(settings, store, attempts)
        taken = []
        for _ in range(RUNS):
            start = time.perf_counter()
            run.write_reports(folder, ["html"], run.chosen("newest"))
            taken.append(time.perf_counter() - start)
    pages = [page.stat().st_size for page in (folder / "html").iterdir()]
    print(
        f"HTML reports of {len(pages)} students and their class: {statistics.median(taken):.1f} s "
        f"(median of {RUNS}; {min(taken):.1f} to {max(taken):.1f}); the class page "
        f"{(folder / 'class.html').stat().st_size / 1e6:.2f} MB, a student's "
        f"{statistics.median(pages) / 1e3:.0f} kB (median; at most {max(pages) / 1e3:.0f})",
        flush=True,
    )


def opening(folder):
    """Open the class page and the largest of the students' ones, until all is drawn."""
    path = browser_path()
    if path is None:
        print(MISSING)
        return
    largest = max((folder / "html").iterdir(), key=lambda page: page.stat().st_size)
    with opened_browser(path) as browser:
        for name, page in (("class", folder / "class.html"), ("largest student's", largest)):
            taken = [_opened(browser, page) for _ in range(OPENINGS)]
            print(
                f"opening the {name} page until it is loaded and drawn: "
                f"{statistics.median(taken):.2f} s (median of {OPENINGS}; {min(taken):.2f} to "
                f"{max(taken):.2f})",
                flush=True,
            )


def _opened(browser, file):
    page = browser.new_page()
    start = time.perf_counter()
    page.goto(file.as_uri(), wait_until="load")
    # The second frame begins when the first is drawn.
    page.evaluate("new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))")
    taken = time.perf_counter() - start
    page.close()
    return taken


def _class():
    """Vary the grades of the examples; the better a student, the more failures are mended."""
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

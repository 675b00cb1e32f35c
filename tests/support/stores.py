"""What the tests of the store share: results to save, and ways to a store that is closed."""

import sqlite3
import subprocess
import sys
from contextlib import closing

from backproof.classroom.store import Store
from backproof.grades.outcomes import Grade, Outcome
from backproof.grades.results import Result, Student
from tests.conftest import ROOT

RUN = {"backproof": "1.0", "seed": 0, "confinement": {"level": "strict", "open": []}}


def outcome(**changes):
    """Make an outcome that passed."""
    fields = {"property": "test_one_a", "unit": "one", "functions": ("one.f",), "kind": ""}
    fields |= {"status": "passed", "points": 1.0, "max_points": 2.0, "sentence": "σ holds."}
    fields |= {"message": "", "case": None, "diagnosis": None, "seconds": 0.25}
    return Outcome(**{**fields, **changes})


def result(name, outcomes=(), **changes):
    """Make a graded result."""
    grade = Grade(name, tuple(outcomes) or (outcome(),), {"seed": 0})
    fields = {"students": (Student(f"id-{name}"),), "number": 1, "fingerprint": f"print of {name}"}
    return Result(name=name, grade=grade, **{**fields, **changes})


def saved(path, *results, run=RUN):
    """Make a store of these results, or add them to it, and close it."""
    with Store.open(path, run) as store:
        for each in results:
            store.save(each)


def names_in(path, run=RUN):
    """List the names of the results in a store."""
    with Store.open(path, run) as store:
        return [row.name for row in store.summary()]


def asked(path, query):
    """Ask or change a store as SQLite has it."""
    with closing(sqlite3.connect(path)) as database, database:
        return database.execute(query).fetchall()


def started(program, *arguments):
    """Start a Python program that can be talked to."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

"""Helpers for the tests of ``intake`` and ``roster``."""

import json

from backproof.errors import UserError
from backproof.intake.reader import read_submission
from backproof.roster.find import find_attempts
from backproof.student_code.package import SubmissionPackage

UNITS = ("activations", "layers", "network")
CODE = "def one():\n    return 1\n"


def notebook(*cells):
    """Return an .ipynb with these code cells."""
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})


def read_or_refusal(file):
    """Return a submission that was read, or the message that refuses it."""
    try:
        return read_submission(file, UNITS)
    except UserError as error:
        return str(error)


def imported(submitted):
    """Import every unit of a submission, as the grader does, and return their names."""
    package = SubmissionPackage(submitted.files, UNITS, submitted.single_file)
    there = [
        u
        for u in UNITS
        if submitted.single_file or {f"{u}.py", f"{u}/__init__.py"} & {*submitted.files}
    ]
    try:
        return [package.import_module(unit).__name__.rpartition(".")[2] for unit in there]
    finally:
        package.close()


def attempts_in(scratch, *paths, **options):
    """Find the attempts in some paths; zip files are unpacked into ``scratch``."""
    return find_attempts(list(map(str, paths)), UNITS, scratch=scratch, **options)


def ids(found):
    """Return each attempt's students and number."""
    return [(*(one.id for one in attempt.students), attempt.number) for attempt in found.attempts]


def graded_files(found):
    """Return the graded files of each attempt, by the ids of its students and its number."""
    return {
        (*(one.id for one in attempt.students), attempt.number): sorted(
            read_submission(attempt.path, UNITS).files
        )
        for attempt in found.attempts
    }

"""What the tests of taking in and of the roster share: modules, and what becomes of them."""

import json

from backproof.errors import UserError
from backproof.intake.reader import read_submission
from backproof.roster.find import find_attempts
from backproof.student_code.package import SubmissionPackage

UNITS = ("activations", "layers", "network")
CODE = "def one():\n    return 1\n"


def notebook(*cells):
    """Write an .ipynb with these code cells."""
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})


def taken_or_refused(file):
    """Take a submission in, or give the line that refuses it."""
    try:
        return read_submission(file, UNITS)
    except UserError as error:
        return str(error)


def imported(intake):
    """Import every unit that is there, as the grader does, and name them."""
    package = SubmissionPackage(intake.files, UNITS, intake.single_file)
    there = [
        u for u in UNITS if intake.single_file or {f"{u}.py", f"{u}/__init__.py"} & {*intake.files}
    ]
    try:
        return [package.import_module(unit).__name__.rpartition(".")[2] for unit in there]
    finally:
        package.close()


def attempts_in(scratch, *paths, **options):
    """Find the attempts in some paths; what has to be unpacked is unpacked into ``scratch``."""
    return find_attempts(list(map(str, paths)), UNITS, scratch=scratch, **options)


def ids(found):
    """Give each attempt's students and number."""
    return [(*(one.id for one in attempt.students), attempt.number) for attempt in found.attempts]


def who(found):
    """Map the ids of each attempt's students, and its number, to the files that are graded."""
    return {
        (*(one.id for one in attempt.students), attempt.number): sorted(
            read_submission(attempt.path, UNITS).files
        )
        for attempt in found.attempts
    }

"""Names of mistakes: how many are named, alone and in pairs, and how much time that takes."""

import itertools
import random
import time

from backproof.assignment.misconceptions import load_misconceptions
from backproof.diagnosis.diagnostician import Diagnostician
from backproof.grading.grade import run_properties
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import with_suite
from benchmarks.measure import ASSIGNMENT, correct

# Every third mistake is tried; all of them take an hour.
STEP, PAIRS = 3, 60


def report(step=STEP, pairs=PAIRS):
    """Print how many mistakes are named: alone, in pairs of two units, and in correct code."""
    assignment = ASSIGNMENT
    mistakes = load_misconceptions(assignment)

    def work(suite):
        run = _Runs(suite, assignment)
        print_names("alone", [run.names([wrong]) for wrong in mistakes[1::step]])
        different = [p for p in itertools.combinations(mistakes, 2) if p[0].unit != p[1].unit]
        chosen = random.Random(7).sample(different, min(pairs, len(different)))
        print_names("in pairs", [run.names(pair) for pair in chosen])
        named = {folder: run.names_in(folder) for folder in correct()}
        print(f"correct styles: {sum(map(len, named.values()))} names in {len(named)}")
        print(f"naming took {run.naming / run.running:.2f} of the time of the runs themselves")

    with_suite(assignment, work)


def print_names(label, submissions):
    """Print how many submissions got exactly the right names, then each of the others.

    Args:
        label: The first words of the line.
        submissions: For each submission the names of its mistakes, and the names it got.

    """
    exact = sum(named == present for present, named in submissions)
    wrong = sum(bool(named - present) for present, named in submissions)
    print(f"{label}: {exact} of {len(submissions)} named, {wrong} with a wrong name", flush=True)
    for present, named in submissions:
        if named != present:
            print(f"   {', '.join(sorted(present))}: {', '.join(sorted(named)) or 'no name'}")


class _TimedDiagnostician(Diagnostician):
    """A diagnostician that adds up the time that it takes."""

    seconds = 0.0

    def diagnose(self, runs, submission):
        """Diagnose, and add the time to ``seconds``."""
        begin = time.process_time()
        try:
            return super().diagnose(runs, submission)
        finally:
            self.seconds += time.process_time() - begin


class _Runs:
    """Runs of the properties of some units, with names."""

    def __init__(self, suite, assignment):
        self._suite = suite
        self._assignment = assignment
        self._diagnostician = _TimedDiagnostician(assignment)
        self._seconds = 0.0

    @property
    def naming(self):
        """The time of the naming."""
        return self._diagnostician.seconds

    @property
    def running(self):
        """The time of the properties."""
        return self._seconds - self.naming

    def names(self, mistakes):
        """Return the names of some mistakes, and the names that the reference with them gets."""
        replaced = {wrong.target: wrong.function for wrong in mistakes}
        assignment = self._assignment
        submission = LocalSubmission(assignment.reference, assignment.units, replaced)
        units = {wrong.unit for wrong in mistakes}
        return {wrong.full_name for wrong in mistakes}, self._named(submission, units)

    def names_in(self, folder):
        """Return the names that a submission gets."""
        units = self._assignment.units
        return self._named(LocalSubmission(folder, units), units)

    def _named(self, submission, units):
        chosen = [name for name in self._suite.names if name.split("_")[1] in units]
        begin = time.process_time()
        records = run_properties(
            self._suite, submission, chosen, shrink=False, diagnostician=self._diagnostician
        )
        self._seconds += time.process_time() - begin
        submission.close()
        return {name for record in records for name in record.mistakes}

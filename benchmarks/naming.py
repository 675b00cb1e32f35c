"""How often a known mistake gets its name, alone and beside another one, and at what cost."""

import itertools
import random
import time

from backproof.assignment.config import load_assignment
from backproof.assignment.misconceptions import load_misconceptions
from backproof.diagnosis.diagnostician import Diagnostician
from backproof.grading.grade import run_properties
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import with_suite
from benchmarks.measure import CORRECT, ROOT, styles


def report(pairs=100):
    """Print how many mistakes are named: alone, in pairs from two units, and in correct code."""
    assignment = load_assignment(ROOT)
    mistakes = load_misconceptions(assignment)
    diagnostician = Diagnostician(assignment)

    def work(suite):
        run = _Runs(suite, assignment, diagnostician)
        tell("alone", [run.names([wrong]) for wrong in mistakes])
        different = [p for p in itertools.combinations(mistakes, 2) if p[0].unit != p[1].unit]
        chosen = random.Random(0).sample(different, pairs)
        tell("in pairs", [run.names(pair) for pair in chosen])
        right = {style: run.names_in(CORRECT / style) for style in styles()}
        print(f"correct styles: {sum(map(len, right.values()))} names in {len(right)}")
        print(f"naming took {run.naming / run.running:.2f} of the time of the runs themselves")

    with_suite(assignment, work)


def tell(what, found):
    """Print how often all, some or none of what is there was named, and what is not there."""
    both = sum(named == there for there, named in found)
    wrongly = [(there, named - there) for there, named in found if named - there]
    print(f"{what}: {both} of {len(found)} named, {len(wrongly)} with a wrong name", flush=True)
    for there, named in found:
        if named != there:
            print(f"   {', '.join(sorted(there))}: {', '.join(sorted(named)) or 'no name'}")


class _Runs:
    """Runs of the properties of a few units, without and with names."""

    def __init__(self, suite, assignment, diagnostician):
        self._suite = suite
        self._assignment = assignment
        self._diagnostician = diagnostician
        self.running = self.naming = 0.0

    def names(self, mistakes):
        """Say what is there and what is named."""
        replaced = {wrong.target: wrong.function for wrong in mistakes}
        assignment = self._assignment
        submission = LocalSubmission(assignment.reference, assignment.units, replaced)
        units = {wrong.unit for wrong in mistakes}
        return {wrong.full_name for wrong in mistakes}, self._named(submission, units)

    def names_in(self, folder):
        """Give the names of mistakes in a submission."""
        units = self._assignment.units
        return self._named(LocalSubmission(folder, units), units)

    def _named(self, submission, units):
        chosen = [name for name in self._suite.names if name.split("_")[1] in units]
        begin = time.perf_counter()
        run_properties(self._suite, submission, chosen, shrink=False)
        middle = time.perf_counter()
        records = run_properties(
            self._suite, submission, chosen, shrink=False, diagnostician=self._diagnostician
        )
        both = time.perf_counter() - middle
        self.running += middle - begin
        self.naming += both - (middle - begin)
        submission.close()
        return {name for record in records for name in record.mistakes}

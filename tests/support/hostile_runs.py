"""Grading of the hostile submissions, confined or not, with a report on all that they changed.

As a program it prints a line of JSON for each submission that it is given the name of, and for
``observed`` one with the confinement that a disposable worker observed:

    python -m tests.support.hostile_runs confined LAYER,LAYER,... KIND/NAME ... [observed]
    python -m tests.support.hostile_runs unguarded - KIND/NAME ...

``unguarded`` is the negative control, a harness that imports what it grades. It takes only those
submissions that say that they forge something there, and runs each in a process with limits.
"""

import atexit
import ctypes
import json
import os
import resource
import signal
import sys
import time
import traceback
from contextlib import closing
from statistics import fmean

import msgspec

from backproof.assignment.config import load_assignment
from backproof.assignment.limits import Limits
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.confined.pool import ServerPool, observe_confinement
from backproof.grades.judging import judge
from backproof.grades.outcomes import PASSED
from backproof.grading.grade import run_properties
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import with_suite
from tests.hostile.corpus import honest_submission, hostile_submissions
from tests.hostile.surroundings import ROOT, Surroundings

LIMITS = Limits(
    cpu_seconds_per_call=5.0,
    wall_seconds_per_call=15.0,
    seconds_to_import=5.0,
    seconds_hanging_per_unit=0.1,
    memory_mb=512,
    output_kb=64,
)
# Limits that a busy machine could exceed, only for submissions that try to exceed them.
SHORT = {
    "timeout": {"wall_seconds_per_call": 0.5, "seconds_to_import": 0.2},
    "cpu-limit": {"cpu_seconds_per_call": 0.3, "seconds_to_import": 0.3},
    "protocol": {"wall_seconds_per_call": 5.0},
}
_BECOME_SUBREAPER = 36


class Runs:
    """Grades one hostile submission after another with properties that are collected once."""

    def __init__(self, suite, assignment):
        self._suite = suite
        self._assignment = assignment
        self._honest = {}
        self._servers = {}

    def confined(self, hostile, layers):
        """Grade it in confined workers, from servers that all submissions share."""
        limits = msgspec.structs.replace(LIMITS, **SHORT.get(hostile.kind, {}))
        assignment = msgspec.structs.replace(self._assignment, limits=limits)
        if limits not in self._servers:
            self._servers[limits] = ServerPool(assignment, layers)
        servers = self._servers[limits]
        servers.skip_users()
        with Surroundings() as surroundings:
            folder = surroundings.hand_in(hostile.files())
            try:
                with ConfinedSubmission(folder, assignment, servers=servers) as submission:
                    surroundings.expect_what_runs()
                    graded = self._grade(hostile, submission)
            except Exception:  # no submission may stop the grader
                graded = {"verdicts": ["grader-fault"], "messages": [traceback.format_exc()]}
            return {"submission": str(hostile), **graded, **surroundings.traces()}

    def close(self):
        """End the servers that workers are forked from."""
        for servers in self._servers.values():
            servers.close()

    def unguarded(self, hostile):
        """Grade it in a process like this one, with only limits of time and memory."""
        if not hostile.forges:
            raise ValueError(f"{hostile} forges nothing, so there is no reason to run it unguarded")
        with Surroundings() as surroundings:
            folder = surroundings.hand_in(hostile.files())
            reading, writing = os.pipe()
            if not os.fork():
                self._be_graded(hostile, folder, writing)
            os.close(writing)
            with open(reading, encoding="utf-8") as answer:
                graded = json.loads(answer.read() or "{}")
            return {"submission": str(hostile), **graded, **surroundings.traces()}

    def honest_points(self, hostile):
        """Return what the same mathematics earns by the same properties, without an attack."""
        full = self._assignment.points[hostile.unit]
        if hostile.earns == "some":
            return {"least": 0.0, "most": 0.99 * full, "full": full}
        points = {"nothing": 0.0, "all": full}.get(hostile.earns)
        if points is None:
            points = self._honest_points(hostile)
        return {"least": points, "most": points, "full": full}

    def _honest_points(self, hostile):
        # What it earns also depends on the properties that are run.
        key = hostile.earns, tuple(hostile.properties())
        if key not in self._honest:
            with Surroundings() as surroundings:
                folder = surroundings.hand_in(honest_submission(hostile.earns))
                submission = LocalSubmission(folder, self._assignment.units)
                self._honest[key] = self._grade(hostile, submission)["points"]
                submission.close()
        return self._honest[key]

    def _be_graded(self, hostile, folder, writing):
        try:
            signal.alarm(60)
            for limit, most in (("CPU", 20), ("AS", 2**32), ("FSIZE", 2**20), ("CORE", 0)):
                resource.setrlimit(getattr(resource, f"RLIMIT_{limit}"), (most, most))
            submission = LocalSubmission(folder, self._assignment.units)
            graded = self._grade(hostile, submission, self._suite.names)
            os.write(writing, json.dumps(graded).encode())
            atexit._run_exitfuncs()
        finally:
            os._exit(0)

    def _grade(self, hostile, submission, properties=None):
        begin = time.monotonic()
        # Only a failing case that is run again shows that results differ from run to run.
        again = hostile.kind == "nondeterministic"
        properties = properties or hostile.properties()
        records = run_properties(self._suite, submission, properties, shrink=again)
        outcomes = judge(records, self._assignment).outcomes
        lost = [outcome for outcome in outcomes if outcome.status != PASSED]
        own = [outcome for outcome in lost if outcome.unit == hostile.unit]
        return {
            "points": self._points(hostile.unit, records, outcomes),
            "verdicts": sorted({outcome.kind or outcome.status for outcome in own}),
            "messages": sorted({f"{outcome.kind}: {outcome.message}" for outcome in own}),
            "lost": [f"{o.property}: {o.message}" for o in lost if o.unit != hostile.unit],
            "seconds": round(time.monotonic() - begin, 3),
        }

    def _points(self, unit, records, outcomes):
        """Return the share of a unit's points that passed, or the points if these are more.

        If only some properties run, functions that none of them is about earn nothing.
        """
        passed = {}
        for record in records:
            if record.unit == unit:
                passed.setdefault(record.property, []).append(record.status == PASSED)
        share = self._assignment.points[unit] * fmean(map(fmean, passed.values()))
        return max(share, sum(outcome.points for outcome in outcomes if outcome.unit == unit))


def main(mode, layers, *names):
    """Grade the submissions of these names, and print a result for each."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    ctypes.CDLL(None).prctl(_BECOME_SUBREAPER, 1, 0, 0, 0)
    assignment = msgspec.structs.replace(load_assignment(ROOT), seconds_per_submission=60.0)
    chosen = [hostile for hostile in hostile_submissions() if str(hostile) in names]
    units = {"activations", "normalization", *(hostile.unit for hostile in chosen)}

    def tell(result):
        print(json.dumps(result), file=answers, flush=True)

    def work(suite):
        # The tracebacks of failed properties, which are not read here, take longer than the rest.
        if "observed" in names:
            observed = observe_confinement(assignment, layers.split(","))
            tell({"submission": "observed", **observed.to_json()})
        with closing(Runs(suite, assignment)) as runs:
            for hostile in chosen:
                if mode == "confined":
                    graded = runs.confined(hostile, layers.split(","))
                else:
                    graded = runs.unguarded(hostile)
                tell({**graded, **runs.honest_points(hostile)})

    with_suite(assignment, work, profile="quick", units=[u for u in assignment.units if u in units])


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The strength of the properties: mistakes that they find, and false failures."""

import os
from concurrent.futures import ThreadPoolExecutor

from backproof.assignment.config import load_assignment
from backproof.authoring.case_counts import MAX_SURVIVAL, find_shortages
from benchmarks.measure import CORRECT, ROOT, backproof, styles


def report():
    """Print the kill matrix over seeds, the required numbers of cases, and the false failures."""
    kills(seeds=5)
    cases(seeds=20)
    false_failures(seeds=20)


def kills(seeds):
    """Print how many misconceptions were killed, over ``seeds`` seeds of the quick profile."""
    for seed in range(seeds):
        result = backproof("validate", "--seed", seed)
        kills = result["kills"]
        killed = sum(1 for properties in kills.values() if properties)
        print(
            f"seed {seed}: {killed} of {len(kills)} misconceptions killed, "
            f"{sum(map(len, kills.values()))} claims held, "
            f"{len(result['problems'])} problems",
            flush=True,
        )


def cases(seeds):
    """Print the properties that need more cases, estimated from the kills of ``seeds`` seeds."""
    assignment = load_assignment(ROOT)
    for need in find_shortages(assignment, seeds=seeds):
        print(f"{need.property} needs {need.needs} cases and has {need.has}, for {need.because}")
    print(f"cases: measured over {seeds} seeds, survival at most {MAX_SURVIVAL:g}", flush=True)


def false_failures(seeds):
    """Print the failures of correct code, over ``seeds`` seeds of the quick profile."""

    def failures(job):
        style, seed = job
        grade = backproof("check", CORRECT / style, "--seed", seed)
        return [
            (style, seed, outcome["property"])
            for outcome in grade["outcomes"]
            if outcome["status"] != "passed"
        ]

    jobs = [(style, seed) for style in styles() for seed in range(seeds)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        failed = [failure for each in pool.map(failures, jobs) for failure in each]
    print(f"{len(failed)} false failures in {len(jobs)} grades of {len(styles())} correct styles")
    for failure in failed:
        print("  ", *failure)

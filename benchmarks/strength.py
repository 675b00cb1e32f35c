"""The strength of the properties: mistakes that they find, and false failures."""

import os
from concurrent.futures import ThreadPoolExecutor

from backproof.authoring.case_counts import MAX_SURVIVAL, find_shortages
from benchmarks.measure import ASSIGNMENT, backproof, correct


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
    for need in find_shortages(ASSIGNMENT, seeds=seeds):
        print(f"{need.property} needs {need.needs} cases and has {need.has}, for {need.because}")
    print(f"cases: measured over {seeds} seeds, survival at most {MAX_SURVIVAL:g}", flush=True)


def false_failures(seeds):
    """Print the failures of correct code, over ``seeds`` seeds of the quick profile."""

    def failures(job):
        folder, seed = job
        grade = backproof("check", folder, "--seed", seed)
        return [
            (folder.name, seed, outcome["property"])
            for outcome in grade["outcomes"]
            if outcome["status"] != "passed"
        ]

    jobs = [(folder, seed) for folder in correct() for seed in range(seeds)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        failed = [failure for each in pool.map(failures, jobs) for failure in each]
    print(f"{len(failed)} false failures in {len(jobs)} grades of {len(correct())} correct styles")
    for failure in failed:
        print("  ", *failure)

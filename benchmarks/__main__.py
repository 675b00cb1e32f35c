"""Run the benchmarks whose names are arguments; all benchmarks without arguments."""

import sys

from benchmarks import classes, confinement, naming, reports, speed, strength, training_step, watch

REPORTS = {
    "speed": speed.report,
    "confinement": confinement.report,
    "classes": classes.report,
    "training_step": training_step.report,
    "naming": naming.report,
    "reports": reports.report,
    "watch": watch.report,
    "strength": strength.report,
}

for name in sys.argv[1:] or REPORTS:
    if name not in REPORTS:
        sys.exit(f"there is no benchmark {name!r}: the benchmarks are {', '.join(REPORTS)}")
    REPORTS[name]()

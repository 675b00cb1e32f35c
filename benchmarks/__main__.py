"""Run the benchmarks whose names are arguments; all benchmarks without arguments."""

import sys

from benchmarks import (
    classes,
    confinement,
    examination,
    naming,
    reports,
    speed,
    strength,
    training_step,
    watch,
)
from benchmarks.measure import ASSIGNMENT, ROOT

REPORTS = {
    "speed": speed.report,
    "confinement": confinement.report,
    "classes": classes.report,
    "training_step": training_step.report,
    "naming": naming.report,
    "reports": reports.report,
    "examination": examination.report,
    "watch": watch.report,
    "strength": strength.report,
}

# The benchmarks of any assignment. The others call functions of this repository's own.
OF_ANY = ("speed", "naming", "strength")

known = REPORTS if ASSIGNMENT.root == ROOT else OF_ANY
for name in sys.argv[1:] or known:
    if name not in known:
        sys.exit(f"there is no benchmark {name!r} of it: the benchmarks are {', '.join(known)}")
    REPORTS[name]()

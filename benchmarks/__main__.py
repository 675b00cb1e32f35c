"""Measure everything, or one of ``speed``, ``confinement``, ``classes`` and ``strength``."""

import sys

from benchmarks import classes, confinement, speed, strength

REPORTS = {
    "speed": speed.report,
    "confinement": confinement.report,
    "classes": classes.report,
    "strength": strength.report,
}

for name in sys.argv[1:] or REPORTS:
    if name not in REPORTS:
        sys.exit(f"no benchmark {name!r}: there are {', '.join(REPORTS)}")
    REPORTS[name]()

"""Measure everything, or what is named: ``speed``, ``confinement``, ``classes`` and so on."""

import sys

from benchmarks import classes, confinement, naming, reports, speed, strength, watch

REPORTS = {
    "speed": speed.report,
    "confinement": confinement.report,
    "classes": classes.report,
    "naming": naming.report,
    "reports": reports.report,
    "watch": watch.report,
    "strength": strength.report,
}

for name in sys.argv[1:] or REPORTS:
    if name not in REPORTS:
        sys.exit(f"no benchmark {name!r}: there are {', '.join(REPORTS)}")
    REPORTS[name]()

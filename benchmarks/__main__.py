"""Measure everything, or one of ``speed``, ``confinement`` and ``strength``."""

import sys

from benchmarks import confinement, speed, strength

REPORTS = {
    "speed": speed.report,
    "confinement": confinement.report,
    "strength": strength.report,
}

for name in sys.argv[1:] or REPORTS:
    if name not in REPORTS:
        sys.exit(f"no benchmark {name!r}: there are {', '.join(REPORTS)}")
    REPORTS[name]()

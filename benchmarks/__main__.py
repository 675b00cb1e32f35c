"""Measure everything, or one of ``speed`` and ``strength``."""

import sys

from benchmarks import speed, strength

REPORTS = {"speed": speed.report, "strength": strength.report}

for name in sys.argv[1:] or REPORTS:
    if name not in REPORTS:
        sys.exit(f"no benchmark {name!r}: there are {', '.join(REPORTS)}")
    REPORTS[name]()

# forges: results
# needs: landlock
"""Put another file, then a link, in the place of the results, and make them writable."""

import contextlib
import os

with contextlib.suppress(ImportError, OSError):
    from target import RESULTS

    for change in (
        lambda: os.chmod(RESULTS, 0o777),
        lambda: os.truncate(RESULTS, 0),
        lambda: os.utime(RESULTS, (0, 0)),
        lambda: os.rename(RESULTS, RESULTS + ".old"),
        lambda: os.symlink("/dev/null", RESULTS),
        lambda: os.link(RESULTS + ".old", RESULTS + ".linked"),
        lambda: os.unlink(RESULTS + ".old"),
    ):
        with contextlib.suppress(OSError):
            change()


def mean_squared_error(prediction, target):
    return None


def mean_squared_error_gradient(prediction, target):
    return None

# needs: landlock
"""Leave files where a later run would pick them up: conftest.py, sitecustomize.py, a .pth file."""

import contextlib
import os

try:
    from target import FOLDER, MARK
except ImportError:
    places = []
else:
    names = ("conftest.py", "sitecustomize.py", "planted.pth", "results.json.tmp")
    places = [os.path.join(FOLDER, name) for name in names]
    homes = (os.curdir, os.path.expanduser("~"), "/", "/tmp", "/var/tmp", "/dev/shm", "/run")
    places += [os.path.join(home, MARK) for home in homes]

for place in places:
    with contextlib.suppress(OSError), open(place, "w", encoding="utf-8") as file:
        file.write("score = 100\n")


def mean_squared_error(prediction, target):
    return None


def mean_squared_error_gradient(prediction, target):
    return None

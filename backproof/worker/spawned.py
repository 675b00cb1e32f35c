"""Worker that a fresh interpreter runs, for systems without a fork server."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from backproof.sandbox import confine
from backproof.sandbox.plan import Plan
from backproof.worker.server import serve
from backproof.worker.startup import import_libraries


def work(
    libraries: Sequence[str],
    plan: Mapping[str, Any],
    path: Sequence[str],
    preload: Sequence[str],
) -> None:
    """Be the worker: keep the pipes for requests and replies, and serve."""
    import_libraries((*libraries, *preload), path)
    requests, replies = os.dup(0), os.dup(1)
    if sys.platform == "win32":
        import msvcrt

        for descriptor in (requests, replies):
            msvcrt.setmode(descriptor, os.O_BINARY)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    layers = confine.confine(Plan.from_json(plan))
    serve(requests, replies, layers)

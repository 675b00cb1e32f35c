"""Worker in a new interpreter, for systems without a fork server."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from backproof.sandbox import confine
from backproof.sandbox.plan import Plan
from backproof.worker.server import serve
from backproof.worker.startup import import_libraries


def main(
    libraries: Sequence[str],
    plan: Mapping[str, Any],
    path: Sequence[str],
    preload: Sequence[str],
) -> None:
    """Run the worker: standard input has the requests, standard output takes the replies.

    Args:
        libraries: Installed packages that the submission may use.
        plan: The layers that confine this process, as ``Plan.to_json`` returns them.
        path: The search path for imports that is left: the standard library's.
        preload: Further modules to import beforehand.

    """
    import_libraries((*libraries, *preload), path)
    requests, replies = os.dup(0), os.dup(1)
    if sys.platform == "win32":
        import msvcrt

        for descriptor in (requests, replies):
            msvcrt.setmode(descriptor, os.O_BINARY)
    # The submission must neither read requests nor print into replies.
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    layers = confine.confine(Plan.from_json(plan))
    serve(requests, replies, layers)

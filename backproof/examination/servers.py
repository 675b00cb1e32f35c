"""The server that workers for students' tests are forked from."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from backproof.assignment.config import Assignment
from backproof.confined.fork_client import ForkServer
from backproof.confined.level import ObservedConfinement, probe_server
from backproof.errors import UserError
from backproof.sandbox import plan
from backproof.sandbox.readable_paths import readable_paths

_ENTRY = "backproof.examinee.fork_server"
# What tests may import beside the assignment's libraries.
_TOOLS = ("hypothesis", "pytest")
# What the engine's own modules import in a worker.
_ENGINE = ("msgspec",)
_MODULES = frozenset(("bands", "differences", "generators", "statistics", "strategies"))


def start_server(assignment: Assignment, layers: Sequence[str] = plan.LAYERS) -> ForkServer:
    """Start a server.

    Args:
        assignment: Its libraries, helpers and limits.
        layers: The layers that confine the workers; by default all that this machine has.

    Raises:
        UserError: This is not Linux, so nothing confines the workers.

    """
    if sys.platform != "linux":
        raise UserError("tests are examined on Linux only, where they can be confined")
    limits = assignment.limits.of_a_worker()
    libraries = (*dict.fromkeys((*assignment.libraries, *_TOOLS)),)
    helpers = [
        f"backproof.testing.{name}" for name in assignment.examine.helpers if name in _MODULES
    ]
    readable = readable_paths((*libraries, *_ENGINE))
    decided = plan.plan(layers, readable, limits)
    return ForkServer((*libraries, *_ENGINE, "backproof.testing", *helpers), decided, _ENTRY)


def observed(server: ForkServer) -> ObservedConfinement:
    """Return what confines the workers of a server, as a disposable one observes it."""
    return probe_server(server)

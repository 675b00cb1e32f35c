"""Pool of the servers that workers are forked from, which serve one submission after another.

There is a server for each set of packages that submissions use, so that a package that one
submission imports is not loaded in the workers of another.
"""

from __future__ import annotations

import re
import sys
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from backproof.assignment.config import Assignment
from backproof.confined import level
from backproof.confined.fork_client import ForkServer
from backproof.confined.preload import modules_to_preload
from backproof.confined.spawn_client import SpawnServer
from backproof.sandbox import plan, readable_paths
from backproof.student_code.source import Source

# The kind of server on this system.
SERVER: type[ForkServer | SpawnServer] = ForkServer if sys.platform == "linux" else SpawnServer
# Each uses memory for its packages, and most submissions use one of few sets of them.
_MAX_SERVERS = 4


@dataclass
class PooledServer:
    """The server for the workers of a submission.

    Attributes:
        server: The server.
        preload: The modules that it imports before a worker is forked.

    """

    server: ForkServer | SpawnServer
    preload: tuple[str, ...]
    _observed: level.ObservedConfinement | None = None

    @property
    def observed(self) -> level.ObservedConfinement:
        """The confinement of its workers, observed once."""
        if self._observed is None:
            self._observed = level.probe_server(self.server)
        return self._observed


class ServerPool:
    """Starts servers, each on first use.

    Args:
        assignment: Its limits and libraries.
        layers: The layers that confine the workers; by default all that this machine has.

    """

    def __init__(self, assignment: Assignment, layers: Sequence[str] = plan.LAYERS) -> None:
        self._assignment = assignment
        self._layers = layers
        self._served: OrderedDict[tuple[tuple[str, ...], ...], PooledServer] = OrderedDict()

    def for_sources(self, sources: Iterable[Source]) -> PooledServer:
        """Return the server with the packages that a submission's sources mention.

        Raises:
            RuntimeError: It cannot be started here.

        """
        texts = [text for source in sources for text in _texts(source)]
        used = tuple(name for name in self._assignment.libraries if _mentioned(name, texts))
        return self.get(used, tuple(modules_to_preload(texts, used) if used else ()))

    def get(self, libraries: tuple[str, ...], preload: tuple[str, ...] = ()) -> PooledServer:
        """Return the server with these packages, which imports the given modules beforehand."""
        key = libraries, preload
        if key not in self._served:
            while len(self._served) >= _MAX_SERVERS:
                self._served.popitem(last=False)[1].server.close()
            self._served[key] = PooledServer(self._started(libraries), preload)
        self._served.move_to_end(key)
        return self._served[key]

    @property
    def cpu_seconds(self) -> float:
        """CPU seconds of the workers that have ended."""
        return sum(served.server.cpu_seconds for served in self._served.values())

    def skip_users(self) -> None:
        """Use other user ids for the workers of the next submission."""
        for served in self._served.values():
            served.server.skip_users()

    def close(self) -> None:
        """End all servers, and with them the workers that are left."""
        while self._served:
            self._served.popitem()[1].server.close()

    def _started(self, libraries: Sequence[str]) -> ForkServer | SpawnServer:
        limits = self._assignment.limits.of_a_worker()
        readable = readable_paths.readable_paths(libraries)
        return SERVER(libraries, plan.plan(self._layers, readable, limits))


def observe_confinement(
    assignment: Assignment, layers: Sequence[str] = plan.LAYERS
) -> level.ObservedConfinement:
    """Return the confinement of a worker on this machine."""
    servers = ServerPool(assignment, layers)
    try:
        return servers.get(("numpy",)).observed
    finally:
        servers.close()


def _texts(source: Source) -> list[str]:
    return [source.text, *(text for _, text in source.cells or ())]


def _mentioned(library: str, texts: Sequence[str]) -> bool:
    # The worker itself needs numpy.
    return library == "numpy" or any(re.search(rf"\b{re.escape(library)}\b", t) for t in texts)

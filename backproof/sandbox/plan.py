"""Plan of confinement: the layers that can work on this machine, and the workers' user ids.

The grader makes the plan and sends it as JSON to the server that forks workers.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from backproof.sandbox import landlock, seccomp, syscalls, users

LAYERS = ("rlimits", "uid", "landlock", "seccomp", "namespaces", "undumpable")


@dataclass(frozen=True)
class Limits:
    """Resources that one worker may use.

    Args:
        memory_mb: All memory that it maps, including the libraries.
        cpu_seconds: CPU time in its whole life, after which the kernel ends it.
        open_files: Open descriptors.
        threads: Threads. It applies only to a worker with a user id of its own, as the kernel
            counts threads by user.
        file_kb: The length of a file that it writes.

    """

    memory_mb: int = 1024
    cpu_seconds: int = 600
    open_files: int = 64
    threads: int = 16
    file_kb: int = 0


@dataclass(frozen=True)
class Plan:
    """The layers that a worker applies to itself.

    Args:
        layers: Names from ``LAYERS``.
        readable: The paths that Landlock leaves readable, see ``landlock.prepare``.
        limits: The limits of each worker.
        uid: The user and group id that it changes to; None keeps the grader's.
        search: Whether it keeps the capability to read files of all users; Landlock alone then
            restricts what it can read.
        without: The reason why each layer that is not in ``layers`` is left out.

    """

    layers: tuple[str, ...]
    readable: tuple[str, ...]
    limits: Limits
    uid: int | None
    search: bool = False
    without: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the plan as a dict that can be written as JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        """Return the plan that ``to_json`` described, before or after a trip through JSON."""
        fields = {
            "layers": tuple(data["layers"]),
            "readable": tuple(data["readable"]),
            "limits": Limits(**data["limits"]),
        }
        return cls(**{**data, **fields})


def plan(
    layers: Sequence[str] = LAYERS, readable: Sequence[str] = (), limits: Limits | None = None
) -> Plan:
    """Return a plan with those of the layers that can work on this machine.

    Args:
        layers: Names from ``LAYERS``.
        readable: The paths that a worker must be able to read, as ``readable_paths`` returns them.
        limits: The limits of each worker.

    Raises:
        ValueError: A name is not in ``LAYERS``.

    """
    unknown = sorted(set(layers) - set(LAYERS))
    if unknown:
        raise ValueError(f"no layer {unknown[0]!r}; there are {', '.join(LAYERS)}")
    without = {layer: "not asked for" for layer in LAYERS if layer not in layers}
    without = _obstacles() | without
    uid = None if "uid" in without else users.free_uid(secrets.randbelow(2**32))
    search = False
    if sys.platform == "linux" and (shut := users.first_shut(uid, readable)):
        search = "landlock" not in without and syscalls.has_capability(syscalls.CAP_DAC_READ_SEARCH)
        if uid is not None and not search:
            uid = None
            without["uid"] = f"another user could not read {shut}"
    kept = tuple(layer for layer in LAYERS if layer not in without)
    return Plan(kept, tuple(readable), limits or Limits(), uid, search, without)


def unique_uid(plan: Plan, number: int) -> int | None:
    """Return the user id for the ``number``-th worker of a plan; None keeps the grader's."""
    if plan.uid is None:
        return None
    uids = users.range_of(plan.uid)
    return users.free_uid(plan.uid - uids.start + number, uids)


def _obstacles() -> dict[str, str]:
    """Return why layers cannot work here, as far as that is known without trying them."""
    if sys.platform != "linux":
        return dict.fromkeys(LAYERS, f"not available on {sys.platform}")
    obstacles = {
        "uid": _no_other_user(),
        "landlock": None if landlock.version() else "not available in this kernel",
        "seccomp": seccomp.available(),
    }
    return {layer: reason for layer, reason in obstacles.items() if reason}


def _no_other_user() -> str | None:
    if not all(map(syscalls.has_capability, (syscalls.CAP_SETUID, syscalls.CAP_SETGID))):
        return "only root can run a worker as another user"
    return None if users.unused_uids() else "no unused user id is mapped into this container"

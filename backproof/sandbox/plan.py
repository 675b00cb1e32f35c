"""What workers are confined by, decided in the grader: which layers can work here, and as whom.

A plan goes to the process that workers are forked from as JSON.
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
    """What one worker may use.

    Args:
        memory_mb: Everything that it maps, the libraries included.
        cpu_seconds: Computing in all its life, a backstop: the kernel then ends it.
        open_files: Descriptors.
        threads: Threads, with a user id of its own only: it is counted by user.
        file_kb: The length of a file that it writes.

    """

    memory_mb: int = 1024
    cpu_seconds: int = 600
    open_files: int = 64
    threads: int = 16
    file_kb: int = 0


@dataclass(frozen=True)
class Plan:
    """What a worker is to put on itself.

    Args:
        layers: Names out of ``LAYERS``.
        readable: What Landlock leaves open, see ``landlock.prepare``.
        limits: Of each worker.
        uid: The user and group id that it takes on; None keeps the grader's.
        search: Whether it keeps the capability to read what other users cannot; Landlock alone
            then says what that is.
        without: Why each layer that is not in ``layers`` is left out.

    """

    layers: tuple[str, ...]
    readable: tuple[str, ...]
    limits: Limits
    uid: int | None
    search: bool = False
    without: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Give the plan as a dict that JSON can carry."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        """Make a plan of what ``to_json`` gave, whether or not JSON has carried it."""
        changed = {
            "layers": tuple(data["layers"]),
            "readable": tuple(data["readable"]),
            "limits": Limits(**data["limits"]),
        }
        return cls(**{**data, **changed})


def plan(
    layers: Sequence[str] = LAYERS, readable: Sequence[str] = (), limits: Limits | None = None
) -> Plan:
    """Decide in the grader what workers are confined by: of ``layers``, what can work here.

    Args:
        layers: Names out of ``LAYERS``.
        readable: What a worker must be able to read, as ``readable_paths`` gives it.
        limits: Of each worker.

    Raises:
        ValueError: There is no layer of such a name.

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
    """Give the user id for the ``number``-th worker of a plan; None where it keeps the grader's."""
    if plan.uid is None:
        return None
    uids = users.range_of(plan.uid)
    return users.free_uid(plan.uid - uids.start + number, uids)


def _obstacles() -> dict[str, str]:
    """Say of the layers that cannot work here, as far as can be told without trying, why."""
    if sys.platform != "linux":
        return dict.fromkeys(LAYERS, f"not available on {sys.platform}")
    found = {
        "uid": _no_other_user(),
        "landlock": None if landlock.version() else "not available in this kernel",
        "seccomp": seccomp.available(),
    }
    return {layer: why for layer, why in found.items() if why}


def _no_other_user() -> str | None:
    if not all(map(syscalls.has_capability, (syscalls.CAP_SETUID, syscalls.CAP_SETGID))):
        return "only root can run a worker as another user"
    return None if users.unused_uids() else "no unused user id is mapped into this container"

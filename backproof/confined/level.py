"""Confinement as a disposable worker observes it, by trying to break out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backproof.errors import UserError
from backproof.sandbox import escape_attempts
from backproof.wire.frames import encode
from backproof.wire.protocol import Budget, Ended

if TYPE_CHECKING:
    from backproof.confined.fork_client import ForkServer
    from backproof.confined.spawn_client import SpawnServer

NONE, PROCESS, STRICT = "none", "process", "strict"
LEVELS = (NONE, PROCESS, STRICT)
_SECONDS = 30.0


@dataclass(frozen=True)
class ObservedConfinement:
    """The confinement that a disposable worker observed.

    Attributes:
        level: ``"strict"`` if every attempt was stopped, ``"process"`` if the code merely runs in
            a process of its own, ``"none"`` if it runs in the grader's.
        layers: For each layer ``"on"``, or ``"off: "`` and the reason.
        open: The attempts that were not stopped.

    """

    level: str
    layers: Mapping[str, str]
    open: tuple[str, ...] = ()

    def summary(self) -> str:
        """Return a summary in one line."""
        active = ", ".join(name for name, state in self.layers.items() if state == "on")
        text = f"{self.level} ({active or 'no layers'})"
        return f"{text}; open: {', '.join(self.open)}" if self.open else text

    def to_json(self) -> dict[str, Any]:
        """Return the form that a grade contains."""
        return {"level": self.level, "layers": dict(self.layers), "open": list(self.open)}


IN_PROCESS = ObservedConfinement(NONE, {})


def require_level(observed: ObservedConfinement, required: str) -> None:
    """Raise ``UserError``, which says what is missing, if the level is below the required one."""
    if LEVELS.index(observed.level) >= LEVELS.index(required):
        return
    off = "; ".join(f"{name} {state}" for name, state in observed.layers.items() if state != "on")
    reached = ", ".join(observed.open)
    raise UserError(
        f"this machine does not confine a submission strictly: it could reach {reached} ({off}). "
        f"With --confinement {observed.level} it is graded all the same: do so in a container or a "
        "virtual machine of its own"
    )


def probe_server(server: ForkServer | SpawnServer) -> ObservedConfinement:
    """Let a disposable worker of ``server`` try every attempt to break out."""
    budget = Budget(_SECONDS, _SECONDS)
    with escape_attempts.canaries() as targets:
        channel = server.fork((), 0)
        try:
            layers = channel.hello(budget).value
            request = ("probe", channel.next_number, targets)
            stopped = channel.ask(encode(request), budget).value
        except Ended as ended:
            raise RuntimeError(f"the worker that tries out the confinement {ended}") from None
        finally:
            channel.close()
    still_open = tuple(name for name, held in stopped.items() if not held)
    every = {**layers, "namespaces": server.namespaces}
    return ObservedConfinement(escape_attempts.level(stopped), every, still_open)

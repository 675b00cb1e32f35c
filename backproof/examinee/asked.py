"""The submission that a student's tests call: every call is a request to another process."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backproof.assignment.limits import Limits
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.confined.failures import ending, refusal
from backproof.confined.remote_objects import CaseObjects
from backproof.submission.base import Submission
from backproof.submission.messages import SubmissionEnded
from backproof.wire.protocol import Ended, Reply

_LIMITS = Limits()

# Sends an operation and its details, with references in place of objects, and returns the reply.
Ask = Callable[[tuple[Any, ...], Callable[[Any], Any]], Reply]


@dataclass
class _Served:
    """What stands for a worker: whether it has had no call of the present case yet."""

    fresh: bool = True


class Requests:
    """Requests about the code under test, in the place of ``confined.workers.Workers``.

    Args:
        ask: Sends a request.

    Attributes:
        objects: The objects of the present case.
        hanging: No function is refused here: the other side keeps the time.

    """

    hanging = None

    def __init__(self, ask: Ask) -> None:
        self.objects: CaseObjects
        self._ask = ask
        self._served = _Served()

    def begin_case(self, objects: CaseObjects) -> None:
        """Let the other side forget the case before at its next call."""
        self.objects = objects
        self._served.fresh = True

    def continue_in(self, home: str, keep: Collection[str]) -> None:
        """Do nothing: there is one process for all units."""

    def with_module(self, _unit: str) -> _Served:
        """Return what stands for the worker."""
        return self._served

    def with_results(self, _name: str, _unit: str) -> _Served:
        """Return what stands for the worker."""
        return self._served

    def request(
        self, _served: _Served, _name: str, operation: str, *details: Any, **_limits: Any
    ) -> Reply:
        """Make a request and return the reply."""
        reply = self._ask((operation, *details), self.objects.stand_in)
        if "generators" in reply.also:
            self.objects.move_generators(reply.also["generators"])
        return reply

    def failure(self, reply: Reply, name: str) -> BaseException:
        """Return the exception for a reply without a result."""
        return refusal(reply, name, _LIMITS) or self.interference(name)

    def interference(self, name: str) -> SubmissionEnded:
        """Return the exception for a reply that makes no sense."""
        return ending(Ended("protocol"), name, _LIMITS)

    def ended(self, reason: Ended, name: str) -> SubmissionEnded:
        """Return the exception for results that cannot be kept."""
        return ending(reason, name, _LIMITS)


class AskedSubmission(ConfinedSubmission):
    """The code under test, which is in another process.

    Args:
        units: The names of the assignment's modules.
        opaque: For a function, the positions in its result of objects that do not cross.
        ask: Sends a request.

    """

    def __init__(self, units: Sequence[str], opaque: Mapping[str, Sequence[int]], ask: Ask) -> None:
        Submission.__init__(self, units)
        self._opaque = {name: tuple(places) for name, places in opaque.items()}
        self.workers = Requests(ask)  # type: ignore[assignment]  # it has what is used of them
        self.begin_case()

    def close(self) -> None:
        """Do nothing: the process ends."""

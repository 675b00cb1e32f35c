"""Functions of a submission that hang: what a call may take, and which are not called again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping

from backproof.assignment.limits import Limits
from backproof.failure_kinds import TIMEOUT
from backproof.submission.messages import SubmissionTimeout

# A function that missed so often is not called again, except in short replays.
_MAX_MISSES = 2
# Replays of a function that may miss. A function that hangs for some arguments passes others.
_MAX_LATE_REPLAYS = 3
# All calls of a replay may take this share of the time of one call: at most a few are slow.
_SHARE_OF_REPLAYS = 0.5
# How much longer than a processor is used it may take to get it.
_BUSY = 4.0


class Hanging:
    """The time that calls may take, and the functions that took longer.

    Args:
        limits: The limits of the assignment.

    Attributes:
        reference_seconds: The seconds that the slowest call of each function took on the
            reference, as far as they are known.

    """

    def __init__(self, limits: Limits) -> None:
        self.reference_seconds: Mapping[str, float] = {}
        self._limits = limits
        self._misses: Counter[str] = Counter()
        self._late_replays: Counter[str] = Counter()
        self._kinds: dict[str, str] = {}
        self._spent: defaultdict[str, float] = defaultdict(float)
        self._replay_missed = False

    def __bool__(self) -> bool:
        return bool(self._misses)

    def seconds_for(self, function: str) -> tuple[float, float]:
        """Return the seconds that one call may compute, and those that it may wait."""
        limits = self._limits
        least = limits.times_the_reference * self.reference_seconds.get(function, 0.0)
        return max(limits.cpu_seconds_per_call, least), max(limits.wall_seconds_per_call, least)

    def seconds_for_replay(
        self, functions: Collection[str], reference_seconds: float
    ) -> tuple[float, float] | None:
        """Return the seconds that a replay may compute and wait; ``None`` if it would only miss.

        Args:
            functions: The functions that it calls.
            reference_seconds: The time that it took on the reference.

        """
        self._replay_missed = False
        refused = [function for function in functions if self.refuses(function)]
        are_late = any(self._late_replays[name] >= _MAX_LATE_REPLAYS for name in functions)
        if are_late or any(map(self._is_used_up, refused)):
            return None
        share = _SHARE_OF_REPLAYS ** (2 if refused else 1)
        least = share * self._limits.times_the_reference / 2 * reference_seconds
        # A property may call no function at all.
        cpu, wall = map(max, zip(*map(self.seconds_for, functions or ("",)), strict=True))
        return max(share * cpu, least), max(share * wall, least)

    def replay_missed(self, functions: Collection[str], seconds: float) -> None:
        """Note that a replay took too long; which of its functions hangs is not known."""
        self._replay_missed = True
        self._late_replays.update(functions)
        refused = [function for function in functions if self.refuses(function)]
        for unit in {_unit_of(function) for function in refused or functions}:
            self._spent[unit] += seconds

    def missed(self, function: str, seconds: float, kind: str = TIMEOUT) -> None:
        """Note that a call took too long.

        It counts twice after a replay that took too long, and if the time of the unit is used up.
        """
        counts_twice = self._replay_missed or self._is_used_up(function)
        self._misses[function] += 1 + counts_twice
        self._kinds[function] = kind
        self._spent[_unit_of(function)] += seconds

    def returned(self, function: str) -> None:
        """Note that a call returned in time: what missed before was the machine."""
        self._misses.pop(function, None)

    def refuses(self, function: str) -> bool:
        """Return whether a function is not called again."""
        return self._misses[function] >= _MAX_MISSES

    def require(self, function: str) -> None:
        """Raise ``SubmissionTimeout`` if a function is not called again."""
        if self.refuses(function):
            name = function.partition(".")[2]
            raise SubmissionTimeout(
                f"nothing: {name} hung before and is not called again", self._kinds[function]
            )

    def _is_used_up(self, function: str) -> bool:
        return self._spent[_unit_of(function)] >= self._limits.seconds_hanging_per_unit


def waits_too_long(elapsed: float, computed: float, may_wait: float) -> bool:
    """Return whether a call has waited for longer than it may.

    On a busy machine a call waits for the processor, so one that computes may wait for a multiple
    of that time.

    Args:
        elapsed: The seconds since it began.
        computed: The seconds of computing since then.
        may_wait: The seconds that it may wait.

    """
    return elapsed - computed > max(may_wait, _BUSY * computed)


def _unit_of(function: str) -> str:
    return function.partition(".")[0]

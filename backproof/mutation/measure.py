"""The strength of an assignment's properties: every mutant of the reference is tried on them."""

from __future__ import annotations

import gc
import os
import select
import signal
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from backproof.assignment.config import Assignment
from backproof.errors import UserError
from backproof.mutation.equivalents import FILE, described, load_equivalents, stale_records
from backproof.mutation.examined import Examination, examine
from backproof.mutation.mutants import Mutant, MutantKey, mutants_of, sample_of
from backproof.mutation.priority import Priority
from backproof.mutation.trial import (
    EQUIVALENT,
    KILLED,
    SECONDS_FOR_TRIAL,
    SURVIVED,
    Trial,
    Verdict,
)
from backproof.processes import affinity
from backproof.processes.forked import ForkedProcess
from backproof.processes.interrupts import kept_ctrl_c
from backproof.suite.collect import require_units, with_suite
from backproof.suite.suite import Suite

# How long a Ctrl-C that was lost elsewhere may wait at most.
_SECONDS_TO_CTRL_C = 1.0
_ENDINGS = {-signal.SIGXCPU: "it did not end in time"}


@dataclass
class Strength:
    """The verdicts on all mutants that were tried.

    Attributes:
        verdicts: One for each mutant, in the order of the units and lines.
        problems: A line for each record of an equivalent mutant that is wrong.
        total: The number of mutants from which a sample was chosen.
        seconds: How long it took.

    """

    verdicts: list[Verdict] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    total: int = 0
    seconds: float = 0.0

    @property
    def survivors(self) -> list[Verdict]:
        """The mutants that no property killed."""
        return [verdict for verdict in self.verdicts if verdict.status == SURVIVED]

    @property
    def is_sufficient(self) -> bool:
        """Whether no mutant of a unit survives and all records are right.

        A mutant of a helper file may survive, because no unit is responsible for it.
        """
        return not self.problems and not any(one.mutant.unit for one in self.survivors)


def measure_strength(
    assignment: Assignment,
    *,
    profile: str = "grade",
    seed: int = 0,
    units: Collection[str] = (),
    sample: int | None = None,
    progress: Callable[[str, int], object] = lambda _name, _total: None,
) -> Strength:
    """Try mutants of the reference on the properties of their units.

    A mutant of a helper file, which is no unit, is tried on the properties of all units; such
    files are left out if ``units`` are chosen.

    Args:
        assignment: The assignment.
        profile: The name of the profile, which sets the number of cases.
        seed: The seed of the cases and of the sample.
        units: Only these units; all by default.
        sample: The number of mutants to try, chosen at random; all by default.
        progress: Called after each mutant with its function and the number of mutants.

    Raises:
        UserError: A part of the assignment cannot be loaded, the reference fails a property, a
            unit is unknown, or this system has no forks.

    """
    if not hasattr(os, "fork"):
        raise UserError("mutants run in forks of this process, which this system does not have")
    assignment.require_reference()
    require_units(assignment, units)
    begin = time.monotonic()
    mutants = mutants_of(assignment, units)
    reasons = load_equivalents(assignment)
    strength = Strength(problems=stale_records(reasons, mutants), total=len(mutants))
    chosen = sample_of(mutants, sample, seed)

    def work(suite: Suite) -> None:
        examination = examine(suite)
        verdicts = {}
        for verdict in _try_all(examination, chosen, reasons):
            verdicts[verdict.mutant.key] = verdict
            progress(verdict.mutant.function, len(chosen))
        strength.verdicts = [verdicts[mutant.key] for mutant in chosen]

    with_suite(assignment, work, profile=profile, seed=seed, units=units)
    _apply_records(strength, reasons)
    strength.seconds = round(time.monotonic() - begin, 1)
    return strength


def _apply_records(strength: Strength, reasons: dict[MutantKey, str]) -> None:
    """Mark the recorded mutants as equivalent; a record of a killed one is a problem."""
    for place, verdict in enumerate(strength.verdicts):
        reason = reasons.get(verdict.mutant.key)
        if reason is None:
            continue
        if verdict.status == KILLED:
            key = verdict.mutant.key
            strength.problems.append(
                f"{FILE}: {described(key)} is no equivalent mutant: {verdict.killer} fails on it"
            )
        else:
            strength.verdicts[place] = replace(verdict, status=EQUIVALENT, reason=reason)


def _try_all(
    examination: Examination, mutants: Sequence[Mutant], recorded: Collection[MutantKey]
) -> Iterator[Verdict]:
    """Try mutants, as many at a time as there are processors; yield verdicts as they arrive."""
    # The collector writes to the objects that it visits, and each fork would have to copy them.
    gc.collect()
    gc.freeze()
    priority = Priority(examination)
    waiting, running = [*reversed(mutants)], dict[int, _RunningTrial]()
    slots = max(1, len(affinity.allowed()) or os.cpu_count() or 1)
    try:
        with kept_ctrl_c() as check_ctrl_c:
            while waiting or running:
                while waiting and len(running) < slots:
                    mutant = waiting.pop()
                    order, compared = priority.order(mutant), mutant.key not in recorded
                    trial = Trial(examination, mutant, order, compared=compared)
                    process = _RunningTrial(mutant, trial, priority)
                    running[process.descriptor] = process
                check_ctrl_c()
                for descriptor in _ready(running):
                    verdict = running[descriptor].advance()
                    if verdict is not None:
                        del running[descriptor]
                        yield verdict
    finally:
        for process in running.values():
            process.close()
        gc.unfreeze()


def _ready(running: dict[int, _RunningTrial]) -> list[int]:
    """Wait for news of trials; return the descriptors of those that have some or are late."""
    poll = select.poll()
    for descriptor in running:
        poll.register(descriptor, select.POLLIN)
    events = {descriptor for descriptor, _ in poll.poll(1000 * _SECONDS_TO_CTRL_C)}
    return [key for key, trial in running.items() if key in events or trial.is_late]


class _RunningTrial:
    """A fork in which a mutant is tried."""

    def __init__(self, mutant: Mutant, trial: Trial, priority: Priority) -> None:
        self._mutant = mutant
        self._priority = priority
        self._running = ""
        self._deadline = time.monotonic() + SECONDS_FOR_TRIAL
        self._process = ForkedProcess(trial.run)

    @property
    def descriptor(self) -> int:
        """A descriptor that becomes readable when the fork has news, or has ended."""
        return self._process.connection.descriptor

    @property
    def is_late(self) -> bool:
        """Whether the fork has had all of its time."""
        return time.monotonic() > self._deadline

    def advance(self) -> Verdict | None:
        """Receive one message of the fork; return the verdict if it is the last one."""
        if self.is_late:
            self.close()
            return self._killed("it did not end in time")
        try:
            message = self._process.connection.receive()
        except (OSError, ValueError):
            code = self._process.exit_code
            self.close()
            if not self._running:  # no property killed it, and it is being compared
                return Verdict(self._mutant, SURVIVED)
            return self._killed(_ENDINGS.get(code, f"its process ended with code {code}"))
        if "running" in message:
            self._running = message["running"]
            return None
        self.close()
        if message["status"] == KILLED:
            return self._killed("")
        near = tuple((str(name), float(size)) for name, size in message.get("nearest", ()))
        return Verdict(self._mutant, message["status"], nearest=near)

    def _killed(self, ending: str) -> Verdict:
        self._priority.learn(self._mutant, self._running)
        return Verdict(self._mutant, KILLED, self._running, ending)

    def close(self) -> None:
        """End the fork."""
        self._process.close()

"""One trial: the properties run on one mutant, in a fork with limits on time and memory."""

from __future__ import annotations

import contextlib
import dataclasses
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backproof.intake.reader import SubmittedFiles
from backproof.mutation.examined import Examination, ExaminedProperty
from backproof.mutation.mutants import Mutant
from backproof.mutation.nearest import nearest
from backproof.mutation.refused_input import only_refused_differ
from backproof.processes.forked import Connection
from backproof.processes.streams import silence_standard_streams
from backproof.submission.local import LocalSubmission

KILLED, SURVIVED, REFUSED_ONLY, EQUIVALENT = (
    "killed",
    "survived",
    "refused input only",
    "equivalent",
)

# A property may take this much longer on a mutant than on the reference.
_TIMES_SLOWER = 20
_LEAST_CPU_SECONDS = 2
# A mutant that waits uses no processor time; this bounds it, even where others compute.
SECONDS_FOR_TRIAL = 600.0
# The memory that a mutant may allocate in addition to that of this process.
_MEMORY_BYTES = 2**30


@dataclass(frozen=True)
class Verdict:
    """The result of one mutant.

    Attributes:
        mutant: The mutant.
        status: ``KILLED``, ``SURVIVED``, ``REFUSED_ONLY`` or ``EQUIVALENT``.
        killer: The property that killed it, or during which its process ended.
        ending: How its process ended, if it did: it hung, or crashed.
        nearest: For a survivor, the nearest properties and the difference that each saw.
        reason: For an equivalent mutant, the recorded reason.

    """

    mutant: Mutant
    status: str
    killer: str = ""
    ending: str = ""
    nearest: tuple[tuple[str, float], ...] = ()
    reason: str = ""


class Trial:
    """The trial of one mutant, which runs in a fork.

    Args:
        examination: The properties, and the reference's calls.
        mutant: The mutant.
        order: The properties in the order in which they are tried.
        compared: Whether a survivor is compared with the reference; else it only survives.

    """

    def __init__(
        self,
        examination: Examination,
        mutant: Mutant,
        order: Sequence[ExaminedProperty],
        *,
        compared: bool,
    ) -> None:
        self._examination = examination
        self._assignment = examination.assignment
        self._mutant = mutant
        self._order = order
        self._compared = compared

    def run(self, parent: Connection) -> None:
        """Run the properties until one fails, and send the result to the parent.

        The name of each property is sent before it runs, because it may never end.
        """
        silence_standard_streams()
        _limit_memory()
        submission = self._open()
        for each in self._order:
            parent.send({"running": each.id})
            _limit_cpu_seconds(each.seconds)
            if each.fails(self._examination.suite, submission):
                parent.send({"status": KILLED, "killer": each.id})
                return
        if not self._compared:
            parent.send({"status": SURVIVED})
            return
        parent.send({"running": ""})
        _limit_cpu_seconds(sum(each.seconds for each in self._order))
        parent.send(self._of_survivor(submission))

    def _of_survivor(self, submission: LocalSubmission) -> dict[str, Any]:
        # Modules import one another by bare names too, so the reference is loaded as a whole before
        # the mutant is opened over it.
        submission.close()
        reference = LocalSubmission(self._examination.files, self._assignment.units)
        functions = {name: _function(reference, name) for name in self._examination.calls}
        submission = self._open()
        users = self._examination.users(self._mutant)
        calls = self._examination.calls
        pairs = (
            (functions[name], _function(submission, name), calls[name])
            for name in sorted(users & functions.keys())
        )
        if only_refused_differ(pairs):
            return {"status": REFUSED_ONLY}
        using = [each for each in self._order if each.functions & users]
        near = nearest(self._examination.suite, using, reference, submission)
        return {"status": SURVIVED, "nearest": near}

    def _open(self) -> LocalSubmission:
        files = changed(self._examination.files, self._mutant)
        return LocalSubmission(files, self._assignment.units)


def changed(files: SubmittedFiles, mutant: Mutant) -> SubmittedFiles:
    """Return the files of a reference with the mutant's in place of its own."""
    source = dataclasses.replace(files.files[mutant.path], text=mutant.text)
    return dataclasses.replace(files, files={**files.files, mutant.path: source})


def _function(submission: LocalSubmission, name: str) -> Any:
    unit, _, function = name.partition(".")
    return submission.function(unit, function)


def _limit_memory() -> None:
    """Bound the address space, where the system tells how large it is."""
    import resource  # Windows has no such module, and no forks

    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = pages * resource.getpagesize() + _MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))


def _limit_cpu_seconds(on_reference: float) -> None:
    """Bound the processor time until the next property; the system ends the process after it."""
    import resource

    seconds = time.process_time() + _LEAST_CPU_SECONDS + _TIMES_SLOWER * on_reference
    with contextlib.suppress(OSError, ValueError):
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds), hard))

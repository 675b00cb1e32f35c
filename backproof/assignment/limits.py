"""Resource limits of a confined submission: the table ``[tool.backproof.limits]``."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from backproof.sandbox.plan import Limits as WorkerLimits

_Seconds = Annotated[float, Meta(gt=0)]
_Count = Annotated[int, Meta(ge=1)]

# The grader itself enforces the limits on time. The kernel's limit on a worker's computing time
# only matters if the grader has died, so it is an hour longer than any single call may take.
_EXTRA_CPU_SECONDS = 3600


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """Resource limits of a confined submission, enforced by the grader.

    Attributes:
        cpu_seconds_per_call: Computing time of one call.
        wall_seconds_per_call: Time of one call in which it does not compute, which ends a call that
            sleeps.
        times_the_reference: A call may take so many times as long as the slowest of the reference's
            calls of that function, if this is more.
        seconds_to_import: Computing time to import one module.
        seconds_hanging_per_unit: After the calls that timed out have cost a unit this much time,
            a function that timed out once is not called again; any other after the second time.
        shrink_seconds: Time that the searches for smaller failing cases may take in total for one
            submission.
        memory_mb: Address space of a worker, including everything that it maps.
        output_kb: Amount that may be printed during one call; the output is discarded.
        open_files: Number of file descriptors of a worker.
        threads: Number of threads of a worker, where it runs under a user id of its own.
    """

    cpu_seconds_per_call: _Seconds = 2.0
    wall_seconds_per_call: _Seconds = 2.0
    times_the_reference: _Seconds = 200.0
    seconds_to_import: _Seconds = 10.0
    seconds_hanging_per_unit: _Seconds = 10.0
    shrink_seconds: _Seconds = 60.0
    memory_mb: _Count = 1024
    output_kb: _Count = 256
    open_files: _Count = 64
    threads: _Count = 16

    def of_a_worker(self) -> WorkerLimits:
        """Return the limits that the operating system enforces on a worker."""
        return WorkerLimits(
            memory_mb=self.memory_mb,
            cpu_seconds=_EXTRA_CPU_SECONDS + int(self.cpu_seconds_per_call),
            open_files=self.open_files,
            threads=self.threads,
        )

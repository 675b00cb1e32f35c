"""What a confined submission may use: ``[tool.backproof.limits]``."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from backproof.errors import UserError
from backproof.sandbox.plan import Limits as WorkerLimits


@dataclass(frozen=True)
class Limits:
    """The limits of a confined submission; the grader keeps them, whatever a worker says.

    Attributes:
        cpu_seconds_per_call: Seconds of computing for one call.
        wall_seconds_per_call: Seconds of the clock for one call, a precaution against sleep.
        seconds_to_import: Seconds of computing to import one module.
        seconds_hanging_per_unit: When calls that hung have cost a unit as much, the functions that
            hung are not called again.
        shrink_seconds: Seconds that a whole submission's searches for smaller cases may take.
        memory_mb: Memory of a worker, all that is mapped included.
        output_kb: What may be printed during one call; it is thrown away.
        open_files: Descriptors of a worker.
        threads: Threads of a worker, where it has a user of its own.

    """

    cpu_seconds_per_call: float = 10.0
    wall_seconds_per_call: float = 60.0
    seconds_to_import: float = 20.0
    seconds_hanging_per_unit: float = 60.0
    shrink_seconds: float = 60.0
    memory_mb: int = 1024
    output_kb: int = 256
    open_files: int = 64
    threads: int = 16

    def of_a_worker(self) -> WorkerLimits:
        """Give the limits that the system keeps."""
        return WorkerLimits(
            memory_mb=self.memory_mb,
            # The grader keeps the limits on time; this is for when there is no grader any more.
            cpu_seconds=3600 + int(self.cpu_seconds_per_call),
            open_files=self.open_files,
            threads=self.threads,
        )


def checked_limits(table: Any) -> Limits:
    """Read the limits from the configuration.

    Raises:
        UserError: A key is unknown or its value of a wrong kind; the text names it.
    """
    prefix = "[tool.backproof] limits"
    known = {entry.name: entry.type for entry in dataclasses.fields(Limits)}
    if not isinstance(table, dict):
        raise UserError(f"{prefix} must be a table of numbers")
    for name, value in table.items():
        if name not in known:
            raise UserError(f"{prefix}.{name} is unknown; known: {', '.join(known)}")
        whole = known[name] == "int"
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            raise UserError(f"{prefix}.{name} must be a {'whole ' if whole else ''}number")
        if not value > 0:
            raise UserError(f"{prefix}.{name} must be above 0")
    return Limits(**table)

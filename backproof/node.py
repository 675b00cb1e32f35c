"""A grader that stays warm for a cluster's worker: ``python -m backproof.node SETTINGS``.

It collects the properties and draws their cases once, then grades the batches that come in on its
standard input, until there are no more. A message is a line of JSON: first what it grades with,
then for each submission what came of it, and a line that ends the batch.
"""

from __future__ import annotations

import json
import os
import sys
from typing import IO, Any

from backproof.assignment import load_assignment
from backproof.casebook import draw
from backproof.classroom import share_what_is_there
from backproof.diagnosis import Diagnostician
from backproof.errors import UserError
from backproof.grading import Suite, with_suite
from backproof.intake import Intake
from backproof.probing import require_level
from backproof.seats import Order, Seats
from backproof.servers import observe
from backproof.settings import Settings


def main(settings: dict[str, Any], requests: IO[str], replies: IO[str]) -> None:
    """Serve one worker of a cluster.

    Args:
        settings: The assignment's folder (or ``None``), profile, seed, confinement and jobs.
        requests: Where the batches come from.
        replies: Where the results go.

    """

    def reply(message: dict[str, Any]) -> None:
        replies.write(json.dumps(message) + "\n")
        replies.flush()

    def serve(suite: Suite) -> None:
        book = draw(suite, assignment)
        diagnostician = Diagnostician(assignment)
        share_what_is_there()
        order = Order(suite, book, assignment, settings["confinement"], diagnostician)
        # Other graders may be on this machine: none is to share a processor while one is free.
        seats = Seats(order, settings["jobs"], pinned=False)
        try:
            reply({"identity": identity, "casebook": book.digest})
            for line in requests:
                batch = json.loads(line)
                intakes = ((key, Intake.from_json(document)) for key, document in batch)
                for key, said in seats.grade(intakes):
                    reply({"key": key, "said": said})
                reply({"end": True})
        finally:
            seats.close()

    try:
        assignment = load_assignment(settings["assignment"])
        how = settings["profile"], settings["seed"], settings["confinement"]
        identity = Settings(assignment, *how).identity()
        require_level(observe(assignment), settings["confinement"])
        with_suite(assignment, serve, profile=settings["profile"], seed=settings["seed"])
    except UserError as error:
        reply({"error": str(error)})


def _taken(descriptor: int, mode: str, instead: int) -> IO[str]:
    """Keep a standard stream for the messages; whoever else uses it gets another one."""
    private = os.fdopen(os.dup(descriptor), mode, encoding="utf-8")
    os.dup2(instead, descriptor)
    return private


if __name__ == "__main__":
    nothing = os.open(os.devnull, os.O_RDONLY)
    main(json.loads(sys.argv[1]), _taken(0, "r", nothing), _taken(1, "w", 2))

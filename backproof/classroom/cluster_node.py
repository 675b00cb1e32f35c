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

from backproof.assignment.config import load_assignment
from backproof.casebook.draw import draw
from backproof.classroom.grade_all import share_what_is_there
from backproof.classroom.settings import Settings
from backproof.confined.level import require_level
from backproof.confined.pool import observe_confinement
from backproof.diagnosis.diagnostician import Diagnostician
from backproof.errors import UserError
from backproof.grading.forked_grader import GraderPool, GradingJob
from backproof.intake.reader import SubmittedFiles
from backproof.processes.streams import private_copy
from backproof.suite.collect import with_suite
from backproof.suite.suite import Suite


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
        order = GradingJob(suite, book, assignment, settings["confinement"], diagnostician)
        # Other graders may be on this machine: none is to share a processor while one is free.
        seats = GraderPool(order, settings["jobs"], pinned=False)
        try:
            reply({"identity": identity, "casebook": book.digest})
            for line in requests:
                batch = json.loads(line)
                intakes = ((key, SubmittedFiles.from_json(document)) for key, document in batch)
                for key, said in seats.grade(intakes):
                    reply({"key": key, "said": said})
                reply({"end": True})
        finally:
            seats.close()

    try:
        assignment = load_assignment(settings["assignment"])
        how = settings["profile"], settings["seed"], settings["confinement"]
        identity = Settings(assignment, *how).identity()
        require_level(observe_confinement(assignment), settings["confinement"])
        with_suite(assignment, serve, profile=settings["profile"], seed=settings["seed"])
    except UserError as error:
        reply({"error": str(error)})


if __name__ == "__main__":
    nothing = os.open(os.devnull, os.O_RDONLY)
    main(json.loads(sys.argv[1]), private_copy(0, "r", nothing), private_copy(1, "w", 2))

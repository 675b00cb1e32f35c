"""The grader beside a worker of a Dask cluster: ``python -m backproof.classroom.cluster_node``.

It collects the properties and draws their cases once, then grades the batches that it reads from
standard input until the input ends. Each message is a line of JSON: first the identity of the
grader, then the result of each submission, and a line that ends the batch.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing
from typing import IO, Any

from backproof.assignment.config import load_assignment
from backproof.casebook.draw import draw
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
        requests: The stream of batches.
        replies: The stream of results.

    """

    def reply(message: dict[str, Any]) -> None:
        replies.write(json.dumps(message) + "\n")
        replies.flush()

    def serve(suite: Suite) -> None:
        book = draw(suite)
        job = GradingJob(suite, book, settings["confinement"], Diagnostician(assignment))
        # Other graders may run on this machine. A pinned slot could share a processor with one of
        # them while another processor is free.
        with closing(GraderPool(job, settings["jobs"], pinned=False)) as pool:
            reply({"identity": identity, "casebook": book.digest})
            for line in requests:
                batch = json.loads(line)
                submissions = ((key, SubmittedFiles.from_json(files)) for key, files in batch)
                for key, graded in pool.grade(submissions):
                    reply({"key": key, "graded": graded.to_json()})
                reply({"end": True})

    try:
        assignment = load_assignment(settings["assignment"])
        identity = Settings(
            assignment, settings["profile"], settings["seed"], settings["confinement"]
        ).identity()
        require_level(observe_confinement(assignment), settings["confinement"])
        with_suite(assignment, serve, profile=settings["profile"], seed=settings["seed"])
    except UserError as error:
        reply({"error": str(error)})


if __name__ == "__main__":
    null = os.open(os.devnull, os.O_RDONLY)
    main(json.loads(sys.argv[1]), private_copy(0, "r", null), private_copy(1, "w", 2))

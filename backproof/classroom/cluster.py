"""Grade a class on a Dask cluster: batches of submissions go out, results come back.

Each worker of the cluster has a grader of its own (``cluster_node``), in a process beside it. Dask
runs tasks in threads, from which no process should be forked, and no student's code runs in the
worker itself. If a worker is lost, its batches go to another one.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Any

from backproof.assignment.config import Assignment, default_root
from backproof.classroom.grade_all import result_of
from backproof.classroom.settings import Settings
from backproof.errors import UserError
from backproof.grades.results import Attempt, Result
from backproof.grading.forked_grader import Graded
from backproof.intake.reader import SubmittedFiles, read_submission

# Submissions in a batch for each thread of a worker, and batches in flight for each worker: enough
# to keep every thread busy, few enough that the loss of a worker repeats little work.
_SUBMISSIONS_PER_THREAD, _BATCHES_PER_WORKER = 8, 2
# The number of times that a submission is sent before it counts as not graded.
_MAX_TRIES = 4
_SECONDS_TO_CONNECT = 20
# Time for a grader besides waiting for its submissions; it includes drawing the cases.
_SECONDS_FOR_GRADER = 900.0


def grade_on_cluster(
    attempts: Sequence[Attempt],
    address: str,
    *,
    settings: Settings,
    done: Callable[[Result], None],
) -> None:
    """Grade attempts on the workers of a Dask scheduler.

    Every worker needs the same version of Backproof and the same assignment: the one that comes
    with it, or a folder at the same path.

    Args:
        attempts: The attempts to grade.
        address: The scheduler's address, such as ``tcp://host:8786``.
        settings: The settings that the results depend on.
        done: Called with each result as it arrives.

    Raises:
        UserError: Dask is not installed, there is no scheduler or no worker, or a worker has
            another version of Backproof or another assignment.

    """
    try:
        import distributed
    except ImportError:
        raise UserError(
            "--scheduler needs Dask: install it here and on the workers with "
            "pip install 'backproof[dask]'"
        ) from None
    try:
        client = distributed.Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UserError(
            f"there is no Dask scheduler at {address} ({error}): start one with `dask scheduler`"
        ) from None
    with client:
        workers = client.scheduler_info(n_workers=-1)["workers"].values()
        if not workers:
            raise UserError(
                f"the Dask scheduler at {address} has no workers: start some with "
                f"`dask worker {address}`"
            )
        batches = _Batches(client, settings, done)
        batches.size = _SUBMISSIONS_PER_THREAD * max(worker["nthreads"] for worker in workers)
        batches.grade(attempts, len(workers) * _BATCHES_PER_WORKER)


class _Batches:
    """The submissions of one class, in batches that a cluster grades."""

    def __init__(self, client: Any, settings: Settings, done: Callable[[Result], None]) -> None:
        self._client = client
        self._units = settings.assignment.units
        self._settings = _as_json(settings)
        self._done = done
        self.size = _SUBMISSIONS_PER_THREAD
        self._tries: Counter[str] = Counter()
        self._casebooks: set[str] = set()

    def grade(self, attempts: Sequence[Attempt], max_in_flight: int) -> None:
        """Keep up to ``max_in_flight`` batches in flight until every attempt has a result."""
        from distributed import as_completed

        waiting = iter(attempts)
        retries: deque[Attempt] = deque()
        in_flight: dict[Any, list[Attempt]] = {}
        completed = as_completed(loop=self._client.loop)
        try:
            while True:
                while len(in_flight) < max_in_flight:
                    # A retry is sent alone, so that it cannot cost another submission a try.
                    batch = (
                        [retries.popleft()] if retries else [*itertools.islice(waiting, self.size)]
                    )
                    if not batch:
                        break
                    if readable := self._read(batch):
                        future = self._send(readable)
                        in_flight[future] = [attempt for attempt, _ in readable]
                        completed.add(future)
                if not in_flight:
                    return
                future = next(completed)
                retries.extend(self._receive(future, in_flight.pop(future)))
        finally:
            self._client.cancel([*in_flight], force=True)

    def _read(self, batch: list[Attempt]) -> list[tuple[Attempt, SubmittedFiles]]:
        """Read the submissions of a batch; one that cannot be read has its result at once."""
        readable = []
        for attempt in batch:
            try:
                readable.append((attempt, read_submission(attempt.path, self._units)))
            except UserError as error:
                self._done(result_of(attempt, Graded(problem=str(error))))
        return readable

    def _send(self, batch: list[tuple[Attempt, SubmittedFiles]]) -> Any:
        documents = json.dumps([[attempt.name, files.to_json()] for attempt, files in batch])
        return self._client.submit(grade_batch, self._settings, documents, pure=False)

    def _receive(self, future: Any, batch: list[Attempt]) -> list[Attempt]:
        """Report the results of a batch; return the attempts that have to be sent again."""
        try:
            answer = json.loads(future.result())
            problem = "the grader on its worker was lost"
        except Exception as error:  # a worker was lost, or could not start its grader
            answer, problem = {"graded": {}}, f"its worker failed: {error}"
        if "error" in answer:
            raise UserError(answer["error"])
        self._require_same_cases(answer.get("casebook"))
        retries = []
        for attempt in batch:
            if attempt.name in answer["graded"]:
                graded = Graded.from_json(answer["graded"][attempt.name])
                self._done(result_of(attempt, graded))
                continue
            self._tries[attempt.name] += 1
            if self._tries[attempt.name] < _MAX_TRIES:
                retries.append(attempt)
            else:
                self._done(result_of(attempt, Graded(problem=problem)))
        return retries

    def _require_same_cases(self, casebook: str | None) -> None:
        if casebook is not None:
            self._casebooks.add(casebook)
        if len(self._casebooks) > 1:
            raise UserError(
                "the workers of the cluster drew different cases: they need the same versions of "
                "Python and of all packages"
            )


def _as_json(settings: Settings) -> str:
    assignment: Assignment = settings.assignment
    return json.dumps(
        {
            "assignment": None if assignment.root == default_root() else str(assignment.root),
            "profile": settings.profile,
            "seed": settings.seed,
            "confinement": settings.confinement,
            "identity": settings.identity(),
            "seconds": assignment.seconds_per_submission + _SECONDS_FOR_GRADER,
        }
    )


# The grader beside this Dask worker, by its settings; there is at most one.
_nodes: dict[str, _Node] = {}
_lock = threading.Lock()


def grade_batch(settings: str, batch: str) -> str:
    """Grade a batch on this worker: the task that Dask runs.

    Args:
        settings: The settings that the results depend on, as JSON.
        batch: Names and files of submissions, as JSON.

    Returns:
        The results that there are, by name, or an error that concerns the whole batch. It is JSON,
        so that no part of a submission is unpickled.

    """
    with _lock:  # the grader has as many slots as the worker has threads
        if settings not in _nodes:
            while _nodes:  # the grader of an earlier run
                _nodes.popitem()[1].close()
            _nodes[settings] = _Node(settings)
        node = _nodes[settings]
        try:
            answer = node.grade(batch)
        except (OSError, ValueError):
            answer = {"graded": node.graded, "casebook": node.casebook, "lost": True}
        if "error" in answer or "lost" in answer:
            _nodes.pop(settings).close()
    return json.dumps(answer)


class _Node:
    """A grader in a process of its own, which keeps its cases from batch to batch."""

    def __init__(self, settings: str) -> None:
        options = json.loads(settings)
        self._identity = options.pop("identity")
        self._seconds = options.pop("seconds")
        options["jobs"] = _threads()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "backproof.classroom.cluster_node", json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.casebook: str | None = None
        self.graded: dict[str, Any] = {}

    def grade(self, batch: str) -> dict[str, Any]:
        """Grade a batch; ``OSError`` or ``ValueError`` if the process has ended."""
        self.graded = {}
        if self.casebook is None:
            try:
                hello = self._read()
            except ValueError:
                return {"error": "the grader of a worker does not start: its log says why"}
            if "error" in hello:
                return hello
            if hello["identity"] != self._identity:
                return {"error": self._difference(hello["identity"])}
            self.casebook = hello["casebook"]
        assert self._process.stdin is not None
        self._process.stdin.write(batch + "\n")
        self._process.stdin.flush()
        while "end" not in (message := self._read()):
            self.graded[message["key"]] = message["graded"]
        return {"graded": self.graded, "casebook": self.casebook}

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        timeout = threading.Timer(self._seconds, self._process.kill)
        timeout.start()
        try:
            message: dict[str, Any] = json.loads(self._process.stdout.readline())
        finally:
            timeout.cancel()
        return message

    def _difference(self, identity: dict[str, Any]) -> str:
        differing = [name for name, value in self._identity.items() if identity.get(name) != value]
        text = ", ".join(f"{n} {identity.get(n)}, not {self._identity[n]}" for n in differing)
        return f"a worker of the cluster grades with something else: {text}"


def _threads() -> int:
    from distributed import get_worker

    return int(get_worker().state.nthreads)

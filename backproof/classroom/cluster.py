"""A class graded on a Dask cluster: batches of submissions go out, results come in.

Each worker of the cluster has a warm grader of its own (``node``), in a process beside it: Dask
runs tasks in threads, from which nothing should be forked, and no submission is to come near the
worker itself. A worker that is lost costs time only: its batches go to another one.
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
from backproof.intake.reader import SubmittedFiles, read_submission

# Submissions that are sent at once for each thread of a worker, and batches on their way for each
# worker: enough that none waits, few enough that little is done twice when one is lost.
_PER_THREAD, _BATCHES_PER_WORKER = 8, 2
# How often a submission is sent before it is given up, whatever became of its workers.
_MOST_TRIES = 4
_SECONDS_TO_CONNECT = 20
# For all that a warm grader does besides waiting for a submission, drawing the cases included.
_SECONDS_FOR_NODE = 900.0


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
        attempts: What to grade.
        address: The scheduler's, such as ``tcp://host:8786``.
        settings: What to grade with.
        done: Called with each result as it comes.

    Raises:
        UserError: Dask is not installed, there is no scheduler or no worker, or a worker grades
            with something else.
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
        batches.size = _PER_THREAD * max(worker["nthreads"] for worker in workers)
        batches.grade(attempts, len(workers) * _BATCHES_PER_WORKER)


class _Batches:
    """The submissions of one class, on their way through a cluster."""

    def __init__(self, client: Any, settings: Settings, done: Callable[[Result], None]) -> None:
        self._client = client
        self._units = settings.assignment.units
        self._settings = _sent(settings)
        self._done = done
        self.size = _PER_THREAD
        self._tries: Counter[str] = Counter()
        self._casebooks: set[str] = set()

    def grade(self, attempts: Sequence[Attempt], most: int) -> None:
        """Keep ``most`` batches on their way until there are no more."""
        from distributed import as_completed

        waiting = iter(attempts)
        again: deque[Attempt] = deque()
        on_their_way: dict[Any, list[Attempt]] = {}
        coming = as_completed(loop=self._client.loop)
        try:
            while True:
                while len(on_their_way) < most:
                    # Alone, so that no other submission is sent again with it.
                    batch = [again.popleft()] if again else [*itertools.islice(waiting, self.size)]
                    if not batch:
                        break
                    if sent := self._taken_in(batch):
                        future = self._send(sent)
                        on_their_way[future] = [attempt for attempt, _ in sent]
                        coming.add(future)
                if not on_their_way:
                    return
                future = next(coming)
                again.extend(self._receive(future, on_their_way.pop(future)))
        finally:
            self._client.cancel([*on_their_way], force=True)

    def _taken_in(self, batch: list[Attempt]) -> list[tuple[Attempt, SubmittedFiles]]:
        """Take a batch in; what is no submission has its result at once."""
        sent = []
        for attempt in batch:
            try:
                sent.append((attempt, read_submission(attempt.path, self._units)))
            except UserError as error:
                self._done(result_of(attempt, {"problem": str(error)}))
        return sent

    def _send(self, batch: list[tuple[Attempt, SubmittedFiles]]) -> Any:
        documents = json.dumps([[attempt.name, intake.to_json()] for attempt, intake in batch])
        return self._client.submit(grade_batch, self._settings, documents, pure=False)

    def _receive(self, future: Any, batch: list[Attempt]) -> list[Attempt]:
        """Pass on what came of a batch; give what has to be sent again."""
        try:
            answer = json.loads(future.result())
            problem = "the grader on its worker was lost"
        except Exception as error:  # a worker was lost, or could not even begin
            answer, problem = {"said": {}}, f"its worker failed: {error}"
        if "error" in answer:
            raise UserError(answer["error"])
        said = answer["said"]
        self._require_same_cases(answer.get("casebook"))
        again = []
        for attempt in batch:
            if attempt.name in said:
                self._done(result_of(attempt, said[attempt.name]))
                continue
            self._tries[attempt.name] += 1
            if self._tries[attempt.name] < _MOST_TRIES:
                again.append(attempt)
            else:
                self._done(result_of(attempt, {"problem": problem}))
        return again

    def _require_same_cases(self, casebook: str | None) -> None:
        self._casebooks |= {casebook} - {None}  # type: ignore[arg-type]  # None is taken out
        if len(self._casebooks) > 1:
            raise UserError(
                "the workers of the cluster drew different cases: they need the same versions of "
                "Python and of all packages"
            )


def _sent(settings: Settings) -> str:
    assignment: Assignment = settings.assignment
    return json.dumps(
        {
            "assignment": None if assignment.root == default_root() else str(assignment.root),
            "profile": settings.profile,
            "seed": settings.seed,
            "confinement": settings.confinement,
            "identity": settings.identity(),
            "seconds": assignment.seconds_per_submission + _SECONDS_FOR_NODE,
        }
    )


_nodes: dict[str, _Node] = {}
_lock = threading.Lock()


def grade_batch(settings: str, batch: str) -> str:
    """Grade a batch on this worker: a task of Dask's.

    Args:
        settings: What to grade with, as JSON.
        batch: Names of submissions and what was taken in for each, as JSON.

    Returns:
        What came of each that there is a result for, by name; or an error that concerns all. As
        JSON: nothing of a submission is unpickled anywhere.
    """
    with _lock:  # its grader has as many seats as the worker has threads
        if settings not in _nodes:
            while _nodes:  # of a run before
                _nodes.popitem()[1].close()
            _nodes[settings] = _Node(settings)
        node = _nodes[settings]
        try:
            answer = node.grade(batch)
        except (OSError, ValueError):
            answer = {"said": node.said, "casebook": node.casebook, "lost": True}
        if "error" in answer or "lost" in answer:
            _nodes.pop(settings).close()
    return json.dumps(answer)


class _Node:
    """A warm grader in a process of its own."""

    def __init__(self, settings: str) -> None:
        told = json.loads(settings)
        self._identity = told.pop("identity")
        self._seconds = told.pop("seconds")
        settings = json.dumps(told | {"jobs": _threads()})
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "backproof.classroom.cluster_node", settings],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.casebook: str | None = None
        self.said: dict[str, Any] = {}

    def grade(self, batch: str) -> dict[str, Any]:
        """Grade a batch; ``OSError`` or ``ValueError`` if the process is gone."""
        self.said = {}
        if self.casebook is None:
            try:
                begun = self._read()
            except ValueError:
                return {"error": "the grader of a worker does not start: its log says why"}
            if "error" in begun:
                return begun
            if begun["identity"] != self._identity:
                return {"error": self._difference(begun["identity"])}
            self.casebook = begun["casebook"]
        assert self._process.stdin is not None
        self._process.stdin.write(batch + "\n")
        self._process.stdin.flush()
        while "end" not in (message := self._read()):
            self.said[message["key"]] = message["said"]
        return {"said": self.said, "casebook": self.casebook}

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        late = threading.Timer(self._seconds, self._process.kill)
        late.start()
        try:
            message: dict[str, Any] = json.loads(self._process.stdout.readline())
        finally:
            late.cancel()
        return message

    def _difference(self, theirs: dict[str, Any]) -> str:
        unlike = [name for name, value in self._identity.items() if theirs.get(name) != value]
        said = ", ".join(f"{n} {theirs.get(n)}, not {self._identity[n]}" for n in unlike)
        return f"a worker of the cluster grades with something else: {said}"


def _threads() -> int:
    from distributed import get_worker

    return int(get_worker().state.nthreads)

"""Our end of the connection to a confined worker that runs a student's tests."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from backproof.assignment.config import Assignment
from backproof.confined.channel import Channel
from backproof.confined.fork_client import ForkServer
from backproof.examination.served_code import ServedCode
from backproof.examination.suite import StudentTest, TestSuite
from backproof.failure_kinds import PROTOCOL, TIMEOUT
from backproof.wire.frames import encode
from backproof.wire.protocol import Budget, Ended, Reply
from backproof.wire.values import WireError

ACCEPTED, REJECTED, ENDED = "accepted", "rejected", "ended"
_STATUSES = (ACCEPTED, REJECTED)
_START = Budget(60.0, 60.0)
_SECONDS_TO_LOAD = Budget(20.0, 20.0)


@dataclass(frozen=True)
class Outcome:
    """The outcome of one run of a test.

    Attributes:
        status: ``ACCEPTED`` or ``REJECTED``; ``ENDED`` if the test ended its process, or ran out
            of time.
        text: Why it does not accept the code.
        case: The failing case, as Hypothesis writes it.
        parameters: The set of parameters of the test.
        touched: The functions that it called, as ``"unit.name"``.

    """

    status: str
    text: str = ""
    case: str = ""
    parameters: str = ""
    touched: frozenset[str] = frozenset()


class TestWorker:
    """A worker that has loaded a student's tests.

    Args:
        server: The server that it is forked from.
        assignment: Its units, options and limits.
        suite: The tests.
        code: The implementation that answers the calls.

    Attributes:
        tests: The tests that it has found.
        problems: What it could not load: the path of a file, and why.

    Raises:
        Ended: The tests end the process when they are loaded.

    """

    __test__ = False

    def __init__(
        self, server: ForkServer, assignment: Assignment, suite: TestSuite, code: ServedCode
    ) -> None:
        self._code = code
        self._seconds = assignment.examine.seconds_per_test
        self._channel: Channel = server.fork((), assignment.limits.output_kb)
        try:
            self._channel.hello(_START)
            document = np.frombuffer(json.dumps(suite.to_send(assignment)).encode(), dtype=np.uint8)
            found, problems = self._checked_tests(self._exchange("load", document))
        except BaseException:
            self._channel.close()
            raise
        self.tests = tuple(found)
        self.problems = tuple(problems)

    def run(self, number: int, seed: int, cases: int, *, shrink: bool = False) -> Outcome:
        """Run a test; afterwards the worker has ended if the outcome is ``ENDED``.

        Args:
            number: The number of the test.
            seed: The seed of its cases.
            cases: The most cases.
            shrink: Whether to look for a smaller failing case.

        """
        self._code.touched.clear()
        try:
            value = self._exchange("run", number, seed, cases, shrink)
        except Ended as ended:
            return Outcome(ENDED, _words(ended, self._seconds), touched=self._touched())
        match value:
            case (str(status), str(text), str(case), str(parameters)) if status in _STATUSES:
                return Outcome(status, text, case, parameters, self._touched())
        self.close()
        return Outcome(ENDED, "it wrote into the connection to the grader")

    def close(self) -> None:
        """End the process."""
        self._channel.close()

    def _touched(self) -> frozenset[str]:
        return frozenset(self._code.touched)

    def _exchange(self, operation: str, *details: Any) -> Any:
        """Make a request, answer the calls until there is a reply to it, and return that."""
        budget = Budget(self._seconds, self._seconds)
        if operation == "load":
            budget = _SECONDS_TO_LOAD
        end = time.monotonic() + 2 * budget.wall
        request: tuple[Any, ...] = (operation, *details)
        while True:
            name, *rest = request
            try:
                frame = encode((name, self._channel.next_number, *rest))
            except WireError:  # a result that is too large to be sent
                frame = encode(("answer", self._channel.next_number, "too large", "", 0, None))
            reply: Reply = self._channel.ask(frame, budget)
            question = reply.value
            if not (type(question) is tuple and len(question) == 2 and question[0] == "ask"):
                return question
            if time.monotonic() > end:
                self.close()
                raise Ended(TIMEOUT)
            parts = question[1]
            if type(parts) is not list or not parts:
                self.close()
                raise Ended(PROTOCOL)
            try:
                request = ("answer", *self._code.respond(parts[0], parts[1:]))
            except Ended:
                self.close()
                raise

    def _checked_tests(self, value: Any) -> tuple[list[StudentTest], list[tuple[str, str]]]:
        match value:
            case (list(found), list(problems)):
                tests = [_test(each) for each in found]
                return tests, [_problem(each) for each in problems]
        raise Ended(PROTOCOL)


def _test(value: Any) -> StudentTest:
    match value:
        case (str(path), str(name), bool(takes_code)):
            return StudentTest(path, name, takes_code)
    raise Ended(PROTOCOL)


def _problem(value: Any) -> tuple[str, str]:
    match value:
        case (str(path), str(text)):
            return path, text
    raise Ended(PROTOCOL)


_WORDS: Mapping[str, str] = {
    "exited": "it ended the program",
    "crash": "it crashed the program",
    "memory": "it needed more memory than it may use",
    "output-flood": "it printed too much",
    "protocol": "it wrote into the connection to the grader",
}


def _words(ended: Ended, seconds: float) -> str:
    return _WORDS.get(ended.kind, f"it took over {seconds:g} seconds")

"""What a student handed in, as an object that properties call: ``submission.<unit>.<name>(…)``."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from backproof.calling import (
    StudentCode,
    Unavailable,
    Watching,
    changed_arguments,
    describe,
    overwrite,
)
from backproof.errors import (
    Mismatch,
    NotStarted,
    SubmissionRaised,
    SubmissionUnavailable,
)
from backproof.intake import Intake, take_in
from backproof.kinds import EXCEPTION, MEMORY


@dataclass(eq=False)
class Call:
    """One call of a student's function: what went in, what came out, what else it did.

    ``overwritten`` holds what the arrays that it was handed were filled with afterwards.
    """

    function: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    result: Any = None
    warnings: tuple[str, ...] = ()
    overwritten: list[float] = field(default_factory=list)
    _handed_over: tuple[Any, ...] = field(default=(), repr=False)

    @property
    def changed(self) -> tuple[str, ...]:
        """The arguments that were written into by now: a generator writes when it is drained."""
        return changed_arguments(self.arguments, self._handed_over)

    def overwrite_arguments(self, value: float) -> None:
        """Fill the arrays that the student's code was handed, as a caller may do afterwards."""
        self.overwritten.append(value)
        pairs = zip(self.arguments, self._handed_over, strict=True)
        overwrite([copy for original, copy in pairs if copy is not original], value)


class SubmissionFunction:
    """A student's function. Arrays are handed over as copies, so it cannot change a case."""

    def __init__(self, submission: Submission, unit: str, name: str) -> None:
        self._submission = submission
        self._unit = unit
        self._name = name

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call it; its exceptions become messages to the student."""
        return self._submission.call(self._unit, self._name, arguments, keywords, False).result

    def observe(self, *arguments: Any, **keywords: Any) -> Call:
        """Call it and see what else it did: arguments changed in place, numerical warnings."""
        return self._submission.call(self._unit, self._name, arguments, keywords, True)


class Unit:
    """One module of a submission; its attributes are the student's functions."""

    def __init__(self, submission: Submission, unit: str) -> None:
        self._submission = submission
        self._unit = unit

    def __getattr__(self, name: str) -> SubmissionFunction:
        function = SubmissionFunction(self._submission, self._unit, name)
        setattr(self, name, function)
        return function


class Submission:
    """The face that properties see; where the student's code runs is up to the subclass.

    Args:
        units: The names of the assignment's modules.

    """

    def __init__(self, units: Sequence[str]) -> None:
        self._units = tuple(units)
        self.journal: list[Call] = []
        self.touched: set[str] = set()

    def __getattr__(self, name: str) -> Unit:
        if name.startswith("_") or name not in self._units:
            raise AttributeError(f"the assignment has no unit {name!r}; it has {self._units}")
        unit = Unit(self, name)
        setattr(self, name, unit)
        return unit

    def __repr__(self) -> str:
        """Name it as the student would."""
        return "your code"

    def begin_property(self, unit: str) -> None:  # a worker is chosen by it
        """Forget what the property before did; the next one is of ``unit``."""
        self.touched.clear()
        self.begin_case()

    def begin_case(self) -> None:
        """Forget the calls of the case before."""
        self.journal = []

    def renew(self) -> bool:
        """Start the student's code afresh after a time-out, if that can be done."""
        return False

    def call(
        self,
        unit: str,
        name: str,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
        observed: bool,
    ) -> Call:
        """Call a student's function; what it raises becomes a message to the student.

        Raises:
            NotStarted: It raises ``NotImplementedError``.
            SubmissionUnavailable: It is not there.
            SubmissionRaised: It raises anything else.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the student's code."""


class LocalSubmission(Submission):
    """A submission imported into this process, each module on first use.

    Args:
        handed_in: Where it is, in any form that can be taken in, or what was taken in.
        units: The names of the assignment's modules.
        replacements: Functions, by ``"unit.name"``, that stand in for the submission's own.

    Raises:
        UserError: What was handed in cannot be taken in.

    """

    def __init__(
        self,
        handed_in: str | os.PathLike[str] | Intake,
        units: Sequence[str],
        replacements: Mapping[str, Callable[..., Any]] | None = None,
    ) -> None:
        super().__init__(units)
        intake = handed_in if isinstance(handed_in, Intake) else take_in(handed_in, units)
        self._theirs: dict[int, Any] = {}
        self._code = StudentCode(intake.files, units, intake.whole, replacements)

    def replace(self, replacements: Mapping[str, Callable[..., Any]]) -> None:
        """Put functions in the place of the submission's own, and others back in theirs."""
        self._code.replace(replacements)

    def begin_case(self) -> None:
        """Forget the calls of the case before, and what they returned."""
        super().begin_case()
        self._theirs = {}

    def function(self, unit: str, name: str) -> Callable[..., Any]:
        """Find the student's function, or say why it is not there."""
        self.touched.add(f"{unit}.{name}")
        try:
            return self._code.function(unit, name)
        except Unavailable as problem:
            raise SubmissionUnavailable(str(problem), problem.kind) from None

    def call(
        self,
        unit: str,
        name: str,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
        observed: bool,
    ) -> Call:
        """Call a student's function in this process."""
        with Watching(observed) as told:
            function = self.function(unit, name)
            call = Call(f"{unit}.{name}", arguments, keywords)
            call._handed_over = tuple(self._private(value) for value in arguments)
            self.journal.append(call)
            try:
                call.result = function(*call._handed_over, **keywords)
            except (Exception, SystemExit) as exception:
                raise as_message(exception, name) from exception
        self._remember(call.result)
        call.warnings = tuple(told)
        return call

    def close(self) -> None:
        """Forget the student's modules, so that another submission can be imported."""
        self._code.close()

    def _private(self, value: Any) -> Any:
        """Copy the arrays in ``value``; the student's own objects stay the same objects."""
        if id(value) in self._theirs:
            return value
        if type(value) is np.ndarray:
            return value.copy()
        if type(value) in (list, tuple):
            return type(value)(self._private(entry) for entry in value)
        return value

    def _remember(self, result: Any) -> None:
        """Keep what the student's code returned, to hand it back as it is."""
        entries = result if isinstance(result, tuple | list) else ()
        for value in (result, *entries):
            self._theirs[id(value)] = value


class RemoteFailure(Exception):
    """What an iterable of the student's raised in another process, on the way."""

    def __init__(self, said_of: Callable[[str], BaseException]) -> None:
        super().__init__()
        self.said_of = said_of


def as_message(exception: BaseException, name: str) -> BaseException:
    """Turn what a student's code raised into what is said of it."""
    if isinstance(exception, RemoteFailure):
        return exception.said_of(name)
    if isinstance(exception, NotImplementedError):
        return not_started(name)
    kind = MEMORY if isinstance(exception, MemoryError) else EXCEPTION
    return raised(name, describe(exception), kind)


def not_started(name: str) -> NotStarted:
    """Say that a function is not written yet."""
    return NotStarted(f"{name} is not started")


def raised(name: str, what: str, kind: str) -> SubmissionRaised:
    """Say what a function raised."""
    return SubmissionRaised(f"{name} raised {what}", "a result, without an exception", kind)


class Remote:
    """An object of the student's that stays with the student's code, in another process."""

    def drain(self, at_most: int, what: str) -> list[Any]:
        """List what it yields, at most one more than ``at_most``."""
        raise NotImplementedError


# Told what an iterable of a submission yielded, where somebody watches.
on_drained: list[Callable[[Any, Sequence[Any]], None]] = []


def drain(iterable: Any, *, at_most: int, what: str) -> list[Any]:
    """List what a student's iterable yields, one pass, its exceptions turned into messages.

    Raises:
        Mismatch: It is no iterable, or yields more than ``at_most`` items.
        SubmissionRaised: It raises an exception on the way.

    """
    items = iterable.drain(at_most, what) if isinstance(iterable, Remote) else None
    if items is None:
        items = _drained(iterable, at_most, what)
    for tell in on_drained:
        tell(iterable, items)
    if len(items) > at_most:
        raise Mismatch(f"{what} yields more than {at_most} items", f"at most {at_most} items")
    return items


def not_iterable(what: str, kind: str) -> Mismatch:
    """Say that there is nothing to iterate over."""
    return Mismatch(f"{what} is {kind}", "something to iterate over")


def _drained(iterable: Iterable[Any], at_most: int, what: str) -> list[Any]:
    items: list[Any] = []
    try:
        iterator = iter(iterable)
    except TypeError:
        raise not_iterable(what, type(iterable).__name__) from None
    except (Exception, SystemExit) as exception:
        raise as_message(exception, what) from exception
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for item in iterator:
                items.append(item)
                if len(items) > at_most:
                    break
    except Mismatch:
        raise
    except (Exception, SystemExit) as exception:
        raise as_message(exception, what) from exception
    return items

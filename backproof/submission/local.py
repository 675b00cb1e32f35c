"""A submission that runs in the grader's own process."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from backproof.assignment.limits import Limits
from backproof.failure_kinds import CPU_LIMIT
from backproof.intake.reader import SubmittedFiles, read_submission
from backproof.student_code.calls import CallerSettings
from backproof.student_code.modules import StudentCode, Unavailable
from backproof.student_code.operations import OPERATIONS
from backproof.student_code.stand_ins import STAND_INS
from backproof.submission.base import Call, Submission
from backproof.submission.hanging import Hanging, waits_too_long
from backproof.submission.messages import (
    SubmissionTimeout,
    SubmissionUnavailable,
    as_message,
)
from backproof.submission.proxies import Proxy
from backproof.wire.anatomy import (
    MAX_DEPTH,
    MAX_ENTRIES,
    NOT_PLAIN,
    WHOLE,
    plain,
    take_apart,
    with_parts,
)
from backproof.wire.records import OwnClasses, class_named

# Larger results are not copied, because a broadcast array may be far larger than its memory.
_MAX_COPIED_BYTES = 2**26


class LocalSubmission(Submission):
    """A submission imported into this process, each module on first use.

    Args:
        submitted: Its path, or its files.
        units: The names of the assignment's modules.
        replacements: Functions, by ``"unit.name"``, that replace the submission's own.
        stand_ins: The modules of which it gets silent stand-ins.
        limits: The limits of a call; only those on its time apply in this process.

    Raises:
        UserError: The submission cannot be read.

    """

    def __init__(
        self,
        submitted: str | os.PathLike[str] | SubmittedFiles,
        units: Sequence[str],
        replacements: Mapping[str, Callable[..., Any]] | None = None,
        stand_ins: Collection[str] = STAND_INS,
        limits: Limits | None = None,
    ) -> None:
        super().__init__(units)
        if not isinstance(submitted, SubmittedFiles):
            submitted = read_submission(submitted, units)
        self.submitted = submitted
        # The objects of results as the student's code has them, by the id of what the caller got.
        self._own: dict[int, tuple[Any, Any]] = {}
        self._classes = OwnClasses()
        self._code = StudentCode(
            submitted.files, units, submitted.single_file, replacements, stand_ins=stand_ins
        )
        self.hanging = Hanging(limits) if limits else None
        # The function that runs, and the clocks when it began; an iterator runs after its call.
        self._running: tuple[str, float, float] | None = None

    def replace(self, replacements: Mapping[str, Callable[..., Any]]) -> None:
        """Replace functions of the submission; restore those that were replaced before."""
        self._code.replace(replacements)

    def begin_case(self) -> None:
        """Forget the calls of the case before, and their results."""
        super().begin_case()
        self._own = {}
        self._running = None

    def function(self, unit: str, name: str) -> Callable[..., Any]:
        """Return the student's function; ``SubmissionUnavailable`` if it does not exist."""
        self.touch(f"{unit}.{name}")
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
        with CallerSettings(observed) as warnings:
            student_function = self.function(unit, name)
            call = Call(f"{unit}.{name}", arguments, keywords)
            call._handed_over = tuple([self._resolved(value, copy=True) for value in arguments])
            named = {key: self._resolved(value, copy=True) for key, value in keywords.items()}
            if observed:
                call._before = tuple([self._resolved(value, copy=False) for value in arguments])
            self.journal.append(call)
            self._begin(call.function)
            try:
                result = student_function(*call._handed_over, **named)
            except (Exception, SystemExit) as exception:
                raise as_message(exception, name) from exception
            self._running = None
        if isinstance(result, Iterator):
            self._begin(call.function)
        self._receive(call, result)
        call.warnings = tuple(warnings)
        return call

    def own_form(self, value: Any) -> Any:
        """Return an argument as the student's code gets it, but for arrays, which stay as they are.

        Proxies become the objects, and records objects of their classes.
        """
        if isinstance(value, LocalObject):
            return value._original
        if type(value) in WHOLE or type(value) is np.ndarray:
            return value
        return with_parts(value, self.own_form, self._classes.restore)

    def overdue(self) -> SubmissionTimeout | None:
        """Return the exception for a call that takes too long by now, and note that it hangs."""
        if self._running is None or self.hanging is None:
            return None
        function, begin, begin_cpu = self._running
        may_compute, may_wait = self.hanging.seconds_for(function)
        computed = time.process_time() - begin_cpu
        elapsed = time.monotonic() - begin
        name = function.partition(".")[2]
        if computed > may_compute:
            self.hanging.missed(function, may_compute, CPU_LIMIT)
            text = f"nothing: {name} took over {may_compute:g} seconds of computing"
            return SubmissionTimeout(text, CPU_LIMIT)
        if waits_too_long(elapsed, computed, may_wait):
            self.hanging.missed(function, may_wait)
            return SubmissionTimeout(f"nothing: {name} took over {may_wait:g} seconds")
        return None

    def _begin(self, function: str) -> None:
        if self.hanging is not None:
            self.hanging.require(function)
            self._running = function, time.monotonic(), time.process_time()

    def close(self) -> None:
        """Remove the student's modules, so that another submission can be imported."""
        self._code.close()

    def _resolved(self, value: Any, *, copy: bool) -> Any:
        """Return a value with the student's own objects in place of results; copy other arrays."""
        own = self._own.get(id(value))
        if own is not None:
            return own[1]
        kind = type(value)
        if kind is np.ndarray:
            return value.copy() if copy else value
        if kind in WHOLE:
            return value
        if isinstance(value, LocalObject):
            return value._original
        return with_parts(
            value, lambda part: self._resolved(part, copy=copy), self._classes.restore
        )

    def _receive(self, call: Call, result: Any) -> None:
        """Set the result of a call to a copy; keep the original, which may be handed back."""
        copier = _Copier(self._classes)
        call.result = copier.copy(result)
        call._copies = copier.arrays
        pairs = [(call.result, result)]
        if isinstance(call.result, list | tuple):
            pairs += zip(call.result, _entries(result), strict=True)
        for copied, original in pairs:
            self._own[id(copied)] = copied, original


class LocalObject(Proxy):
    """A proxy of an object in this process."""

    def __init__(self, original: Any, classes: OwnClasses) -> None:
        self._original = original
        self._classes = classes

    def _use(
        self, attribute: str, arguments: tuple[Any, ...] | None, keywords: dict[str, Any]
    ) -> Any:
        name, used = self._name_of(attribute), self._original
        with CallerSettings(observed=False):
            try:
                operation = OPERATIONS.get(attribute) if arguments is not None else None
                if operation is not None:
                    used = operation(used, *self._own(arguments))
                elif attribute:
                    used = getattr(used, attribute)
                if arguments is not None and operation is None:
                    used = used(*self._own(arguments), **self._own(keywords))
            except (Exception, SystemExit) as exception:
                raise as_message(exception, name) from exception
        copied = _Copier(self._classes).copy(used)
        if arguments is None and isinstance(copied, LocalObject):
            copied._label = name
        return copied

    def _own(self, value: Any) -> Any:
        if isinstance(value, LocalObject):
            return value._original
        if type(value) is np.ndarray:
            return value.copy()
        return with_parts(value, self._own, self._classes.restore)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        array = np.asarray(self._original)
        if array.dtype.kind == "O":
            array = np.asarray(float(self._original))
        return np.array(array, dtype=dtype)

    def __float__(self) -> float:
        return float(self._original)

    def __iter__(self) -> Iterator[Any]:
        # Items keep their memory: a batch may be overwritten when the next one is taken.
        iterator = iter(self._original)
        return (_Copier(self._classes, copies_arrays=False).copy(item) for item in iterator)

    def _drain(self, _at_most: int, _what: str) -> None:
        return None


class _Copier:
    """Copies one result of a student's function, by the rules by which values cross to a grader.

    Args:
        classes: Receives the classes of records.
        copies_arrays: Whether arrays are copied, too.

    Attributes:
        arrays: Pairs of the copied arrays and their originals.

    """

    def __init__(self, classes: OwnClasses, *, copies_arrays: bool = True) -> None:
        self.arrays: list[tuple[Any, Any]] = []
        self._classes = classes
        self._copies_arrays = copies_arrays
        self._entries_left = MAX_ENTRIES

    def copy(self, value: Any, depth: int = 0) -> Any:
        """Return a copy of a value; a proxy of an object that is none."""
        kind = type(value)
        if value is None or kind is float or isinstance(value, Proxy | np.random.Generator):
            return value
        try:
            copied = self._copied(value, depth)
        except Exception:  # a student's object may raise anything when it is read
            copied = NOT_PLAIN
        if copied is not NOT_PLAIN:
            return copied
        return class_named(LocalObject, kind.__name__)(value, self._classes)

    def _copied(self, value: Any, depth: int) -> Any:
        leaf = plain(value)
        if leaf is not NOT_PLAIN:
            self._classes.note(value)
            is_array = isinstance(leaf, np.ndarray) and leaf.nbytes <= _MAX_COPIED_BYTES
            if is_array and self._copies_arrays:
                self.arrays.append((np.array(leaf), leaf))
                return self.arrays[-1][0]
            return leaf
        anatomy = take_apart(value) if depth < MAX_DEPTH else None
        if anatomy is None:
            return NOT_PLAIN
        self._entries_left -= len(anatomy.parts)
        if self._entries_left < 0:
            return NOT_PLAIN
        self._classes.note(value)
        parts = [self.copy(part, depth + 1) for part in anatomy.parts]
        hashed = (part for place, part in enumerate(parts) if anatomy.is_hashed(place))
        return NOT_PLAIN if any(isinstance(p, Proxy) for p in hashed) else anatomy.rebuild(parts)


def _entries(result: Any) -> list[Any]:
    anatomy = take_apart(result)
    return anatomy.parts if anatomy is not None else []

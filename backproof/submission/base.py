"""Interface of a submission: properties call its functions as ``submission.<unit>.<name>(…)``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from backproof.intake.reader import SubmittedFiles
from backproof.student_code.calls import changed_arguments, overwrite
from backproof.submission.hanging import Hanging
from backproof.submission.messages import SubmissionTimeout


@dataclass(eq=False)
class Use:
    """A use of a student's object that stays with the student's code: of a method, an operator.

    Attributes:
        target: The object.
        attribute: The name of the attribute or special method; empty if the object is called.
        arguments: The positional arguments; ``None`` if the attribute is read.
        keywords: The keyword arguments.
        result: What it returned.

    """

    target: Any
    attribute: str
    arguments: tuple[Any, ...] | None
    keywords: dict[str, Any]
    result: Any = None


@dataclass(eq=False)
class Call:
    """One call of a student's function: its arguments, its result, and its side effects.

    The arrays of the result are copies, so they stay as they were when the function returned.

    Attributes:
        function: The function, as ``"unit.name"``.
        arguments: The caller's positional arguments.
        keywords: The keyword arguments.
        result: The returned value.
        warnings: The numerical warnings, if the call was observed.
        overwritten: The values that the function's arrays were filled with afterwards.
        changed_later: Whether ``result_now`` has changed an array of the result.
        part_names: The names by which the property has split the result into parts.
        items: The items of the result, if it is an iterable that the property has drained.
        uses: The uses of the student's objects between this call and the next one.

    """

    function: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    result: Any = None
    warnings: tuple[str, ...] = ()
    overwritten: list[float] = field(default_factory=list)
    changed_later: bool = False
    part_names: tuple[str, ...] = ()
    items: Sequence[Any] | None = None
    uses: list[Use] = field(default_factory=list)
    # Of an observed call, the arguments as the caller holds them; the arguments as the function got
    # them; pairs of the result's arrays, as the caller holds them and as the student's code does.
    _before: tuple[Any, ...] = field(default=(), repr=False)
    _handed_over: tuple[Any, ...] = field(default=(), repr=False)
    _copies: Sequence[tuple[Any, Any]] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        """The function's own name, without its unit."""
        return self.function.partition(".")[2]

    @property
    def changed(self) -> dict[str, Any]:
        """The arguments that have been written into; a generator may do so when it is drained.

        The keys are as ``"argument 1"``; the values are the arrays as they are now, and ``None``
        for arguments of other types.
        """
        return changed_arguments(self._before, self._handed_over)

    def overwrite_arguments(self, value: float) -> None:
        """Fill the arrays that the student's code was handed, as a caller may do afterwards."""
        self.overwritten.append(value)
        pairs = zip(self._before, self._handed_over, strict=True)
        overwrite([copy for original, copy in pairs if copy is not original], value)

    def result_now(self) -> Any:
        """Return the result after updating its arrays to what they are in the student's code."""
        self.changed_later |= update_arrays(self._copies)
        return self.result


def update_arrays(pairs: Iterable[tuple[np.ndarray[Any, Any], Any]]) -> bool:
    """Write the second array of each pair into the first, if it has the same shape and dtype.

    Returns:
        Whether this changed an array.

    """
    changed = False
    for target, source in pairs:
        is_array = type(source) is np.ndarray
        if is_array and source.shape == target.shape and source.dtype == target.dtype:
            changed = changed or target.tobytes() != source.tobytes()
            target[...] = source
    return changed


# The calls of the case that is running.
_running: list[list[Call]] = [[]]


def call_of(result: Any) -> Call | None:
    """Return the last call of the running case that returned this object."""
    return next((call for call in reversed(_running[0]) if call.result is result), None)


def note_use(use: Use) -> None:
    """Add a use to the last call of the running case."""
    if _running[0]:
        _running[0][-1].uses.append(use)


class SubmissionFunction:
    """A student's function. It gets copies of arrays, so it cannot change a case."""

    def __init__(self, submission: Submission, unit: str, name: str) -> None:
        self._submission = submission
        self._unit = unit
        self._name = name

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call the function and return its result; exceptions become messages to the student."""
        return self._submission.call(self._unit, self._name, arguments, keywords, False).result

    def observe(self, *arguments: Any, **keywords: Any) -> Call:
        """Call the function and return the call, which shows changed arguments and warnings."""
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
    """Base class of submissions; subclasses determine where the student's code runs.

    Args:
        units: The names of the assignment's modules.

    Attributes:
        journal: The calls of the present case.
        touched: The functions that the present property has called, as ``"unit.name"``.
        latest: The last of them; empty before the first call.
        submitted: The files, if they are known.
        hanging: The functions that hang; ``None`` if calls have no limit of their own.

    """

    def __init__(self, units: Sequence[str]) -> None:
        self._units = tuple(units)
        self.journal: list[Call] = []
        self.touched: set[str] = set()
        self.latest = ""
        self.submitted: SubmittedFiles | None = None
        self.hanging: Hanging | None = None

    def __getattr__(self, name: str) -> Unit:
        if name.startswith("_") or name not in self._units:
            raise AttributeError(f"the assignment has no unit {name!r}; it has {self._units}")
        unit = Unit(self, name)
        setattr(self, name, unit)
        return unit

    def __repr__(self) -> str:
        """Return the words by which messages refer to the submission."""
        return "your code"

    def begin_property(self, unit: str) -> None:  # subclasses choose a worker by the unit
        """Forget the property before; the next one is of ``unit``."""
        self.touched.clear()
        self.latest = ""
        self.begin_case()

    def touch(self, function: str) -> None:
        """Note that the present property calls a function."""
        self.touched.add(function)
        self.latest = function

    def begin_case(self) -> None:
        """Forget the calls of the case before."""
        self.journal = _running[0] = []

    def overdue(self) -> SubmissionTimeout | None:
        """Return the exception for a call in this process that takes too long by now."""
        return None

    def renew(self) -> bool:
        """Restart the student's code after a time-out; return whether that is possible."""
        return False

    def call(
        self,
        unit: str,
        name: str,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
        observed: bool,
    ) -> Call:
        """Call a student's function.

        Args:
            unit: Its module.
            name: Its name.
            arguments: The positional arguments.
            keywords: The keyword arguments.
            observed: Whether to record its numerical warnings and changes of arguments.

        Raises:
            NotStarted: It raises ``NotImplementedError``.
            SubmissionUnavailable: It does not exist.
            SubmissionRaised: It raises anything else.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Remove the student's code."""

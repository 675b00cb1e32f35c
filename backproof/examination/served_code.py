"""An implementation that answers the calls of a student's tests, in a process of ours.

The tests run in a confined worker, which has no code of an implementation: it sends the arguments
of a call and gets the result. So nothing but behaviour tells one implementation from another. What
it sends is as untrusted as what a submission sends: the frames are read strictly, an operation must
be one of a few, and of an object that stays here only the public methods of an implementation's own
class can be called.
"""

from __future__ import annotations

import builtins
import time
from collections.abc import Callable, Mapping
from typing import Any

from backproof.assignment.config import Assignment
from backproof.failure_kinds import EXCEPTION, MEMORY
from backproof.intake.reader import SubmittedFiles
from backproof.student_code.modules import StudentCode
from backproof.submission.messages import SubmissionTimeout
from backproof.submission.time_limit import time_limit
from backproof.wire.protocol import GENERATORS, TOO_LARGE, Ended
from backproof.wire.values import Ref, WireError
from backproof.worker.object_table import ObjectTable, TooLarge
from backproof.worker.replies import Reply
from backproof.worker.server import Worker

_PROTOCOL = "protocol"
_MAX_NUMBER, _MAX_ITEMS, _MAX_NAME = 2**31, 10_000, 200
# Methods with such names that a proxy of an object calls.
_SPECIAL = frozenset(("__getitem__", "__len__", "__contains__"))
# All objects that stay here have this name: those of their classes would tell the code.
_KIND = "object"


class ServedCode(Worker):
    """A right implementation, one function of which may be replaced; it answers requests.

    Args:
        assignment: Its units, opaque results and limits.
        files: The modules of the implementation.

    Attributes:
        touched: The functions that were called since this was emptied, as ``"unit.name"``.

    """

    def __init__(self, assignment: Assignment, files: SubmittedFiles) -> None:
        super().__init__()
        self._code: StudentCode = StudentCode(files.files, assignment.units)
        self._opaque = dict(assignment.opaque)
        self._iterables = assignment.iterables
        self._functions = {name for unit in assignment.units for name in assignment.functions(unit)}
        self._seconds = assignment.limits.cpu_seconds_per_call
        self._hangs = False
        self.touched: set[str] = set()
        self._operations = {
            "call": self._checked_call,
            "drain": self._drain,
            "use": self._checked_use,
            "changed": self._changed,
            "overwrite": self._overwrite,
            "result": lambda call: (None, self._returned[call], 0, None),
        }

    def put(self, replacements: Mapping[str, Callable[..., Any]]) -> None:
        """Replace functions, by ``"unit.name"``, and forget all calls."""
        self._code.replace(replacements)
        self._hangs = False
        self.touched.clear()
        self._begin_case()

    def function(self, place: str) -> Callable[..., Any]:
        """Return a function, named as ``"unit.name"``."""
        unit, _, name = place.partition(".")
        return self._code.function(unit, name)

    def close(self) -> None:
        """Forget the modules."""
        self._code.close()

    def respond(self, operation: Any, details: Any) -> Reply:
        """Perform an operation for tests.

        Raises:
            Ended: It is none that a test can ask for.

        """
        if type(operation) is not str or operation not in self._operations:
            raise Ended(_PROTOCOL, "an operation that does not exist")
        if not _fits(operation, details):
            raise Ended(_PROTOCOL, f"a malformed {operation}")
        if self._hangs:
            return EXCEPTION, "TimeoutError", 0, None
        begin = time.monotonic()
        try:
            with time_limit(self._seconds):
                reply = self._perform(operation, details)
        except SubmissionTimeout:
            return EXCEPTION, "TimeoutError", 0, None
        except TooLarge:
            return TOO_LARGE, "too much", 0, None
        except WireError:
            return TOO_LARGE, "what cannot be handed over", 0, None
        except MemoryError:
            return MEMORY, "MemoryError", 0, None
        except Exception as error:  # a number of no object, or a state of no generator
            raise Ended(_PROTOCOL, f"a {operation} that refers to nothing") from error
        finally:
            self._hangs = time.monotonic() - begin > self._seconds
        return _nameless(reply)

    def _begin_case(self) -> None:
        super()._begin_case()
        self._objects = _NamelessObjects()
        self._iterators = type(self._iterators)(self._objects)

    def _checked_call(self, function: str, *details: Any) -> Reply:
        if function not in self._functions:
            return EXCEPTION, "AttributeError", 0, None
        self.touched.add(function)
        return self._call(function, *details)

    def _checked_use(self, ref: int, attribute: str, *details: Any) -> Reply:
        """Use an object only as its class is meant to be used."""
        used = self._objects[ref]
        own = getattr(used, "__self__", used)
        public = not attribute.startswith("_") or attribute in _SPECIAL
        if not (public and _is_own(own)):
            return EXCEPTION, "AttributeError", 0, None
        return self._use(ref, attribute, *details)


class _NamelessObjects(ObjectTable):
    """The objects of a case, all of one name."""

    def _reference(self, value: Any, number: int, *, as_numbers: bool = True) -> Ref:
        reference = super()._reference(value, number, as_numbers=as_numbers)
        return Ref(reference.number, _KIND, reference.value)


def _is_own(value: Any) -> bool:
    """Return whether a value is an object of a class that an implementation defines."""
    kind = type(value)
    return kind.__module__.startswith("backproof_submission_") and kind is not type


def _nameless(reply: Reply) -> Reply:
    """Return a reply whose message has nothing but the name of a built-in exception."""
    failed, value, ref, also = reply
    if failed is None:
        return reply
    name = str(value).partition(":")[0].partition(",")[0].strip()
    known = getattr(builtins, name, None)
    is_error = isinstance(known, type) and issubclass(known, BaseException)
    return failed, name if is_error else "Exception", ref, also


def _fits(operation: str, details: Any) -> bool:
    """Return whether the details of an operation have the types that it takes."""
    if type(details) is not list:
        return False
    match operation, details:
        case "call", [str(name), list(), int(flags), int(number), keywords, states]:
            fits = len(name) <= _MAX_NAME and 0 <= flags < 8 and 0 <= number < _MAX_NUMBER
            return fits and _are_keywords(keywords) and _are_states(states)
        case "use", [int(), str(name), arguments, keywords, states]:
            fits = len(name) <= _MAX_NAME and (arguments is None or type(arguments) is list)
            return fits and _are_keywords(keywords) and _are_states(states)
        case "drain", [int(), int(at_most), bool(), states]:
            return 0 <= at_most <= _MAX_ITEMS and _are_states(states)
        case (("changed" | "result"), [int()]):
            return True
        case "overwrite", [int(), float()]:
            return True
    return False


def _are_keywords(value: Any) -> bool:
    return value is None or (type(value) is dict and all(type(key) is str for key in value))


def _are_states(value: Any) -> bool:
    """Return whether a value describes generators: a number, a state, perhaps a seed."""
    return value is None or (
        type(value) is list
        and all(
            type(each) is tuple
            and len(each) == 3
            and type(each[0]) is int
            and each[0] >= GENERATORS
            and type(each[1]) is str
            and (each[2] is None or type(each[2]) is str)
            and len(each[1]) + len(each[2] or "") < 10 * _MAX_NAME
            for each in value
        )
    )

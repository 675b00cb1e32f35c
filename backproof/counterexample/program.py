"""The smallest failing case as Python that a student can paste into a shell."""

from __future__ import annotations

import ast
import functools
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from backproof.counterexample.arrays import Detail, number, write_array
from backproof.counterexample.loops import Statement, condense
from backproof.submission.base import Call
from backproof.submission.messages import Found

# With what is said above and below it, a message stays within 25 lines.
_MOST_LINES = 18
_WIDTH = 96
# Larger results are not looked through for what is in a case.
_MOST_BYTES, _MOST_PARTS = 2**18, 100

# How a case begins its last line that is not written to its end.
_CUT = "# … "

# Kinds of objects that are iterated over, here or in another process.
_ITERATORS = {"generator", "zip", "map", "filter", "enumerate", "islice", "chain"}


@dataclass(frozen=True)
class Wording:
    """How functions are spoken of, by their ``"unit.name"``.

    Attributes:
        parameters: The names of their parameters.
        opaque: The positions in their results of objects that are only handed back.

    """

    parameters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    opaque: Mapping[str, Sequence[int]] = field(default_factory=dict)


def render_case(
    journal: Sequence[Call], wording: Wording | None = None, found: Found | None = None
) -> str | None:
    """Write down the calls of a case as a program; ``None`` if there were none.

    Args:
        journal: The calls, in order.
        wording: How functions are spoken of.
        found: The value that is wrong, which the program prints.

    """
    if not journal:
        return None
    statements: list[list[str]] = []
    for detail in Detail:
        statements = [
            _wrapped(s) for s in _Writer(wording or Wording(), detail).write(journal, found)
        ]
        if sum(map(len, statements)) <= _MOST_LINES:
            return "\n".join(line for lines in statements for line in lines)
    shown: list[str] = []
    left = list(statements)
    while len(shown) + len(left[0]) < _MOST_LINES:
        shown += left.pop(0)
    return "\n".join([*shown, f"{_CUT}{sum(map(len, left))} lines more are too many to show"])


def is_complete(case: str) -> bool:
    """Tell whether a case is written to its end, so that running it shows the failure."""
    return not case.splitlines()[-1].startswith(_CUT)


@functools.cache
def parameter_names(folder: Path) -> dict[str, tuple[str, ...]]:
    """Read the names of all functions' parameters in a folder of modules."""
    found = {}
    for file in sorted(folder.glob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                names = (*node.args.posonlyargs, *node.args.args)
                found[f"{file.stem}.{node.name}"] = tuple(each.arg for each in names)
    return found


@dataclass
class _Writer:
    """Gives names to arrays and results, so that each is written once."""

    wording: Wording
    detail: Detail
    _bound: list[tuple[Any, str]] = field(default_factory=list)
    _results: list[tuple[Any, str]] = field(default_factory=list)
    _copies: dict[tuple[object, ...], list[str]] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=lambda: {"np", "seed"})
    _before: list[str] = field(default_factory=list)
    _shared: set[int] = field(default_factory=set)

    def write(self, journal: Sequence[Call], found: Found | None) -> list[str]:
        """Write the whole program, statement by statement."""
        modules = list(dict.fromkeys(call.function.partition(".")[0] for call in journal))
        self._taken |= set(modules)
        handed = [id(v) for c in journal for v in c.arguments if isinstance(v, np.random.Generator)]
        self._shared = {each for each in handed if handed.count(each) > 1}
        statements = [self._statement(call, index) for index, call in enumerate(journal)]
        shown, needed = self._shown(journal, found)
        imports = ["import numpy as np", *(f"import {module}" for module in modules)]
        return [*imports, *condense(statements[:needed], shown)]

    def _statement(self, call: Call, index: int) -> Statement:
        known = self.wording.parameters.get(call.function, ())
        unknown = (f"a{at}" for at in range(len(known) + 1, len(call.arguments) + 1))
        names = (*known[: len(call.arguments)], *unknown)
        given = [self._value(*pair) for pair in zip(call.arguments, names, strict=True)]
        given += [f"{key}={self._value(value, key)}" for key, value in call.keywords.items()]
        text = f"{call.function}({', '.join(given)})"
        if _is_iterator(call.result):
            text = f"list({text})"
        opaque = self.wording.opaque.get(call.function, ())
        self._remember(call.result, Statement.reference(index), opaque)
        before, self._before = self._before, []
        return Statement(before, text, self._overwritten(call))

    def _overwritten(self, call: Call) -> list[str]:
        """Fill the arrays that a call was handed; from here on they have to be written anew."""
        if not call.overwritten:
            return []
        handed = [value for value in call.arguments if isinstance(value, np.ndarray)]
        gone = [pair for pair in self._bound if any(_is_equal(pair[0], v) for v in handed)]
        names = {name for _, name in gone}
        self._bound = [pair for pair in self._bound if pair[1] not in names]
        return [f"{name}[...] = {number(call.overwritten[-1])}" for name in sorted(names)]

    def _remember(self, result: Any, name: str, opaque: Sequence[int] = (), depth: int = 0) -> None:
        self._results.append((result, name))
        if -1 in opaque:  # it may change at the next call, so nothing is a copy of it
            return
        if isinstance(result, np.ndarray) and result.nbytes <= _MOST_BYTES:
            self._copies.setdefault(_bits(result), []).append(name)
        if isinstance(result, tuple | list) and depth < 2:
            for index, part in enumerate(result[:_MOST_PARTS]):
                hidden = (-1,) if index in opaque else ()
                self._remember(part, f"{name}[{index}]", hidden, depth + 1)

    def _value(self, value: Any, name: str) -> str:
        if isinstance(value, int | float | str | np.generic | type(None)):
            return _plain(value)
        made = reversed(self._results)
        same = [expression for known, expression in made if known is value]
        if not same and not _has_arrays(value):
            return _plain(value)
        same += [bound for known, bound in self._bound if known is value]
        # Equal arrays share a name if they are the same parameter, or it would say too much.
        others = ((known, n) for known, n in self._bound if n.rstrip("0123456789") == name)
        same += [bound for known, bound in others if _is_equal(known, value)]
        if same or (same := self._copied(value)):
            return same[0]
        if isinstance(value, np.random.Generator):
            entropy = getattr(value.bit_generator.seed_seq, "entropy", None)
            text = f"np.random.default_rng({Statement.seed(entropy)})"
            return self._bind(value, name, text) if id(value) in self._shared else text
        if isinstance(value, np.ndarray):
            return self._bind(value, name, *write_array(value, self.detail))
        return self._bind(value, name, self._sequence(value))

    def _copied(self, value: Any) -> list[str]:
        """Find results that a value is a copy of, if it can be told from a fresh array."""
        if not isinstance(value, np.ndarray) or not value.any():
            return []
        equal = self._copies.get(_bits(value), [])
        # Of the latest call, the first of its results: z before h.
        return sorted(equal, key=Statement.referred, reverse=True)

    def _sequence(self, value: Any) -> str:
        """Write a list or tuple in one expression, arrays included."""
        if isinstance(value, np.ndarray):
            return write_array(value, self.detail)[0]
        if not isinstance(value, list | tuple):
            return _plain(value)
        inside = ", ".join(self._sequence(entry) for entry in value)
        comma = "," if len(value) == 1 else ""
        return f"({inside}{comma})" if isinstance(value, tuple) else f"[{inside}]"

    def _bind(self, value: Any, name: str, expression: str, remark: str = "") -> str:
        free, count = name, 1
        while free in self._taken:
            count += 1
            free = f"{name}{count}"
        self._taken.add(free)
        self._bound.append((value, free))
        remark = f"  # {remark}" if remark else ""
        self._before.append(f"{free} = {Statement.plain(expression)}{remark}")
        return free

    def _shown(self, journal: Sequence[Call], found: Found | None) -> tuple[str, int]:
        """Print what is wrong, or the last result; say how many calls that takes."""
        last = len(journal)
        if found is not None:
            for value, name in self._bound:
                if value is found.values:
                    return f"print({found.expression.format(name)})  # {found.remark}", last
            same = [pair for pair in self._results if pair[0] is found.values]
            equal = (pair for pair in self._results if _holds(pair[0], found.values))
            for _, name in reversed(same or list(equal)):
                calls = Statement.referred(name) + 1
                return f"print({found.expression.format(name)})  # {found.remark}", calls
        if journal[-1].result is None:  # it raised an exception
            return "", last
        return f"print({Statement.reference(last - 1)})", last


def _wrapped(text: str) -> list[str]:
    """Break a line where it is too long, between entries; a remark stays in one piece."""
    code, mark, remark = text.partition("  # ")
    lines = textwrap.wrap(
        code,
        _WIDTH,
        subsequent_indent=" " * (len(text) - len(text.lstrip()) + 4),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [*lines[:-1], f"{lines[-1]}{mark}{remark}"]


def _has_arrays(value: Any) -> bool:
    """Tell whether a value needs more than to be spelled out."""
    if isinstance(value, list | tuple):
        return any(_has_arrays(part) for part in value)
    return not (value is None or isinstance(value, int | float | str | np.generic))


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return number(value)
    return str(repr(value.item() if isinstance(value, np.generic) else value))


def _is_iterator(result: Any) -> bool:
    kind = type(result).__name__
    return kind in _ITERATORS or kind.endswith("iterator")


def _bits(array: np.ndarray[Any, Any]) -> tuple[object, ...]:
    return array.shape, array.dtype, array.tobytes()


def _is_equal(known: Any, value: Any) -> bool:
    return known is value or (
        isinstance(known, np.ndarray)
        and isinstance(value, np.ndarray)
        and known.shape == value.shape
        and _bits(known) == _bits(value)
    )


def _holds(result: Any, values: Any) -> bool:
    if isinstance(result, str | dict | type(None) | np.random.Generator):
        return False
    if getattr(result, "nbytes", 0) > _MOST_BYTES:
        return False
    try:
        given = np.asarray(result, dtype=np.float64)
        return np.array_equal(given, np.asarray(values, dtype=np.float64), equal_nan=True)
    except Exception:  # a student's object may raise anything on conversion
        return False

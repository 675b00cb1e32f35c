"""The calls of the smallest failing case as a Python program that a student can run."""

from __future__ import annotations

import keyword
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from backproof.counterexample.arrays import Detail, number, write_array
from backproof.counterexample.compared import find_compared
from backproof.counterexample.literals import contains_arrays, literal
from backproof.counterexample.loops import (
    Expression,
    Print,
    Reference,
    SeededGenerator,
    Statement,
    condense,
    wrap,
)
from backproof.counterexample.result_parts import is_iterator, parts_of
from backproof.counterexample.uses import form_of, shown_arguments
from backproof.counterexample.wording import Wording
from backproof.submission.base import Call, Use
from backproof.submission.messages import WrongValue

# With the lines above and below it, the message about a failure has at most 25 lines.
_MAX_LINES = 18
# Larger results are not searched for values that a case uses again.
_MAX_SEARCHED_BYTES = 2**18

# The beginning of the last line of an abridged program.
_ABRIDGED = "# … "
_INEXACT = ("  # rounded", "  # stands for ")


def render_case(
    journal: Sequence[Call],
    wording: Wording | None = None,
    wrong: WrongValue | None = None,
    *,
    raised: bool = False,
) -> str | None:
    """Return the calls of a case as a program; ``None`` if there are none.

    Args:
        journal: The calls, in order.
        wording: Facts about the functions.
        wrong: The wrong value, which the program prints.
        raised: Whether the last call raised an exception.

    """
    if not journal:
        return None
    if wrong is not None and wrong.is_alone:
        journal = [call for call in journal if call.result is wrong.values][-1:] or journal
    lines: list[list[str]] = []
    for detail in Detail:
        program = _ProgramWriter(wording or Wording(), detail).write(journal, wrong, raised)
        lines = [wrap(line) for line in program]
        if sum(map(len, lines)) <= _MAX_LINES:
            return "\n".join(part for parts in lines for part in parts)
        if len(lines) > _MAX_LINES:  # shorter arrays don't help
            break
    return _abridge(lines)


def is_complete(case: str) -> bool:
    """Return whether a program is not abridged, so that running it shows the failure."""
    return not case.splitlines()[-1].startswith(_ABRIDGED)


def is_exact(case: str) -> bool:
    """Return whether a program contains all calls, and their numbers to the last digit."""
    return is_complete(case) and not any(mark in case for mark in _INEXACT)


@dataclass
class _ProgramWriter:
    """Writes the statements of a program; each array is written once, as a variable.

    Attributes:
        wording: Facts about the functions.
        detail: The precision of arrays.

    """

    wording: Wording
    detail: Detail
    # Values with their variables, and the results of calls with their parts.
    _variables: list[tuple[Any, str]] = field(default_factory=list)
    _results: list[tuple[Any, Reference]] = field(default_factory=list)
    # The same by the ids of the values, and the variables of arrays by parameter and content: a
    # long case has thousands of them.
    _variable_of: dict[int, str] = field(default_factory=dict)
    _equal_arrays: dict[tuple[object, ...], str] = field(default_factory=dict)
    _latest_result: dict[int, Reference] = field(default_factory=dict)
    # The results that are arrays, by content, for finding the origin of a copy.
    _arrays: dict[tuple[object, ...], list[Reference]] = field(default_factory=dict)
    _used_names: set[str] = field(default_factory=lambda: {"np", "seed"})
    _last_number: dict[str, int] = field(default_factory=dict)  # of the variables of a parameter
    # The assignments before the present call.
    _before: list[str] = field(default_factory=list)
    # The ids of objects that are arguments more than once, so that generators need a variable.
    _used_again: set[int] = field(default_factory=set)

    def write(self, journal: Sequence[Call], wrong: WrongValue | None, raised: bool) -> list[str]:
        """Return the lines of the program."""
        modules = list(dict.fromkeys(call.function.partition(".")[0] for call in journal))
        self._used_names |= set(modules)
        uses = Counter(id(value) for call in journal for value in call.arguments)
        self._used_again = {each for each, count in uses.items() if count > 1}
        statements: list[Statement] = []
        changed: list[int] = []
        for call in journal:
            changed += [len(statements)] * call.changed_later
            statements.append(self._statement(call, len(statements)))
            for use in call.uses:
                statements += self._use_statements(use, len(statements))
        calls = len(statements)
        last = None if raised else Print(Reference(calls - 1))
        if wrong and (found := find_compared(wrong, self._variables, self._results, changed)):
            last = found
            # The program ends with the call whose result is wrong, unless a later call has changed
            # that result: then it must show the later call, too.
            if isinstance(found.value, Reference) and found.value.call not in changed:
                calls = found.value.call + 1
        imports = ["import numpy as np", *(f"import {module}" for module in modules)]
        return [*imports, *condense(statements[:calls], last)]

    def _statement(self, call: Call, index: int) -> Statement:
        parameters = self.wording.parameters.get(call.function, ())
        unnamed = (f"a{position + 1}" for position in range(len(parameters), len(call.arguments)))
        names = (*parameters[: len(call.arguments)], *unnamed)
        positional = zip(call.arguments, names, strict=True)
        arguments = [("", self._expression(value, name)) for value, name in positional]
        arguments += [(key, self._expression(value, key)) for key, value in call.keywords.items()]
        opaque = self.wording.opaque.get(call.function, ())
        as_list = is_iterator(call.result)
        self._add_result(call.result, Reference(index), opaque)
        if call.changed_later:  # then it is not what an equal argument was copied from
            self._arrays.clear()
        if as_list and call.items is not None:
            self._add_result(list(call.items), Reference(index))
        before, self._before = self._before, []
        after = self._overwriting_lines(call)
        parts = self._part_variables(call)
        return Statement(call.function, arguments, as_list, before, after, parts)

    def _use_statements(self, use: Use, index: int) -> list[Statement]:
        """Return the use of an object, if it is the result of a call that is written.

        Reading an attribute is no statement: it is written where the value is used.
        """
        target = self._latest_result.get(id(use.target))
        if target is None or (use.attribute == "__len__" and use.result is None):
            return []
        if use.arguments is None:
            self._add_result(
                use.result, target._replace(subscripts=f"{target.subscripts}.{use.attribute}")
            )
            return []
        arguments = [
            ("", self._expression(value, f"a{place}"))
            for place, value in enumerate(shown_arguments(use), 1)
        ]
        arguments += [(key, self._expression(value, key)) for key, value in use.keywords.items()]
        self._add_result(use.result, Reference(index))
        before, self._before = self._before, []
        as_list = is_iterator(use.result)
        return [Statement("", arguments, as_list, before, [], (), target, form_of(use))]

    def _part_variables(self, call: Call) -> list[str]:
        """Return new variables for the parts of a result, if the property has named them."""
        if not all(map(str.isidentifier, call.part_names)):
            return []
        return [self._new_variable(name) for name in call.part_names]

    def _overwriting_lines(self, call: Call) -> list[str]:
        """Return lines that overwrite the arrays that were arguments of a call.

        The variables of these arrays are forgotten: later calls need variables of their own.
        """
        if not call.overwritten:
            return []
        arrays = [value for value in call.arguments if isinstance(value, np.ndarray)]
        gone = [pair for pair in self._variables if any(_is_equal(pair[0], a) for a in arrays)]
        names = {name for _, name in gone}
        kept = [pair for pair in self._variables if pair[1] not in names]
        self._variables, self._variable_of, self._equal_arrays = [], {}, {}
        for pair in kept:
            self._add_variable(*pair)
        return [f"{name}[...] = {number(call.overwritten[-1])}" for name in sorted(names)]

    def _add_result(
        self, result: Any, reference: Reference, opaque: Sequence[int] = (), depth: int = 0
    ) -> None:
        """Make a result and its parts available to later calls."""
        self._results.append((result, reference))
        self._latest_result[id(result)] = reference
        if -1 in opaque:  # the next call may change it, so an equal array need not be a copy
            return
        if isinstance(result, np.ndarray) and result.nbytes <= _MAX_SEARCHED_BYTES:
            self._arrays.setdefault(_content(result), []).append(reference)
        if depth < 2:
            for subscript, part in parts_of(result):
                part_reference = Reference(reference.call, f"{reference.subscripts}{subscript}")
                hidden = (-1,) if subscript in [f"[{index}]" for index in opaque] else ()
                self._add_result(part, part_reference, hidden, depth + 1)

    def _expression(self, value: Any, name: str) -> Expression:
        """Return an expression for an argument, and assign a variable before the call if needed.

        Args:
            value: The argument.
            name: The name of the parameter, which the variable has too.

        """
        if isinstance(value, int | float | complex | str | bytes | np.generic | type(None)):
            return literal(value)
        if id(value) in self._latest_result:
            return self._latest_result[id(value)]
        if not contains_arrays(value):
            return literal(value)
        existing = self._existing(value, name)
        if existing is not None:
            return existing
        if isinstance(value, np.random.Generator):
            seed = str(getattr(value.bit_generator.seed_seq, "entropy", None))
            if id(value) in self._used_again:
                return self._assign(value, name, f"np.random.default_rng({seed})")
            return SeededGenerator(seed)
        if isinstance(value, np.ndarray):
            return self._assign(value, name, *write_array(value, self.detail))
        return self._assign(value, name, self._sequence(value))

    def _existing(self, value: Any, name: str) -> Expression | None:
        """Return a variable with a value, or a result that it is a copy of, if there is one."""
        if id(value) in self._variable_of:
            return self._variable_of[id(value)]
        if not isinstance(value, np.ndarray):
            return None
        # Equal arrays share a variable only as the same parameter; else they are equal by chance.
        equal = self._equal_arrays.get((name, *_content(value)))
        if equal is not None:
            return equal
        if value.any():  # arrays of zeros are usually fresh
            # The latest call is the likeliest origin, and of its results the first one.
            origins = self._arrays.get(_content(value), [])
            return max(origins, key=lambda reference: reference.call, default=None)
        return None

    def _sequence(self, value: Any) -> str:
        """Return a container as one expression, with the arrays in it."""
        if isinstance(value, np.ndarray):
            return write_array(value, self.detail)[0]
        if type(value) not in (list, tuple, dict):
            return literal(value)
        if isinstance(value, dict):
            pairs = (f"{literal(key)}: {self._sequence(value[key])}" for key in value)
            return f"{{{', '.join(pairs)}}}"
        entries = ", ".join(self._sequence(entry) for entry in value)
        comma = "," if len(value) == 1 else ""
        return f"({entries}{comma})" if isinstance(value, tuple) else f"[{entries}]"

    def _assign(self, value: Any, name: str, expression: str, remark: str = "") -> str:
        """Assign a value to a new variable before the present call, and return its name."""
        variable = self._new_variable(name)
        self._add_variable(value, variable)
        comment = f"  # {remark}" if remark else ""
        self._before.append(f"{variable} = {expression}{comment}")
        return variable

    def _add_variable(self, value: Any, variable: str) -> None:
        self._variables.append((value, variable))
        self._variable_of.setdefault(id(value), variable)
        if isinstance(value, np.ndarray):
            parameter = variable.rstrip("0123456789")
            self._equal_arrays.setdefault((parameter, *_content(value)), variable)

    def _new_variable(self, name: str) -> str:
        count = self._last_number.get(name, 1)
        variable = name if count == 1 else f"{name}{count}"
        while variable in self._used_names or keyword.iskeyword(variable):
            count += 1
            variable = f"{name}{count}"
        self._last_number[name] = count
        self._used_names.add(variable)
        return variable


def _abridge(lines: Sequence[Sequence[str]]) -> str:
    """Return as many lines as fit, and a comment with the number of the others."""
    shown: list[str] = []
    left = list(lines)
    while len(shown) + len(left[0]) < _MAX_LINES:
        shown += left.pop(0)
    return "\n".join([*shown, f"{_ABRIDGED}{sum(map(len, left))} lines more are too many to show"])


def _content(array: np.ndarray[Any, Any]) -> tuple[object, ...]:
    return array.shape, array.dtype, array.tobytes()


def _is_equal(known: Any, value: Any) -> bool:
    return known is value or (
        isinstance(known, np.ndarray)
        and isinstance(value, np.ndarray)
        and known.shape == value.shape
        and _content(known) == _content(value)
    )

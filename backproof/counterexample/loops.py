"""Programs of calls, in which repeated calls are written as a loop."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

# Up to three calls are recognised as the body of a loop, if they repeat at least three times.
_MAX_BODY_CALLS = 3
_MIN_REPETITIONS = 3
_LINE_WIDTH = 96


class Reference(NamedTuple):
    """The result of a call by its index, or the part of it at subscripts such as ``"[0]"``."""

    call: int
    subscripts: str = ""


class SeededGenerator(NamedTuple):
    """A random generator that is created from a seed as an argument of a call."""

    seed: str


# An argument: the text of an expression, or an expression that depends on the lines before it.
Expression = str | Reference | SeededGenerator


# The variable of the result of each call, or the variables of its parts.
Names = Mapping[int, str | Sequence[str]]


@dataclass(frozen=True)
class Statement:
    """A call whose result is assigned to a variable.

    Attributes:
        function: The called function, as ``"unit.name"``.
        arguments: The arguments, each with its keyword, which is empty for a positional one.
        as_list: Whether the result is an iterator, which the program converts to a list.
        before: Lines before the call, which assign its arguments.
        after: Lines after the call.
        parts: The variables of the parts of the result; empty if it is not split.
        target: The object of the student's on which a method is called or an operator applied.
        form: How that is written, with ``{target}`` and ``{arguments}``; empty for a function.

    """

    function: str
    arguments: Sequence[tuple[str, Expression]]
    as_list: bool
    before: Sequence[str]
    after: Sequence[str]
    parts: Sequence[str] = ()
    target: Reference | None = None
    form: str = ""

    @property
    def values(self) -> list[Expression]:
        """All that the call refers to."""
        own = [self.target] if self.target is not None else []
        return [*own, *(value for _, value in self.arguments)]

    def comparable(self, start: int) -> object:
        """Return the call in a form that is equal for all repetitions of a loop body.

        References to calls from ``start``, the begin of the body, on are counted from there, and
        seeds are left out.
        """

        def relative(value: Expression) -> object:
            match value:
                case Reference(call, subscripts) if call >= start:
                    return "counted from start", call - start, subscripts
                case SeededGenerator():
                    return SeededGenerator
            return value

        arguments = [(keyword, relative(value)) for keyword, value in self.arguments]
        target = relative(self.target) if self.target is not None else None
        return self.function, self.form, target, arguments, self.as_list

    def render(self, names: Names, seed: str | None) -> str:
        """Return the call as text.

        Args:
            names: The variables of the result of each earlier call.
            seed: The variable that replaces the seeds, if the call is in a loop over seeds.

        """
        texts = [
            f"{keyword}={_render(value, names, seed)}" if keyword else _render(value, names, seed)
            for keyword, value in self.arguments
        ]
        call = f"{self.function}({', '.join(texts)})"
        if self.target is not None:
            target = _render(self.target, names, seed)
            call = self.form.format(target=target, arguments=", ".join(texts))
        return f"list({call})" if self.as_list else call


class Print(NamedTuple):
    """The last line of a program: it prints ``template``, in which ``{}`` stands for a value."""

    value: Expression
    template: str = "{}"
    remark: str = ""

    def render(self, names: Names) -> str:
        """Return the line as text, given the variables of the result of each call."""
        text = f"print({self.template.format(_render(self.value, names, None))})"
        return f"{text}  # {self.remark}" if self.remark else text


def condense(statements: Sequence[Statement], last: Print | None) -> Iterator[str]:
    """Yield the lines of a program that consists of calls, possibly followed by a last line."""
    names: dict[int, str | Sequence[str]] = {}
    whole = _used_whole(statements, last)
    start = variables = 0
    while start < len(statements):
        calls, times, over_seeds = _find_loop(statements, start, last)
        body = statements[start : start + calls]
        for statement in body:
            yield from statement.before
        if times > 1:
            yield _header(body, times, over_seeds)
        for offset, statement in enumerate(body):
            repetitions = range(start + offset, start + offset + calls * times, calls)
            target = statement.parts
            if not target or whole & set(repetitions):
                variables += 1
                target = f"r{variables}"
            call = statement.render(names, "seed" if over_seeds else None)
            left = target if isinstance(target, str) else ", ".join(target)
            yield f"{'    ' if times > 1 else ''}{left} = {call}"
            yield from statement.after
            names |= dict.fromkeys(repetitions, target)
        start += calls * times
        if times > 1 and (last is not None or start < len(statements)):
            yield ""  # an interactive shell waits for it
    if last is not None:
        yield last.render(names)


def wrap(line: str) -> list[str]:
    """Break a line that is too long, but not its comment."""
    if not line:
        return [line]
    code, mark, comment = line.partition("  # ")
    parts = textwrap.wrap(
        code,
        _LINE_WIDTH,
        subsequent_indent=" " * (len(line) - len(line.lstrip()) + 4),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [*parts[:-1], f"{parts[-1]}{mark}{comment}"]


def _used_whole(statements: Sequence[Statement], last: Print | None) -> set[int]:
    """Return the calls whose results are used without a subscript."""
    values = [value for statement in statements for value in statement.values]
    values += [last.value] if last is not None else []
    return {value.call for value in values if isinstance(value, Reference) and not value.subscripts}


def _render(value: Expression, names: Names, seed: str | None) -> str:
    match value:
        case Reference(call, subscripts):
            target = names[call]
            if isinstance(target, str):
                return target + subscripts
            index, _, rest = subscripts.removeprefix("[").partition("]")
            return target[int(index)] + rest
        case SeededGenerator():
            return f"np.random.default_rng({seed or value.seed})"
    return value


def _header(body: Sequence[Statement], times: int, over_seeds: bool) -> str:
    if not over_seeds:
        return f"for _ in range({times}):"
    first = int(_seeds(body)[0])
    return f"for seed in range({f'{first}, ' if first else ''}{first + times}):"


def _find_loop(
    statements: Sequence[Statement], start: int, last: Print | None
) -> tuple[int, int, bool]:
    """Find the loop with the shortest body that begins at a statement.

    Returns:
        The number of calls of its body, the number of its repetitions, and whether the seeds
        increase by one with each repetition. A statement without a loop is a body with one
        repetition.

    """
    for calls in range(1, _MAX_BODY_CALLS + 1):
        for over_seeds in (False, True):
            times = 1
            while _repeats(statements, start, calls, times, over_seeds):
                times += 1
            end = start + calls * times
            # A loop keeps the results of its last repetition only.
            lost = range(start, end - calls)
            if times >= _MIN_REPETITIONS and not _needs(statements[end:], last, lost):
                return calls, times, over_seeds
    return 1, 1, False


def _repeats(
    statements: Sequence[Statement], start: int, calls: int, times: int, over_seeds: bool
) -> bool:
    """Return whether a loop of ``times`` repetitions can have one more."""
    end = start + calls * times
    body, following = statements[start : start + calls], statements[end : end + calls]
    if len(following) < calls or any(each.before or each.after for each in following):
        return False
    if [each.comparable(start) for each in body] != [each.comparable(end) for each in following]:
        return False
    seeds = _seeds(body)
    if over_seeds:
        if len(set(seeds)) != 1 or not seeds[0].isdigit():
            return False
        seeds = [str(int(seed) + times) for seed in seeds]
    return seeds == _seeds(following)


def _seeds(body: Sequence[Statement]) -> list[str]:
    values = [value for statement in body for value in statement.values]
    return [value.seed for value in values if isinstance(value, SeededGenerator)]


def _needs(statements: Sequence[Statement], last: Print | None, calls: range) -> bool:
    """Return whether a later line refers to the result of one of some calls."""
    values = [value for statement in statements for value in statement.values]
    if last is not None:
        values.append(last.value)
    return any(isinstance(value, Reference) and value.call in calls for value in values)

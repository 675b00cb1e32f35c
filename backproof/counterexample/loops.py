"""Programs of calls, in which repeated calls are written as a loop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

# Up to three calls are recognised as the body of a loop, if they repeat at least three times.
_MAX_BODY_CALLS = 3
_MIN_REPETITIONS = 3


@dataclass(frozen=True)
class Reference:
    """The result of a call, or a part of it.

    Attributes:
        call: The index of the call in the program.
        part: The subscripts of the part, such as ``"[0]"``; empty for the whole result.

    """

    call: int
    part: str = ""


@dataclass(frozen=True)
class SeededGenerator:
    """A random generator that is created from a seed as an argument of a call."""

    seed: str


# An argument: the text of an expression, or one that depends on the place in the program.
Expression = str | Reference | SeededGenerator


@dataclass(frozen=True)
class Statement:
    """A call whose result is assigned to a variable.

    Attributes:
        function: The called function, as ``"unit.name"``.
        arguments: The arguments, each with its keyword, which is empty for a positional one.
        as_list: Whether the result is an iterator, which the program converts to a list.
        before: Lines before the call, which assign its arguments.
        after: Lines after the call.

    """

    function: str
    arguments: tuple[tuple[str, Expression], ...]
    as_list: bool
    before: Sequence[str]
    after: Sequence[str]

    @property
    def seeds(self) -> list[str]:
        """The seeds of the generators among the arguments."""
        return [value.seed for _, value in self.arguments if isinstance(value, SeededGenerator)]

    @property
    def references(self) -> list[int]:
        """The indices of the calls whose results are among the arguments."""
        return [value.call for _, value in self.arguments if isinstance(value, Reference)]

    def comparable(self, start: int) -> object:
        """Return the call in a form that is equal for the repetitions of a call in a loop.

        References to calls from ``start`` on are counted from there, and seeds are left out.
        """

        def relative(value: Expression) -> object:
            match value:
                case Reference(call, part) if call >= start:
                    return "counted from the start", call - start, part
                case SeededGenerator():
                    return SeededGenerator("")
            return value

        arguments = [(keyword, relative(value)) for keyword, value in self.arguments]
        return self.function, arguments, self.as_list

    def render(self, names: Mapping[int, str], seed: str | None) -> str:
        """Return the call as text.

        Args:
            names: The variable of the result of each earlier call.
            seed: An expression that replaces the seeds, if the call is in a loop over seeds.

        """
        texts = [_render(value, names, seed) for _, value in self.arguments]
        keywords = [f"{keyword}=" if keyword else "" for keyword, _ in self.arguments]
        call = f"{self.function}({', '.join(map(str.__add__, keywords, texts))})"
        return f"list({call})" if self.as_list else call


@dataclass(frozen=True)
class Print:
    """The last line of a program, which prints a value.

    Attributes:
        value: The value, as ``names`` refer to it.
        template: An expression with ``{}`` in the place of the value.
        remark: A comment behind it; may be empty.

    """

    value: Expression
    template: str = "{}"
    remark: str = ""

    def render(self, names: Mapping[int, str]) -> str:
        """Return the line, with the variable of the result of each call."""
        text = f"print({self.template.format(_render(self.value, names, None))})"
        return f"{text}  # {self.remark}" if self.remark else text


@dataclass(frozen=True)
class _Loop:
    """A loop over ``calls`` statements; without repetition it is one statement.

    Attributes:
        calls: The number of statements in its body.
        times: The number of repetitions.
        over_seeds: Whether the seeds increase by one with each repetition.

    """

    calls: int = 1
    times: int = 1
    over_seeds: bool = False


def condense(statements: Sequence[Statement], last: Print | None) -> Iterator[str]:
    """Yield the lines of a program, with repeated statements as loops.

    Args:
        statements: The calls.
        last: The line after them, if any.

    """
    names: dict[int, str] = {}
    start = variables = 0
    while start < len(statements):
        loop = _find_loop(statements, start, last)
        body = statements[start : start + loop.calls]
        for statement in body:
            yield from statement.before
        if loop.times > 1:
            yield _header(body, loop)
        indentation = "    " if loop.times > 1 else ""
        seed = "seed" if loop.over_seeds else None
        for offset, statement in enumerate(body):
            variables += 1
            name = f"r{variables}"
            yield f"{indentation}{name} = {statement.render(names, seed)}"
            yield from statement.after
            for repetition in range(loop.times):
                names[start + repetition * loop.calls + offset] = name
        start += loop.calls * loop.times
    if last is not None:
        yield last.render(names)


def _render(value: Expression, names: Mapping[int, str], seed: str | None) -> str:
    match value:
        case Reference(call, part):
            return names[call] + part
        case SeededGenerator():
            return f"np.random.default_rng({seed or value.seed})"
    return value


def _header(body: Sequence[Statement], loop: _Loop) -> str:
    if not loop.over_seeds:
        return f"for _ in range({loop.times}):"
    first = int(_seeds(body)[0])
    return f"for seed in range({f'{first}, ' if first else ''}{first + loop.times}):"


def _find_loop(statements: Sequence[Statement], start: int, last: Print | None) -> _Loop:
    """Find the loop that begins at ``start``, with as few statements as possible."""
    for calls in range(1, _MAX_BODY_CALLS + 1):
        for over_seeds in (False, True):
            loop = _Loop(calls, over_seeds=over_seeds)
            while _repeats(statements, start, loop):
                loop = replace(loop, times=loop.times + 1)
            if loop.times >= _MIN_REPETITIONS and not _loses_result(statements, start, loop, last):
                return loop
    return _Loop()


def _repeats(statements: Sequence[Statement], start: int, loop: _Loop) -> bool:
    """Return whether the statements after a loop are one more repetition of its body."""
    end = start + loop.calls * loop.times
    body, following = statements[start : start + loop.calls], statements[end : end + loop.calls]
    if len(following) < loop.calls or any(each.before or each.after for each in following):
        return False
    calls = [statement.comparable(start) for statement in body]
    if calls != [statement.comparable(end) for statement in following]:
        return False
    seeds = _seeds(body)
    if loop.over_seeds:
        if len(set(seeds)) != 1 or not seeds[0].isdigit():
            return False
        seeds = [str(int(seed) + loop.times) for seed in seeds]
    return seeds == _seeds(following)


def _seeds(body: Sequence[Statement]) -> list[str]:
    return [seed for statement in body for seed in statement.seeds]


def _loses_result(
    statements: Sequence[Statement], start: int, loop: _Loop, last: Print | None
) -> bool:
    """Return whether a later line needs the result of another repetition than the last one."""
    end = start + loop.calls * loop.times
    needed = {call for statement in statements[end:] for call in statement.references}
    if last is not None and isinstance(last.value, Reference):
        needed.add(last.value.call)
    return not needed.isdisjoint(range(start, end - loop.calls))

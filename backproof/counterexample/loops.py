"""Calls that repeat, written as a loop."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# The longest run of calls that may repeat as a whole, and how often it must.
_LONGEST_PERIOD = 3
_LEAST_TIMES = 3
# References to results and seeds stand between characters that no other text has.
_REFERENCE = re.compile("\x00(\\d+)\x00")
_SEED = re.compile("\x01(\\w+)\x01")


@dataclass
class Statement:
    """A call as it is written, and the lines that must be written before and after it."""

    before: list[str]
    call: str
    after: list[str]

    @staticmethod
    def reference(index: int) -> str:
        """Refer to the result of the call of that index."""
        return f"\x00{index}\x00"

    @staticmethod
    def referred(text: str) -> int:
        """Give the index of the call to whose result a text refers first."""
        return int(_REFERENCE.findall(text)[0])

    @staticmethod
    def seed(entropy: object) -> str:
        """Write the seed of a generator."""
        return f"\x01{entropy}\x01"

    @staticmethod
    def plain(text: str) -> str:
        """Write seeds as they are."""
        return _SEED.sub(r"\1", text)


def condense(statements: Sequence[Statement], last: str) -> Iterator[str]:
    """Give the lines of a program: each call with what comes before it, repeated ones as a loop.

    Args:
        statements: The calls.
        last: A line that follows them; may be empty.

    """
    names: dict[int, str] = {}
    at = count = 0
    while at < len(statements):
        period, times, step = _repetition(statements, at, last)
        block = statements[at : at + period]
        for statement in block:
            yield from statement.before
        if times > 1:
            yield _loop(block, times, step)
        for offset, statement in enumerate(block):
            count += 1
            call = _SEED.sub("seed", statement.call) if step else Statement.plain(statement.call)
            yield f"{'    ' if times > 1 else ''}r{count} = {_named(call, names)}"
            yield from statement.after
            names.update({at + turn * period + offset: f"r{count}" for turn in range(times)})
        at += period * times
    if last:
        yield _named(last, names)


def _named(text: str, names: dict[int, str]) -> str:
    return _REFERENCE.sub(lambda found: names[int(found[1])], text)


def _loop(block: Sequence[Statement], times: int, step: int) -> str:
    if not step:
        return f"for _ in range({times}):"
    first = int(_seeds(block)[0])
    return f"for seed in range({f'{first}, ' if first else ''}{first + times}):"


def _repetition(statements: Sequence[Statement], at: int, last: str) -> tuple[int, int, int]:
    """Find the run of calls that begins here, how often it comes, and how its seeds count on."""
    for period in range(1, _LONGEST_PERIOD + 1):
        for step in (0, 1):
            times = 1
            while _is_next(statements, at, period, times, step):
                times += 1
            if times >= _LEAST_TIMES and not _looks_back(statements, at, period, times, last):
                return period, times, step
    return 1, 1, 0


def _is_next(statements: Sequence[Statement], at: int, period: int, times: int, step: int) -> bool:
    """Tell whether the run comes once more."""
    here = at + times * period
    first, following = statements[at : at + period], statements[here : here + period]
    if len(following) < period or any(each.before or each.after for each in following):
        return False
    if [_relative(each.call, at) for each in first] != [_relative(e.call, here) for e in following]:
        return False
    seeds = _seeds(first)
    if step:
        if not seeds or not all(seed.isdigit() for seed in seeds) or len(set(seeds)) > 1:
            return False
        seeds = [str(int(seed) + times) for seed in seeds]
    return seeds == _seeds(following)


def _seeds(block: Sequence[Statement]) -> list[str]:
    return [seed for statement in block for seed in _SEED.findall(statement.call)]


def _relative(call: str, start: int) -> str:
    """Write a call without its seeds, and references into the run by their place in it."""

    def place(found: re.Match[str]) -> str:
        index = int(found[1])
        return f"<{index - start}>" if index >= start else found[0]

    return _SEED.sub("seed", _REFERENCE.sub(place, call))


def _looks_back(
    statements: Sequence[Statement], at: int, period: int, times: int, last: str
) -> bool:
    """Tell whether anything later refers to a turn of the run before its last one."""
    end = at + period * times
    later = [last, *(statement.call for statement in statements[end:])]
    lost = range(at, end - period)
    return any(int(index) in lost for text in later for index in _REFERENCE.findall(text))

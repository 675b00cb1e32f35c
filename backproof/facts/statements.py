"""Sentences about one result of a property: how what was returned relates to what is required."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from backproof.facts.factors import MIN_CASES, Factor, Ratio, describe, find_factor, ratio_of
from backproof.facts.observation import Array, Observation
from backproof.facts.places import find_edge, find_place
from backproof.facts.relations import common_names, relations
from backproof.facts.shapes import find_shape

_NUMBERED = re.compile(r"(\w+) \d+$")
# As in "h, its last row" or "W, from the same state of rng".
_DETAIL = re.compile(r", ((?:its|the|from|in) .*)$")


def group_name(what: str) -> str:
    """Return the name of a result without its number: results of all steps are one group."""
    return _NUMBERED.sub(r"a \1", what)


def statements(
    what: str, observations: Sequence[Observation], total: int, *, is_own: bool = False
) -> list[str]:
    """Return what holds in all cases of one result.

    Args:
        what: The name of the result.
        observations: All comparisons of it.
        total: The number of cases of the property.
        is_own: Whether the required result is computed from others of the submission.

    """
    wrong = [each for each in observations if each.is_wrong]
    failing = len({each.case for each in wrong})
    if failing < MIN_CASES:
        return []
    name = _DETAIL.sub(r" (\1)", what.rstrip(",").removeprefix("the "))
    edge = find_edge(observations)
    if edge is not None:
        return [f"{_cases(failing, total, True)} your {name} is {edge}."]
    place = find_place(observations)
    relation = _relation(wrong, has_place=place is not None)
    if relation is not None:
        text, holds = relation
        told = observations if all(holds(each) for each in observations) else wrong
        number = len({each.case for each in told})
        cases = _cases(number, total, all(each.is_wrong for each in told))
        note = "; what is required here follows from your other results" if is_own else ""
        return [f"{cases} {text.format(name=f'your {name}')}{note}."]
    if place is not None:
        there = _at_the_place(wrong)
        sentence = f"{_cases(failing, total, True)} your {name} is wrong only {place}"
        return [f"{sentence}; there it is {there}." if there else f"{sentence}."]
    return []


def _cases(number: int, total: int, all_fail: bool) -> str:
    if number == total:
        return f"In all {number} cases"
    return f"In all {number} cases that {'fail' if all_fail else 'get so far'}"


def _at_the_place(wrong: Sequence[Observation]) -> str | None:
    """Return what the wrong entries are, compared with an argument or with the required ones."""
    for name in common_names(wrong):
        if all(each.arrays[name].shape == each.required.shape for each in wrong):
            factor = _factor_of_entries(wrong, [each.arrays[name] for each in wrong])
            if factor is not None and factor.constant != 0:
                return f"{name} itself" if factor.is_one else f"{name} {describe(factor)}"
    factor = _factor_of_entries(wrong, [each.required for each in wrong])
    if factor is None or factor.constant == 0:
        return None if factor is None else "0"
    return f"the required value {describe(factor)}"


def _factor_of_entries(wrong: Sequence[Observation], bases: Sequence[Array]) -> Factor | None:
    """Return the factor between the wrong entries and those of other arrays."""
    ratios: list[Ratio] = []
    for each, base in zip(wrong, bases, strict=True):
        returned, there, allowed = (a[each.wrong] for a in (each.returned, base, each.allowed))
        ratio = ratio_of(each.case, returned, there, allowed, each.numbers)
        if ratio is None:
            return None
        if isinstance(ratio, Ratio):
            ratios.append(ratio)
    return find_factor(ratios)


Statement = tuple[str, Callable[[Observation], bool]]


def _relation(wrong: Sequence[Observation], has_place: bool) -> Statement | None:
    """Return the most telling relation that all wrong results have.

    Args:
        wrong: The observations of wrong results.
        has_place: Whether single places of the results are wrong, so that a step is not.

    """
    if not _is_varied(wrong):
        return None
    for relation in relations(wrong):
        if all(relation.holds(each) for each in wrong):
            return f"{{name}} {relation.text}", relation.holds
    searches = [_scaled, _shifted, _with_an_argument, _in_another_shape, _late]
    if not has_place:
        searches.insert(1, _moved)
    for search in searches:
        statement = search(wrong)
        if statement is not None:
            return statement
    return None


def _is_varied(observations: Sequence[Observation]) -> bool:
    """Return whether the cases differ: a relation that holds for one number may be chance."""
    numbers = {each.required.tobytes() + each.returned.tobytes() for each in observations}
    return len(numbers) >= MIN_CASES


def _scaled(wrong: Sequence[Observation]) -> Statement | None:
    factor = _factor([(each, each.returned, each.required) for each in wrong])
    if factor is None or factor.is_one:
        return None

    def holds(each: Observation) -> bool:
        return _fits(factor, each, each.returned, each.required)

    return f"{{name}} is the required one {describe(factor)}", holds


def _moved(wrong: Sequence[Observation]) -> Statement | None:
    """Return the factor of the way from an argument to the result."""
    found = []
    if not any(each.required.any() for each in wrong):
        return None
    for name in common_names(wrong):
        if not all(_is_aligned(each, name) for each in wrong):
            continue
        factor = _factor(
            [(e, e.returned - e.arrays[name], e.required - e.arrays[name]) for e in wrong]
        )
        if factor is not None and not factor.is_one:
            found.append((name, factor))
    if len(found) != 1:
        return None
    name, factor = found[0]

    def holds(each: Observation) -> bool:
        start = each.arrays[name]
        return _fits(factor, each, each.returned - start, each.required - start)

    return f"the step from {name} to {{name}} is the required step {describe(factor)}", holds


def _is_aligned(observation: Observation, name: str) -> bool:
    return observation.has_shape and observation.arrays[name].shape == observation.required.shape


def _shifted(wrong: Sequence[Observation]) -> Statement | None:
    """Return the constant, or the number of the call, that was added."""
    if not all(each.has_shape for each in wrong):
        return None
    factor = _factor([(e, e.returned - e.required, np.ones_like(e.required)) for e in wrong])
    if factor is None:
        return None

    def holds(each: Observation) -> bool:
        return each.has_shape and _fits(
            factor, each, each.returned - each.required, np.ones_like(each.required)
        )

    if not factor.powers:
        more = "more" if factor.constant > 0 else "less"
        return f"{{name}} is {abs(factor.constant):.10g} {more} than the required one", holds
    return f"{{name}} is the required one plus 1 {describe(factor)}", holds


def _with_an_argument(wrong: Sequence[Observation]) -> Statement | None:
    """Return the argument of which a multiple was added."""
    found = []
    for name in common_names(wrong):
        pairs = [(each, *pair) for each in wrong if (pair := _difference(each, name))]
        if len(pairs) == len(wrong) and (factor := _factor(pairs)) is not None:
            found.append((name, factor))
    if len(found) != 1:
        return None
    name, factor = found[0]

    def holds(each: Observation) -> bool:
        pair = _difference(each, name)
        return pair is not None and _fits(factor, each, *pair)

    return f"{{name}} is the required one {_added(name, factor)}", holds


def _added(name: str, factor: Factor) -> str:
    sign = "plus" if factor.constant > 0 else "minus"
    size = Factor(abs(factor.constant), factor.powers)
    if size.is_one:
        return f"{sign} {name}"
    if not size.powers:
        return f"{sign} {size.constant:.6g} · {name}"
    return f"{sign} {name} {describe(size)}"


def _difference(observation: Observation, name: str) -> tuple[Array, Array] | None:
    if not observation.has_shape or name not in observation.arrays:
        return None
    try:
        spread = np.broadcast_to(observation.arrays[name], observation.required.shape)
    except ValueError:
        return None
    return observation.returned - observation.required, spread


def _in_another_shape(wrong: Sequence[Observation]) -> Statement | None:
    text = find_shape(wrong)
    return None if text is None else (f"{{name}} {text}", lambda each: not each.is_wrong)


def _late(wrong: Sequence[Observation]) -> Statement | None:
    """Return whether each step is the required one of the step before, or after."""
    for shift, text in ((1, "before"), (-1, "after")):
        if all(_is_late(each, shift) for each in wrong):
            step = f"{{name}} takes at each step the required one of the step {text}"
            return step, lambda each: not each.is_wrong
    return None


def _is_late(observation: Observation, shift: int) -> bool:
    if observation.comparison.path is None:
        return False
    steps = [np.diff(each, axis=0) for each in observation.comparison.path]
    count = min(map(len, steps))
    if count < 2:
        return False
    taken, right = steps[0][:count], steps[1][:count]
    one, other = (taken[1:], right[:-1]) if shift == 1 else (taken[:-1], right[1:])
    return bool((np.abs(one - other) <= 1e-9 * np.maximum(1.0, np.abs(other))).all())


def _factor(triples: Sequence[tuple[Observation, Array, Array]]) -> Factor | None:
    """Return the factor between pairs of arrays, which is the same or has the same formula."""
    ratios: list[Ratio] = []
    for observation, returned, base in triples:
        ratio = _ratio(observation, returned, base)
        if ratio is None:
            return None
        if isinstance(ratio, Ratio):
            ratios.append(ratio)
    return find_factor(ratios)


def _ratio(observation: Observation, returned: Array, base: Array) -> Ratio | bool | None:
    if returned.shape != observation.allowed.shape:
        return None
    numbers = observation.numbers
    return ratio_of(observation.case, returned, base, observation.allowed, numbers)


def _fits(factor: Factor, observation: Observation, returned: Array, base: Array) -> bool:
    """Return whether a factor holds in one observation, too."""
    ratio = _ratio(observation, returned, base)
    if not isinstance(ratio, Ratio):
        return ratio is True
    value = factor.constant
    for quantity, exponent in factor.powers:
        number = observation.numbers.get(quantity, 0.0)
        if number <= 0:
            return False
        value *= number**exponent
    return abs(ratio.value - value) <= 4 * ratio.error + 1e-7 * abs(value)

"""The places of the wrong entries of a result, such as its last row, or the entries with z < 0.

A place is stated if all wrong entries of all cases are in it and not all right ones are. The
probability that entries chosen at random would all be there is at most 10⁻⁶, and 10⁻³ of that for
any other place, unless one contains the other.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backproof.facts.factors import MIN_CASES
from backproof.facts.observation import Observation
from backproof.facts.relations import common_names

_CHANCE, _RIVAL = math.log(1e-6), math.log(1e-3)
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Place:
    """Some entries of an array, as words that follow "wrong only"."""

    text: str
    mask: Callable[[Observation], Mask]


def find_place(observations: Sequence[Observation]) -> str | None:
    """Return where the wrong entries are, in words; ``None`` if they are anywhere.

    Args:
        observations: All observations of one result, of which some are wrong.

    """
    comparable = [each for each in observations if each.has_shape]
    wrong = [each for each in comparable if each.is_wrong]
    if len(comparable) < len(observations) or len({each.case for each in wrong}) < MIN_CASES:
        return None
    fitting = []
    for place in _places(comparable):
        masks = [place.mask(each) for each in comparable]
        chance = _chance(comparable, masks)
        if chance <= _CHANCE:
            fitting.append((chance, place.text, np.concatenate([mask.ravel() for mask in masks])))
    if not fitting:
        return None
    fitting.sort(key=lambda each: each[0])
    chance, text, mask = fitting[0]
    for other_chance, _, other in fitting[1:]:
        is_nested = not (mask & ~other).any()
        if not is_nested and other_chance + _RIVAL < chance:
            return None
    return text


def find_edge(observations: Sequence[Observation]) -> str | None:
    """Return the size of an argument from which on results are NaN or infinite, in words."""
    comparable = [each for each in observations if each.has_shape]
    if not comparable:
        return None
    for name in _aligned_names(comparable):
        sizes = np.concatenate([np.abs(each.arrays[name]).ravel() for each in comparable])
        strange = np.concatenate(
            [(~np.isfinite(each.returned) & each.wrong).ravel() for each in comparable]
        )
        wrong = np.concatenate([each.wrong.ravel() for each in comparable])
        cases = {each.case for each in comparable if each.is_wrong}
        if not strange.any() or strange.all() or (wrong & ~strange).any():
            continue
        least, most = float(sizes[strange].min()), float(sizes[~strange].max())
        if most < least and len(cases) >= MIN_CASES and least > 1.0:
            return (
                f"NaN or infinite where |{name}| ≥ {least:.4g}, right up to |{name}| = {most:.4g}"
            )
    return None


def _chance(observations: Sequence[Observation], masks: Sequence[Mask]) -> float:
    """Return the logarithm of the probability that random entries would all be in the masks.

    It is 0 if some wrong entries are outside.
    """
    total = 0.0
    for observation, mask in zip(observations, masks, strict=True):
        wrong = observation.wrong
        if (wrong & ~mask).any():
            return 0.0
        inside, everything = int(mask.sum()), mask.size
        for number in range(int(wrong.sum())):
            total += math.log((inside - number) / (everything - number))
    return total


def _aligned_names(observations: Sequence[Observation]) -> list[str]:
    return [
        name
        for name in common_names(observations)
        if all(each.arrays[name].shape == each.required.shape for each in observations)
    ]


def _places(observations: Sequence[Observation]) -> Iterator[Place]:
    dimensions = {each.required.ndim for each in observations}
    if dimensions == {2}:
        yield Place("in the last row", lambda each: _at(each, 0, -1))
        yield Place("in the first row", lambda each: _at(each, 0, 0))
        yield Place("in the last column", lambda each: _at(each, 1, -1))
        yield Place("in the first column", lambda each: _at(each, 1, 0))
        yield Place("off the diagonal", _off_diagonal)
    if dimensions == {1}:
        yield Place("in the last entry", lambda each: _at(each, 0, -1))
        yield Place("in the first entry", lambda each: _at(each, 0, 0))
    for name in _aligned_names(observations):
        yield from _signs(name, functools.partial(_argument, name))
    yield from _signs("the required value", lambda each: each.required)


def _signs(name: str, values: Callable[[Observation], NDArray[np.float64]]) -> Iterator[Place]:
    yield Place(f"where {name} < 0", lambda each: values(each) < 0)
    yield Place(f"where {name} > 0", lambda each: values(each) > 0)
    yield Place(f"where {name} = 0", lambda each: values(each) == 0)
    yield Place(f"where |{name}| > 1", lambda each: np.abs(values(each)) > 1)
    yield Place(f"where |{name}| < 1", lambda each: np.abs(values(each)) < 1)


def _argument(name: str, observation: Observation) -> NDArray[np.float64]:
    return observation.arrays[name]


def _at(observation: Observation, axis: int, index: int) -> Mask:
    mask = np.zeros(observation.required.shape, dtype=bool)
    np.moveaxis(mask, axis, 0)[index] = True
    return mask


def _off_diagonal(observation: Observation) -> Mask:
    mask: Mask = np.eye(*observation.required.shape) == 0.0
    return mask

"""Trivial implementations, which a test that says something must reject."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from backproof.assignment.config import Assignment
from backproof.counterexample.wording import parameter_names

ARGUMENT, ZEROS, NONE = "argument", "zeros", "none"
TRIVIAL = (ARGUMENT, ZEROS, NONE)


def words(kind: str, assignment: Assignment, function: str) -> str:
    """Return what a trivial variant of ``"unit.name"`` returns, such as ``"theta"``."""
    if kind == ARGUMENT:
        names = parameter_names(assignment.template).get(function, ())
        return names[0] if names else "its argument"
    return "zeros" if kind == ZEROS else "None"


def trivial_variant(kind: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that computes nothing, with results of the form of the right one's.

    Of a result that is a tuple, such as θ and a state, only the first entry is replaced.
    """

    @functools.wraps(function)
    def trivial(*arguments: Any, **keywords: Any) -> Any:
        result = function(*arguments, **keywords)
        first = result[0] if isinstance(result, tuple) and result else result
        given = [*arguments, *keywords.values()]
        if kind == ARGUMENT:
            replaced = given[0] if given else None
        elif kind == ZEROS:
            replaced = _zeros_like(first)
        else:
            replaced = None
        return (replaced, *result[1:]) if isinstance(result, tuple) and result else replaced

    return trivial


def _zeros_like(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return np.zeros_like(value)
    return 0.0 if isinstance(value, float | int | np.generic) else value

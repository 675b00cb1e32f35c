"""Iterators of the iterables that a student's code returned in one case."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from backproof.wire.anatomy import copied
from backproof.wire.protocol import NOT_ITERABLE
from backproof.worker.object_table import ObjectTable
from backproof.worker.replies import NO_RESULT, Reply, failure

# Items of an iterable that cross with it; the grader requests those after them.
_MAX_ITEMS = 1000

_END = object()


class CaseIterators:
    """Iterators by the numbers of their iterables.

    Args:
        objects: The objects of the case.

    """

    def __init__(self, objects: ObjectTable) -> None:
        self._objects = objects
        self._iterators: dict[int, Iterator[Any]] = {}

    def use_up(self, ref: int) -> tuple[dict[str, Any], list[np.ndarray[Any, Any]]]:
        """Use an iterable up; return what crosses of it, and the arrays of its items.

        What crosses is its items, how it ended, and which arrays changed later. Each item crosses
        as it was when it came. An array of an item has changed if a later item was written into the
        same memory.
        """
        items: list[Any] = []
        arrays: list[tuple[np.ndarray[Any, Any], bytes]] = []
        end: list[Any] = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for _ in range(_MAX_ITEMS):
                failed, item = self._next_item(ref)
                if failed and failed[0] == NOT_ITERABLE:
                    return {}, []
                if failed:
                    end = [*failed[:2]]
                    break
                value, number = self._objects.add(item)
                items.append((copied(value), number))
                arrays += [(array, array.tobytes()) for array in self._objects.arrays]
        later = [
            (index, array)
            for index, (array, content) in enumerate(arrays)
            if array.tobytes() != content
        ]
        crossing = {"items": items, "end": end, "later": later}
        return crossing, [array for array, _ in arrays]

    def drain(self, ref: int, at_most: int, first: bool) -> Reply:
        """Return the next items of an iterable, at most one more than ``at_most``.

        Args:
            ref: The number of the iterable.
            at_most: The number of items that it may have.
            first: Whether to begin with its first item.

        """
        if first:
            self._iterators.pop(ref, None)
        items: list[Any] = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            while len(items) <= at_most:
                failed, item = self._next_item(ref)
                if failed is NO_RESULT:
                    break
                if failed:
                    return failed
                items.append(item)
        return None, *self._objects.add(items, own=False), None

    def _next_item(self, ref: int) -> tuple[Reply | None, Any]:
        """Return the next item of an iterable; at its end, the reply that reports how it ended."""
        try:
            if ref not in self._iterators:
                try:
                    self._iterators[ref] = iter(self._objects[ref])
                except TypeError:
                    return (NOT_ITERABLE, "", 0, None), None
            item = next(self._iterators[ref], _END)
        except BaseException as exception:
            return failure(exception), None
        return (NO_RESULT, None) if item is _END else (None, item)

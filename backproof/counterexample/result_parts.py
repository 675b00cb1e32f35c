"""The parts of a result that later calls of a case may use again."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from backproof.counterexample.literals import literal
from backproof.wire.records import Record

# Later parts are not searched.
_MAX_SEARCHED_PARTS = 100
# The names of the types of iterators, whether they are local or in another process.
_ITERATORS = {"generator", "zip", "map", "filter", "enumerate", "islice", "chain"}


def parts_of(result: Any) -> Iterator[tuple[str, Any]]:
    """Yield the first parts of a result, each with its subscript or attribute."""
    if isinstance(result, tuple | list):
        for index, part in enumerate(result[:_MAX_SEARCHED_PARTS]):
            yield f"[{index}]", part
    elif isinstance(result, dict):
        for key in itertools.islice(result, _MAX_SEARCHED_PARTS):
            yield f"[{literal(key)}]", result[key]
    elif isinstance(result, Record):
        for name in result._names:
            yield f".{name}", getattr(result, name)


def is_iterator(result: Any) -> bool:
    """Return whether a result is used up when it is read."""
    kind = type(result).__name__
    return kind in _ITERATORS or kind.endswith("iterator")

"""Items of a student's iterables, listed with limits."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from backproof.submission.base import call_of
from backproof.submission.messages import Mismatch, as_message, not_iterable
from backproof.submission.proxies import Proxy

# Called with each iterable of a submission that is drained, and its items; diagnosis adds to it.
on_drained: list[Callable[[Any, Sequence[Any]], None]] = []
# Called with each iterable whose end was not reached, and the exception that it raised, or None if
# it yielded more items than it may.
on_unfinished: list[Callable[[Any, Exception | None], None]] = []


def _drained(iterable: Iterable[Any], at_most: int, what: str) -> list[Any]:
    items: list[Any] = []
    try:
        iterator = iter(iterable)
    except TypeError:
        raise not_iterable(what, type(iterable).__name__) from None
    except (Exception, SystemExit) as exception:
        raise as_message(exception, what) from exception
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for item in iterator:
                items.append(item)
                if len(items) > at_most:
                    break
    except Mismatch:
        raise
    except (Exception, SystemExit) as exception:
        raise as_message(exception, what) from exception
    return items


def drain(iterable: Any, *, at_most: int, what: str) -> list[Any]:
    """Iterate over a student's iterable once and return its items as a list.

    Args:
        iterable: The iterable.
        at_most: The largest number of items.
        what: A name for the iterable in messages.

    Raises:
        Mismatch: It is no iterable, or yields more than ``at_most`` items.
        SubmissionRaised: It raises an exception.

    """
    try:
        items = iterable._drain(at_most, what) if isinstance(iterable, Proxy) else None
        if items is None:
            items = _drained(iterable, at_most, what)
    except Exception as failure:
        for report in on_unfinished:
            report(iterable, failure)
        raise
    if (call := call_of(iterable)) is not None:
        call.items = items
    for callback in on_drained:
        callback(iterable, items)
    if len(items) > at_most:
        for report in on_unfinished:
            report(iterable, None)
        raise Mismatch(f"{what} yields more than {at_most} items", f"at most {at_most} items")
    return items

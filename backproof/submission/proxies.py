"""Proxies of objects of the student's, on which attributes and methods are called there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from backproof.submission.messages import NoSuchAttribute, SubmissionRaised


class Proxy:
    """An object of the student's that is no value: it stays with the student's code.

    A property can read its attributes, call it and its methods, iterate over it, convert it with
    ``numpy.asarray`` or ``float``, ask for its length and its items, and hand it back. An exception
    of the object's is a message to the student, as that of a function is.

    Attributes:
        _label: The name of the object in messages, such as ``"Tokenizer.encode"``.

    """

    _label = ""

    def _use(
        self, attribute: str, arguments: tuple[Any, ...] | None, keywords: dict[str, Any]
    ) -> Any:
        """Read an attribute, or call it if there are arguments; an empty name is the object."""
        raise NotImplementedError

    def __getattr__(self, name: str) -> Any:
        # Libraries ask any object for such attributes.
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__} stays with the student's code: {name}")
        try:
            return self._use(name, None, {})
        except SubmissionRaised as raised:
            if raised.described.partition(":")[0] != AttributeError.__name__:
                raise
            lacks = NoSuchAttribute(raised.returned, raised.required, raised.kind, raised.described)
            raise lacks from raised.__cause__

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call the object, or the method that it is."""
        return self._use("", arguments, keywords)

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, key: Any) -> Any:
        return self._use("__getitem__", (key,), {})

    def __contains__(self, item: Any) -> bool:
        return bool(self._use("__contains__", (item,), {}))

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError

    def _drain(self, at_most: int, what: str) -> list[Any] | None:
        """Return its items as a list, at most one more than ``at_most``.

        ``None`` if it is in this process, where anyone can list its items.
        """
        raise NotImplementedError

    def _name_of(self, attribute: str) -> str:
        label = self._label or type(self).__name__
        return f"{label}.{attribute}" if attribute else label

"""Proxies of objects of the student's, on which attributes and methods are called there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from backproof.student_code.operations import SIGNS
from backproof.submission.base import Use, note_use
from backproof.submission.messages import Mismatch, NoLength, NoSuchAttribute, SubmissionRaised

# How messages name an operation on an object.
_FORMS = {
    "__len__": "len({})",
    "__bool__": "bool({})",
    "__str__": "str({})",
    "__int__": "int({})",
    "__abs__": "abs({})",
    "__reversed__": "reversed({})",
    "__getitem__": "{}[…]",
    "__setitem__": "{}[…] = …",
    "__delitem__": "del {}[…]",
    "__contains__": "… in {}",
    "__setattr__": "{}.… = …",
    "__delattr__": "del {}.…",
    "__neg__": "-{}",
    "__pos__": "+{}",
    "__invert__": "~{}",
    **{f"__{name}__": f"{{}} {sign} …" for name, sign in SIGNS.items()},
    **{f"__r{name}__": f"… {sign} {{}}" for name, sign in SIGNS.items()},
}
_MAX_LENGTH = 2**62


class Proxy:
    """An object of the student's that is no value: it stays with the student's code.

    A property can read and set its attributes, call it and its methods, iterate over it, apply
    operators, ``len``, ``str`` and ``bool`` to it, convert it with ``numpy.asarray`` or ``float``,
    enter it as a context, and hand it back. An exception of the object's is a message to the
    student, as that of a function is. ``hash`` and ``repr`` are the proxy's own.

    Attributes:
        _label: The name of the object in messages, such as ``"Tokenizer.encode"``.

    """

    _label = ""

    def _use(
        self, attribute: str, arguments: tuple[Any, ...] | None, keywords: dict[str, Any]
    ) -> Any:
        """Read an attribute, or call it if there are arguments; an empty name is the object."""
        raise NotImplementedError

    def _used(
        self, attribute: str, arguments: tuple[Any, ...] | None, keywords: dict[str, Any]
    ) -> Any:
        """Use the object, and note that for the smallest case."""
        use = Use(self, attribute, arguments, keywords)
        note_use(use)
        use.result = self._use(attribute, arguments, keywords)
        return use.result

    def _operate(self, attribute: str, *arguments: Any) -> Any:
        return self._used(attribute, arguments, {})

    def __getattr__(self, name: str) -> Any:
        # Libraries ask any object for such attributes.
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__} stays with the student's code: {name}")
        try:
            return self._used(name, None, {})
        except SubmissionRaised as raised:
            if raised.described.partition(":")[0] != AttributeError.__name__:
                raise
            lacks = NoSuchAttribute(raised.returned, raised.required, raised.kind, raised.described)
            raise lacks from raised.__cause__

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):  # the proxy's own
            object.__setattr__(self, name, value)
        else:
            self._operate("__setattr__", name, value)

    def __delattr__(self, name: str) -> None:
        self._operate("__delattr__", name)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call the object, or the method that it is."""
        return self._used("", arguments, keywords)

    def __bool__(self) -> bool:
        return bool(self._of_kind("__bool__", bool))

    def __str__(self) -> str:
        """Return the text that the student's object makes of itself."""
        return str(self._of_kind("__str__", str))

    def __int__(self) -> int:
        return int(self._of_kind("__int__", int))

    def __len__(self) -> int:
        length = self._operate("__len__")
        if length is None:
            kind = type(self).__name__
            described = f"TypeError: object of type '{kind}' has no len()"
            required = "a result, without an exception"
            raise NoLength(f"len({kind}) raised {described}", required, described=described)
        if type(length) is not int or not 0 <= length < _MAX_LENGTH:
            raise Mismatch(f"{self._name_of('__len__')} is no length", "a whole number")
        return length

    def _of_kind(self, attribute: str, kind: type) -> Any:
        value = self._operate(attribute)
        if type(value) is not kind:
            name = self._name_of(attribute)
            raise Mismatch(f"{name} is of type {type(value).__name__}", f"the type {kind.__name__}")
        return value

    def __enter__(self) -> Any:
        return self._operate("__enter__")

    def __exit__(self, *_raised: object) -> None:
        # An exception of the property is none of the student's object.
        self._operate("__exit__", None, None, None)

    # Two proxies of one object are different objects, so a property may not rely on this.
    __hash__ = object.__hash__

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError

    def _drain(self, at_most: int, what: str) -> list[Any] | None:
        """Return its items as a list, at most one more than ``at_most``.

        ``None`` if it is in this process, where anyone can list its items.
        """
        raise NotImplementedError

    def _name_of(self, attribute: str) -> str:
        label = self._label or type(self).__name__
        if attribute in _FORMS:
            return _FORMS[attribute].format(label)
        return f"{label}.{attribute}" if attribute else label


def _operator(attribute: str) -> Callable[..., Any]:
    def apply(self: Proxy, *arguments: Any) -> Any:
        return self._operate(attribute, *arguments)

    apply.__name__ = attribute
    return apply


for _attribute in _FORMS:
    if _attribute not in vars(Proxy):
        setattr(Proxy, _attribute, _operator(_attribute))

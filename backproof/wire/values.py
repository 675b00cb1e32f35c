"""Values of a frame: their types, limits and names, which writing and reading have in common.

The payload is the bytes of all floats and arrays, little-endian, without gaps and in the order in
which the header names them: there are no offsets, so none can be wrong. The header is JSON. In it
``null``, ``true``, ``false``, integers of 64 bits and short printable strings stand for themselves.
Every other value is a list that starts with a tag, so that no value can be taken for one of another
type:

    ["f"]  ["c"]                  a float, a complex number
    ["i", digits]                 a larger integer, in hexadecimal
    ["x", n]  ["b", n]            a string of n bytes in UTF-8, n bytes
    ["s", dtype]                  a numpy scalar
    ["a", dtype, n, m, ...]       an array of shape (n, m, ...)
    ["l", item, ...]  ["t", ...]  a list, a tuple
    ["S", item, ...]  ["F", ...]  a set, a frozenset; the items are in the order of their encoding
    ["d", key, value, ...]        a dict
    ["o", kind, n, name, ..., value, ...]  ["n", ...]  a ``Record``, a ``NamedRecord`` of n fields
    ["e", kind, form, name, value]  a member of an enum
    ["r", number, kind, value]    a ``Ref``

A string that stands for itself is cleaned when it is read, since messages are such strings. One
with a tag is a value: it arrives as it was sent.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

MAX_PAYLOAD = 64 * 2**20
MAX_DEPTH = 12
MAX_NODES = 20_000  # values, and keys of dicts
MAX_TEXT = 2048  # bytes in UTF-8 of a string that stands for itself
MAX_NAME_LENGTH = 80
MAX_INTEGER = 2**63 - 1

FLOAT = struct.Struct("<d")
COMPLEX = struct.Struct("<dd")
_WIDEST_TEXT = 2**16  # characters of an entry of an array of strings
_NAMES = ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
DTYPES: dict[str, np.dtype[Any]] = {name: np.dtype(f"<{name}") for name in _NAMES}
DOUBLE = DTYPES["f8"]
# Control characters except \n and \t, line separators, and characters that reorder or hide text.
# No printable ASCII character is among them.
UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_MAX_DIMENSIONS = 8
_MAX_REFERENCE = 2**31 - 1
_NOT_IN_NAMES = re.compile(r"[^\w.]")


class WireError(Exception):
    """A frame or a value breaks a rule; the text says which, in one short line."""


# Not frozen, because creating a frozen object takes three times as long.
@dataclass(slots=True, unsafe_hash=True)
class Ref:
    """A reference to an object that stays in the process that made it.

    Attributes:
        number: The number of the object, from 0 to 2**31 - 1.
        kind: The name of its type, for messages only; characters that no name has are replaced.
        value: The object as an array or a float, if that crosses along; it is never compared.

    """

    number: int
    kind: str = ""
    value: Any = field(default=None, compare=False)


def clean_text(text: str) -> str:
    """Make a string safe to send and to print.

    Control characters and those that reorder or hide text are removed, halves of surrogate pairs
    become question marks, and the text is cut off at ``MAX_TEXT`` bytes.
    """
    # Cut off first, as a student decides how long a text is; str's own method, as its class may
    # override it.
    safe = UNSAFE.sub("", str.__getitem__(text, slice(8 * MAX_TEXT)))
    return safe.encode("utf-8", "replace")[:MAX_TEXT].decode("utf-8", "ignore")


def too_many(depth: int) -> WireError:
    """Return the error for values that are nested too deeply, or else are too many."""
    if depth > MAX_DEPTH:
        return WireError(f"the values are nested over {MAX_DEPTH} deep")
    return WireError(f"there are over {MAX_NODES} values")


def array_size(shape: Sequence[Any], itemsize: int) -> int:
    """Return the bytes of an array, after checking its shape.

    For the limit, lengths of zero count as one: what is computed from an array of shape (0, 2**50)
    may need memory for 2**50 numbers.
    """
    if len(shape) > _MAX_DIMENSIONS:
        raise WireError(f"an array has over {_MAX_DIMENSIONS} dimensions")
    size = itemsize
    for length in shape:
        if type(length) is not int or length < 0:
            raise WireError("the shape of an array is not made of integers from 0")
        size *= length or 1
    if size > MAX_PAYLOAD:
        raise WireError("an array is too large to be sent")
    return 0 if 0 in shape else size


def check_text(text: str) -> None:
    """Raise ``WireError`` if a string cannot stand for itself."""
    try:
        fits = len(text) <= MAX_TEXT and (text.isascii() or len(text.encode()) <= MAX_TEXT)
    except UnicodeEncodeError:
        raise WireError("a string has half a surrogate pair") from None
    if not fits:
        raise WireError(f"a string is longer than {MAX_TEXT} bytes")


def stands_for_itself(text: str) -> bool:
    """Return whether a string is read as it is, without a tag."""
    try:
        check_text(text)
    except WireError:
        return False
    return not UNSAFE.search(text)


def checked_integer(number: int) -> int:
    """Return an integer of at most 64 bits."""
    if -MAX_INTEGER - 1 <= number <= MAX_INTEGER:
        return number
    raise WireError("an integer has over 64 bits")


def dtype_named(name: Any) -> np.dtype[Any]:
    """Return the dtype of arrays with that name: ``"f8"``, or ``"U5"`` for strings."""
    if type(name) is str and name in DTYPES:
        return DTYPES[name]
    width = name[1:] if type(name) is str and name[:1] == "U" else ""
    is_width = width.isascii() and width.isdigit() and width[0] != "0" and len(width) < 6
    if is_width and int(width) <= _WIDEST_TEXT:
        return np.dtype(f"<{name}")
    raise WireError("an array has no known dtype")


def checked_reference(number: Any) -> int:
    """Return the number of a reference."""
    if type(number) is int and 0 <= number <= _MAX_REFERENCE:
        return number
    raise WireError("the number of a reference is not an integer from 0 to 2**31 - 1")


def checked_name(text: str) -> str:
    """Return the name of a type, with characters that no name has replaced."""
    return _checked_name(text[:MAX_NAME_LENGTH])


# Cached for short texts only, because a student chooses them.
@lru_cache(maxsize=1024)
def _checked_name(text: str) -> str:
    return _NOT_IN_NAMES.sub("_", text)

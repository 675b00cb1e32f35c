"""Decode a source file as Python and its students' editors mean it."""

from __future__ import annotations

import codecs
import contextlib
import re

# PEP 263, on one of the first two lines.
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK_OR_COMMENT = re.compile(rb"^[ \t\f]*(?:#.*)?$")
# Character sets. Others that Python knows are no such thing, or take for ever: punycode.
_CHARACTER_SETS = re.compile(
    r"ascii|utf-8|iso8859-\d+|cp\d+|koi8-[rtu]|mac-\w+|gbk|gb18030|gb2312|big5(?:hkscs)?"
    r"|shift_jis(?:x0213|_2004)?|euc_(?:jp|kr|jis_2004|jisx0213)|johab|tis-620|ptcp154"
)
_UNICODE = (
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)


def decoded(data: bytes) -> tuple[str, str]:
    """Decode a source: any bytes give a text, with newlines as Python sees them.

    Returns:
        The text, without a byte order mark, and what is odd about it, or an empty string.
    """
    text, odd = _decoded(data)
    if "\0" in text and not odd:
        odd = "holds NUL bytes, which Python refuses"
    return text.replace("\r\n", "\n").replace("\r", "\n"), odd


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, codec, name in _UNICODE:
        if data.startswith(mark):
            return data.decode(codec, "replace"), f"is {name}: save it as UTF-8"
    if data.startswith(codecs.BOM_UTF8):
        return _guessed(data.removeprefix(codecs.BOM_UTF8), "UTF-8")
    declared = _declared(data)
    if declared is None:
        return _guessed(data, "UTF-8")
    try:
        codec = codecs.lookup(declared).name
    except LookupError:
        codec = ""
    if not _CHARACTER_SETS.fullmatch(codec):
        text, odd = _guessed(data, "UTF-8")
        return text, odd or f"names the encoding {declared!r}, which is not known: read as UTF-8"
    try:
        return data.decode(codec), ""
    except UnicodeDecodeError:
        return _guessed(data, declared)


def _declared(data: bytes) -> str | None:
    for line in re.split(rb"\r\n?|\n", data[:1000])[:2]:
        if cookie := _COOKIE.match(line):
            return cookie[1].decode("ascii", "replace")
        if not _BLANK_OR_COMMENT.match(line):
            break
    return None


def _guessed(data: bytes, declared: str) -> tuple[str, str]:
    # Windows has letters and quotes where Latin-1 has control characters.
    windows = re.search(rb"[\x80-\x9f]", data) is not None
    for codec, name in (("utf-8", "UTF-8"), ("cp1252", "Windows-1252"), ("latin-1", "Latin-1")):
        if codec == "cp1252" and not windows:
            continue
        with contextlib.suppress(UnicodeDecodeError):
            odd = "" if name == declared else f"is not {declared}: read as {name}"
            return data.decode(codec), odd
    raise AssertionError("Latin-1 takes any bytes")

"""Decode a source file as Python does, or else as the student's editor probably encoded it."""

from __future__ import annotations

import codecs
import contextlib
import re

# A declaration as in PEP 263, on one of the first two lines.
_DECLARATION = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK_OR_COMMENT = re.compile(rb"^[ \t\f]*(?:#.*)?$")
# Only true character sets are accepted. Some other codecs of Python are not for text, or take
# quadratic time, such as punycode.
_CHARACTER_SETS = re.compile(
    r"ascii|utf-8|iso8859-\d+|cp\d+|koi8-[rtu]|mac-\w+|gbk|gb18030|gb2312|big5(?:hkscs)?"
    r"|shift_jis(?:x0213|_2004)?|euc_(?:jp|kr|jis_2004|jisx0213)|johab|tis-620|ptcp154"
)
# Hiragana and katakana in Shift-JIS.
_KANA = re.compile(rb"\x82[\x9f-\xf1]|\x83[\x40-\x96]")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),  # begins with the mark of UTF-16, so it comes first
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)


def decode_source(data: bytes) -> tuple[str, str]:
    r"""Decode a source file; any bytes can be decoded.

    Returns:
        The text, without a byte order mark and with ``\n`` as its only line ending, and a remark
        on an unusual encoding, which is empty for most files.
    """
    text, oddity = _decode(data)
    if "\0" in text and not oddity:
        oddity = "holds NUL bytes, which Python refuses"
    return text.replace("\r\n", "\n").replace("\r", "\n"), oddity


def _decode(data: bytes) -> tuple[str, str]:
    for mark, codec, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(codec, "replace"), f"is {name}: save it as UTF-8"
    if data.startswith(codecs.BOM_UTF8):
        return _decode_by_guess(data.removeprefix(codecs.BOM_UTF8), "UTF-8")
    declared = _declared_encoding(data)
    if declared is None:
        return _decode_by_guess(data, "UTF-8")
    try:
        codec = codecs.lookup(declared).name
    except LookupError:
        codec = ""
    if not _CHARACTER_SETS.fullmatch(codec):
        text, oddity = _decode_by_guess(data, "UTF-8")
        unknown = f"names the encoding {declared!r}, which is not known: read as UTF-8"
        return text, oddity or unknown
    try:
        return data.decode(codec), ""
    except UnicodeDecodeError:
        return _decode_by_guess(data, declared)


def _declared_encoding(data: bytes) -> str | None:
    for line in re.split(rb"\r\n?|\n", data[:1000])[:2]:
        if declaration := _DECLARATION.match(line):
            return declaration[1].decode("ascii", "replace")
        if not _BLANK_OR_COMMENT.match(line):
            break
    return None


def _utf16_without_mark(data: bytes) -> str:
    """Return the codec of UTF-16 without a byte order mark; empty if the data is anything else.

    Of source code nearly every second byte is 0 then.
    """
    for codec, begin in (("utf-16-le", 1), ("utf-16-be", 0)):
        zeros = data[begin::2].count(0)
        if len(data) >= 4 and zeros > len(data) / 4 and not data[1 - begin :: 2].count(0):
            return codec
    return ""


def _is_shift_jis(data: bytes) -> bool:
    """Return whether data is Shift-JIS: at least two kana, whose codes other texts hardly have."""
    if len(_KANA.findall(data)) < 2:
        return False
    try:
        data.decode("cp932")
    except UnicodeDecodeError:
        return False
    return True


def _decode_by_guess(data: bytes, declared: str) -> tuple[str, str]:
    with contextlib.suppress(UnicodeDecodeError):
        if codec := _utf16_without_mark(data):
            return data.decode(codec), "is UTF-16: save it as UTF-8"
    is_utf8 = data.decode("utf-8", "ignore").encode() == data
    if not is_utf8 and _is_shift_jis(data):
        return data.decode("cp932"), f"is not {declared}: read as Shift-JIS"
    # Windows-1252 has letters and quotes at the codes of Latin-1's control characters.
    may_be_windows = re.search(rb"[\x80-\x9f]", data) is not None
    for codec, name in (("utf-8", "UTF-8"), ("cp1252", "Windows-1252"), ("latin-1", "Latin-1")):
        if codec == "cp1252" and not may_be_windows:
            continue
        with contextlib.suppress(UnicodeDecodeError):
            oddity = "" if name == declared else f"is not {declared}: read as {name}"
            return data.decode(codec), oddity
    raise AssertionError("Latin-1 decodes any bytes")

"""Files that a script made from a notebook writes, as ``jupyter nbconvert --to script`` makes it.

A cell ``%%writefile layers.py`` becomes ``get_ipython().run_cell_magic('writefile', 'layers.py',
'…')`` on one line. The call is found in the text: the script is not parsed.
"""

from __future__ import annotations

import codecs
import re

from backproof.intake.notebooks import add_written

_STRING = r"""(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
_WRITE_FILE = re.compile(
    rf"get_ipython\(\)\.run_cell_magic\((?P<quote>['\"])(?:writefile|file)(?P=quote), "
    rf"(?P<line>{_STRING}), (?P<text>{_STRING})\)"
)


def written_files(text: str) -> dict[str, str]:
    """Return the Python files that a script writes by cell magics, by name."""
    written: dict[str, str] = {}
    if "run_cell_magic" in text:
        for call in _WRITE_FILE.finditer(text):
            add_written(written, _value(call["line"]), _value(call["text"]))
    return written


def _value(literal: str) -> str:
    """Return the text that a string literal stands for."""
    escaped = literal[1:-1].encode("latin-1", "backslashreplace")
    try:
        text = codecs.decode(escaped, "unicode_escape")
    except UnicodeDecodeError:
        return ""
    # A literal may name lone surrogates, which cannot be encoded.
    return text.encode("utf-8", "replace").decode("utf-8")

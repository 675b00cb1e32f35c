"""Decoding source files as editors save them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backproof.intake.encoding import decode_source
from backproof.intake.reader import read_submission
from tests.support.submissions import UNITS, imported


@pytest.mark.parametrize(
    ("data", "text", "odd"),
    [
        (b"x = 1\n", "x = 1\n", ""),
        (b"", "", ""),
        (b"a\r\nb\rc\n\r\n", "a\nb\nc\n\n", ""),
        (b"\xef\xbb\xbfx = 1", "x = 1", ""),
        ("x = 'é'".encode("utf-16"), "x = 'é'", "is UTF-16: save it as UTF-8"),
        ("x = 'é'".encode("utf-32"), "x = 'é'", "is UTF-32: save it as UTF-8"),
        (b"\xfe\xff\x00x", "x", "is UTF-16: save it as UTF-8"),
        (b"\xff\xfex", "\ufffd", "is UTF-16: save it as UTF-8"),
        ("é".encode("latin-1"), "é", "is not UTF-8: read as Latin-1"),
        ("“é”".encode("cp1252"), "“é”", "is not UTF-8: read as Windows-1252"),
        (b"\x81\xe9", "\x81é", "is not UTF-8: read as Latin-1"),
        (b"# coding: latin-1\n\xe9", "# coding: latin-1\né", ""),
        (b"#!/x\n# -*- coding: cp1252 -*-\n\x93", "#!/x\n# -*- coding: cp1252 -*-\n“", ""),
        (b"# vim: set fileencoding=koi8-r :\n\xc1", "# vim: set fileencoding=koi8-r :\nа", ""),
        (b"x = 1\n# coding: latin-1\n\xc3\xa9", "x = 1\n# coding: latin-1\né", ""),
        (b"# coding: utf-8\n\xe9", "# coding: utf-8\né", "is not utf-8: read as Latin-1"),
        (b"# coding: ascii\n\xc3\xa9", "# coding: ascii\né", "is not ascii: read as UTF-8"),
        (b"\xef\xbb\xbf# coding: latin-1\n\xc3\xa9", "# coding: latin-1\né", ""),
        (b"\tx\x0c\n", "\tx\x0c\n", ""),
        (b"x\0", "x\0", "holds NUL bytes, which Python refuses"),
    ],
)
def test_sources_are_decoded_as_python_or_their_editor_means_them(data, text, odd):
    """Students' editors save many encodings; a remark explains the unusual ones."""
    assert decode_source(data) == (text, odd)


@pytest.mark.parametrize(
    "codec", ["punycode", "idna", "unicode_escape", "rot13", "zlib", "nonsense", "utf-7"]
)
def test_declarations_that_are_no_character_set_are_not_followed(codec):
    """Some codecs take quadratic time, and some turn comments into code."""
    text, odd = decode_source(f"# coding: {codec}\n\\u0078 = 1".encode())
    assert text.endswith("\\u0078 = 1")
    assert odd == f"names the encoding {codec!r}, which is not known: read as UTF-8"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60) | st.binary(max_size=60).map(lambda b: b"# coding: big5\n" + b))
def test_any_bytes_give_a_text_that_can_be_sent(data):
    """The text is sent as JSON, so it must be encodable."""
    text, _ = decode_source(data)
    assert "\r" not in text
    assert text.encode("utf-8").decode("utf-8") == text


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfx = 1\r\ny = 2\r\n",
        b"x = 'caf\xe9'",
        "x = 'é'".encode("utf-16"),
        b"if 1:\n\tx = 1\n",
    ],
)
def test_files_of_other_editors_import(folder, data):
    """Byte order marks, Windows' line ends, Latin-1, UTF-16 and tabs are common."""
    assert imported(read_submission(folder({"layers.py": data}), UNITS)) == ["layers"]

"""Reading zip files that are damaged or hostile."""

import os
import stat
import struct
import tracemalloc
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backproof.errors import UserError
from backproof.intake.file_listing import IntakeLimits
from backproof.intake.reader import SubmittedFiles, read_submission
from tests.support.file_trees import packed
from tests.support.submissions import CODE, UNITS, notebook, read_or_refusal


def entry(name, mode=stat.S_IFREG | 0o644):
    """Return an entry with exactly this name, which ``writestr`` would normalize."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    info.external_attr = mode << 16
    return info


@pytest.mark.parametrize(
    "name",
    [
        "../layers.py",
        "hw/../../layers.py",
        "a/b/..",
        "/layers.py",
        "/etc/cron.d/x",
        "\\layers.py",
        "..\\layers.py",
        "\\\\server\\share\\layers.py",
        "C:layers.py",
        "c:\\layers.py",
        "C:/layers.py",
        "__MACOSX/../../x",
    ],
)
def test_an_entry_that_would_end_up_outside_refuses_the_archive(archive, name):
    """Such an archive was made to overwrite files, so none of it is used."""
    with pytest.raises(UserError, match=r"ada.zip is refused: .* in it would end up outside"):
        read_submission(archive([("layers.py", CODE), (entry(name), CODE)]), UNITS)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (stat.S_IFLNK, "layers.py in it is a link"),
        (stat.S_IFIFO, "layers.py in it is no ordinary file"),
        (stat.S_IFCHR, "layers.py in it is no ordinary file"),
    ],
)
def test_links_and_devices_in_an_archive_are_refused(archive, kind, said):
    """A link could make the grader read files outside of the submission."""
    with pytest.raises(UserError, match=said):
        read_submission(
            archive([("network.py", CODE), (entry("layers.py", kind | 0o777), "/etc")]), UNITS
        )


@pytest.mark.parametrize(
    "names",
    [
        ["hw\\layers.py", "hw\\tools\\deep.py"],
        ["./hw/layers.py", "hw//tools/./deep.py"],
        ["hw/", "hw/layers.py", "hw/tools/", "hw/tools/deep.py"],
    ],
)
def test_names_of_other_systems_are_understood(archive, names):
    """Archives of Windows and of various programs spell the same paths in these ways."""
    packed = archive([(entry(name), CODE) for name in names])
    assert [*read_submission(packed, UNITS).files] == ["layers.py", "tools/deep.py"]


@pytest.mark.parametrize("encoded", ["übung".encode(), "übung".encode("cp437")])
def test_names_in_other_encodings_are_understood(archive, encoded):
    """A Mac writes UTF-8 without declaring it; older programs write the encoding of MS-DOS."""
    packed = archive({"UEBUNG/layers.py": CODE, "UEBUNG/helper.py": ""})
    padded = encoded.rjust(6, b"_")
    packed.write_bytes(packed.read_bytes().replace(b"UEBUNG", padded))
    files = read_submission(packed, UNITS).files
    assert files["layers.py"].filename.lstrip("_") == "übung/layers.py"


def test_a_name_of_composed_letters_is_the_one_that_python_looks_for(archive):
    """A Mac spells ``ü`` as two characters, and the import would not find the file."""
    files = read_submission(
        archive({"layers.py": "import hu\u0308lle", "hu\u0308lle.py": ""}), UNITS
    ).files
    assert "h\u00fclle.py" in files


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_entries_of_one_name_the_last_counts(archive):
    """Other programs unpack the last one, too; a note tells the student."""
    submitted = read_submission(archive([("layers.py", "x = 1"), ("layers.py", "x = 2")]), UNITS)
    assert submitted.files["layers.py"].text == "x = 2"
    assert submitted.notes == ("layers.py is in there twice: the last one counts",)


def test_a_file_of_fifty_megabytes_is_not_unpacked(archive):
    """A small archive must not fill the grader's memory."""
    packed = archive({"layers.py": b"\0" * 50_000_000, "data.bin": b"\0" * 50_000_000})
    assert packed.stat().st_size < 200_000
    tracemalloc.start()
    with pytest.raises(UserError, match=r"layers.py in .*ada.zip is larger than 1 MB"):
        read_submission(packed, UNITS)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10_000_000


def test_many_small_bombs_are_stopped_by_their_sum(archive):
    """Many files within their limits could fill the memory together."""
    files = {f"x{n}.py": b"#" * 1_000_000 for n in range(12)}
    with pytest.raises(UserError, match="more than 8 MB of Python files"):
        read_submission(archive(files | {"layers.py": CODE}), UNITS)


def _lying(packed, size):
    """Write another size for the only entry into both of its headers."""
    data = bytearray(packed.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(signature) + offset, size)
    packed.write_bytes(data)
    return packed


@pytest.mark.parametrize("size", [0, 10, 2**31])
def test_a_header_that_lies_about_the_size_is_not_believed(archive, size):
    """The sizes in the headers may be forged, so memory may not depend on them."""
    packed = _lying(archive({"layers.py": b"\0" * 5_000_000}), size)
    with pytest.raises(UserError, match=r"cannot be unpacked: Bad CRC|larger than 1 MB"):
        read_submission(packed, UNITS)


def test_a_small_file_that_claims_to_be_large_is_read_as_it_is(archive):
    """The unpacked size counts, not the size in the header."""
    submitted = read_submission(_lying(archive({"layers.py": CODE}), 2**31), UNITS)
    assert submitted.files["layers.py"].text == CODE


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_cannot_be_bounded_are_refused(archive, method):
    """The module zipfile bounds the unpacked size only for the two usual methods."""
    with pytest.raises(UserError, match=r"layers.py in .* is packed in an unusual way"):
        read_submission(archive({"layers.py": CODE}, compression=method), UNITS)


def test_an_encrypted_archive_is_refused(archive):
    """The line tells the student what to do."""
    packed = archive({"layers.py": CODE})
    data = bytearray(packed.read_bytes())
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    packed.write_bytes(data)
    with pytest.raises(UserError, match="is encrypted: pack it without a password"):
        read_submission(packed, UNITS)


def test_archives_inside_are_not_opened(archive):
    """Nested archives could grow without bound; the line tells the student what to do."""
    inner = packed({"layers.py": CODE}, zipfile.ZIP_STORED)
    with pytest.raises(UserError, match=r"has none of the modules: .*; unpack hw.zip first"):
        read_submission(archive({"hw.zip": inner}), UNITS)


def test_an_archive_with_very_many_entries_is_refused_unread(tmp_path):
    """The module zipfile would create an object for each entry, so they are counted first."""
    file = tmp_path / "ada.zip"
    file.write_bytes(b"PK\x03\x04" + b"PK\x01\x02" * 100_000)
    with pytest.raises(UserError, match="more than 20000 files and folders"):
        read_submission(file, UNITS)


def test_an_archive_that_is_too_large_is_refused(archive):
    """Reading stops at the limit, so a huge file does not fill the memory."""
    packed = archive({"layers.py": CODE, "data.bin": os.urandom(6_000)})
    with pytest.raises(UserError, match=r"ada.zip is larger than 0.0047"):
        read_submission(packed, UNITS, IntakeLimits(archive_bytes=5_000))


_PLAIN = packed({"hw/layers.py": CODE * 20, "hw/helper.py": CODE})


@settings(max_examples=300, deadline=None)
@given(
    changes=st.dictionaries(st.integers(0, len(_PLAIN) - 1), st.integers(0, 255), max_size=6),
    cut=st.integers(0, len(_PLAIN)),
)
def test_a_damaged_archive_is_a_message(tmp_path_factory, changes, cut):
    """Damaged data must end in a one-line message and never in a traceback."""
    data = bytearray(_PLAIN)
    for position, value in changes.items():
        data[position] = value
    file = tmp_path_factory.getbasetemp() / "damaged.zip"
    file.write_bytes(bytes(data)[: cut if cut % 3 == 0 else None])
    result = read_or_refusal(file)
    assert isinstance(result, SubmittedFiles | str)


def test_nothing_is_written_or_run(archive, tmp_path, monkeypatch):
    """Reading happens outside of the confinement, so it must not run any code."""
    code = "open('written', 'w')\nraise SystemExit"
    names = ("layers.py", "conftest.py", "sitecustomize.py", "setup.py", "numpy.py", "__init__.py")
    packed = archive(dict.fromkeys(names, code) | {"network.ipynb": notebook(code)})
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.rglob("*"))
    assert len(read_submission(packed, UNITS).files) == 7
    assert set(tmp_path.rglob("*")) == before

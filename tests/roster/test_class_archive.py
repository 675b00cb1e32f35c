"""Zip files of a class that are damaged or hostile."""

import os
import re
import struct
import zipfile

import pytest

from backproof.errors import UserError
from backproof.intake.reader import read_submission
from backproof.roster.class_archive import ClassLimits
from tests.support.submissions import CODE, UNITS, ids

TWO = {"ada/layers.py": CODE, "ben/layers.py": CODE}


@pytest.mark.parametrize("name", ["../../evil.py", "/etc/evil.py", "C:\\evil.py", "ada/../../e.py"])
def test_what_would_end_up_outside_is_left_out(class_zip, found, tmp_path, name):
    """One hostile entry must not cost the class its grades, nor write anywhere else."""
    result = found(class_zip({name: CODE, **TWO}))
    assert ids(result) == [("ada", 1), ("ben", 1)]
    (problem,) = result.problems
    assert "is left out: it would end up outside" in problem
    assert {file.suffix for file in tmp_path.iterdir()} == {".zip", ""}
    assert not list(tmp_path.rglob("e*.py"))


def test_a_link_in_the_zip_file_of_a_class_is_left_out(class_zip, found):
    """The link could lead to files of others, so it is not created."""
    link = zipfile.ZipInfo("ada/network.py")
    link.external_attr = 0o120777 << 16
    result = found(class_zip({link: "/etc/passwd", **TWO}))
    assert len(result.attempts) == 2
    assert not os.path.lexists(result.attempts[0].path / "network.py")
    assert "ada/network.py in " in result.problems[0]
    assert "is left out: it is a link" in result.problems[0]


LIMITS = ClassLimits(submission_entries=5, submission_bytes=10_000, total_bytes=25_000)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"cid/layers.py": b"\0" * 10_001}, "cid in .* is left out: it has more than 0.0095"),
        ({f"cid/{n}.txt": "" for n in range(6)}, "cid in .* is left out: it has more than 5 files"),
        ({"cid.zip": os.urandom(10_001)}, "cid.zip in .* is left out: it has more than"),
    ],
)
def test_a_submission_that_is_too_large_is_left_out(class_zip, found, more, said):
    """One huge submission must not cost the class its grades."""
    result = found(class_zip(more | TWO), limits=LIMITS)
    assert ids(result) == [("ada", 1), ("ben", 1)]
    assert len(result.problems) == 1
    assert re.search(said, result.problems[0])


def test_the_list_of_who_handed_in_may_be_long(class_zip, found):
    """The metadata of a large class exceeds the limit of one submission."""
    entry = "submission_1:\n  :submitters:\n  - :sid: ada\n  :results: '" + "x" * 11_000 + "'\n"
    files = {"submission_metadata.yml": entry, "submission_1/layers.py": CODE}
    assert ids(found(class_zip(files), limits=LIMITS)) == [("ada", 1)]


def test_what_is_no_python_is_not_unpacked(class_zip, found):
    """Data files are not graded, so they may not fill the disk."""
    result = found(class_zip({"ada/data.csv": b"\0" * 10**6, **TWO}), limits=LIMITS)
    assert result.problems == []
    assert (result.attempts[0].path / "data.csv").stat().st_size == 0


def test_many_submissions_that_are_too_large_together_are_refused(class_zip, found):
    """The disk must not be full before the problem is found."""
    files = {f"u{n}/layers.py": b"#" * 9_000 for n in range(3)}
    with pytest.raises(UserError, match=r"unpacks to .*, and there is room for 0\.02.*: unpack it"):
        found(class_zip(files), limits=LIMITS)


def test_a_zip_file_with_very_many_entries_is_refused(class_zip, found):
    """The module zipfile would read the whole table of contents into memory."""
    files = dict.fromkeys((f"{n}/layers.py" for n in range(1_000)), "")
    with pytest.raises(UserError, match="it has too many files: unpack it yourself"):
        found(class_zip(files), limits=ClassLimits(directory_bytes=50_000))


@pytest.mark.parametrize("size", [0, 10])
def test_a_member_that_lies_about_its_size_is_left_out(class_zip, found, size):
    """A forged size must not fill the disk, and half a file must not be graded."""
    file = class_zip({"cid/layers.py": b"\0" * 50_000, **TWO})
    data = bytearray(file.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(signature) + offset, size)
    file.write_bytes(data)
    result = found(file, limits=LIMITS)
    assert ids(result) == [("ada", 1), ("ben", 1)]
    assert "cid/layers.py in " in result.problems[0]
    assert "is left out: it cannot be unpacked: Bad CRC-32" in result.problems[0]


def test_an_encrypted_or_unusual_zip_file_is_refused(class_zip, found):
    """The line tells the student what to do."""
    with pytest.raises(UserError, match="packed in an unusual way: use a plain zip"):
        found(class_zip(TWO, compression=zipfile.ZIP_BZIP2))
    file = class_zip(TWO)
    data = bytearray(file.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    file.write_bytes(data)
    with pytest.raises(UserError, match="is encrypted: pack it without a password"):
        found(file)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("ada/" + "x" * 300 + ".py", "it cannot be unpacked: File name too long"),
        ("ada/" * 60 + "x.py", "it is in too many folders in one another"),
        ("ada/layers.py/x.py", "there is something else of that name"),
    ],
)
def test_a_name_that_cannot_be_is_left_out(class_zip, found, name, why):
    """The line gives the reason, and reveals no path of the machine."""
    result = found(class_zip({**TWO, name: CODE}))
    assert len(result.attempts) == 2
    (problem,) = result.problems
    assert problem.endswith(why)
    assert "scratch" not in problem


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_members_of_one_name_the_last_counts(tmp_path, found):
    """A class and a single submission must be read alike."""
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for path, text in [*TWO.items(), ("ada/layers.py", "x = 2")]:
            archive.writestr(path, text)
    attempt = found(tmp_path / "class.zip").attempts[0]
    assert read_submission(attempt.path, UNITS).files["layers.py"].text == "x = 2"


def test_a_second_run_leaves_the_first_one_alone(class_zip, found):
    """A run that is resumed unpacks again and must find its results by the same names."""
    file = class_zip(TWO)
    first, second = found(file), found(file)
    assert [a.name for a in first.attempts] == [a.name for a in second.attempts]
    assert not {a.path for a in first.attempts} & {a.path for a in second.attempts}
    assert all(read_submission(a.path, UNITS).files for a in [*first.attempts, *second.attempts])

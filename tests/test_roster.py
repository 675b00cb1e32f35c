"""From what is on disk to attempts: plain folders, zip files and names."""

import json
import os
import re
import struct
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backproof import layouts, roster
from backproof.choosing import latest
from backproof.errors import UserError
from backproof.intake import take_in
from backproof.levels import look
from backproof.roster import find_attempts
from backproof.unpacking import ClassLimits
from tests.trees import packed, plant

UNITS = ("activations", "layers", "network")
CODE = "def one():\n    return 1\n"
NOTEBOOK = json.dumps({"cells": [{"cell_type": "code", "source": CODE}]})


@pytest.fixture
def given_files(tmp_path):
    """Write files into a folder in which an instructor keeps what was handed in."""
    return lambda files, name="class": plant(tmp_path / name, files)


@pytest.fixture
def class_zip(tmp_path):
    """Write files into the zip file of a class."""

    def write(files, **options):
        file = tmp_path / "class.zip"
        file.write_bytes(packed(files, **options))
        return file

    return write


@pytest.fixture
def found(tmp_path):
    """Find the attempts in some paths."""

    def find(*paths, **options):
        return find_attempts(list(map(str, paths)), UNITS, scratch=tmp_path / "scratch", **options)

    return find


def ids(found):
    """Give each attempt's students and number."""
    return [(*(one.id for one in attempt.students), attempt.number) for attempt in found.attempts]


# A folder or a zip file without a platform's names.

CLASS = {
    "ada/layers.py": CODE,
    "ben/hw/src/layers.py": CODE,
    "cid.zip": packed({"layers.py": CODE}),
    "dee.py": CODE,
    "Eve Ö.ipynb": NOTEBOOK,
    "fay/hand-in.zip": packed({"layers.py": CODE}),
    "gil/one.py": CODE,
    "gil/two.py": CODE,
    ".DS_Store": b"\0",
    ".git/layers.py": CODE,
    "__MACOSX/ada/layers.py": CODE,
    "ada/._layers.py": b"\0",
}


@pytest.mark.parametrize("form", ["folder", "in a folder", "zip", "zip of a folder"])
def test_the_entries_of_a_class_are_its_students(given_files, class_zip, found, form):
    """Folders, zip files, single files and notebooks; what systems leave behind is no one's."""
    files = {f"wrapped/{path}": data for path, data in CLASS.items()} if " of" in form else CLASS
    if "zip" in form:
        path = class_zip(files)
    else:
        path = given_files(CLASS, "class" if form == "folder" else "class/inner")
    result = found(path.parent if form == "in a folder" else path)
    students = ["ada", "ben", "cid", "dee", "Eve Ö", "fay", "gil"]
    assert ids(result) == [(one, 1) for one in students]
    assert [attempt.name for attempt in result.attempts] == [*students[:4], "Eve-Ö", "fay", "gil"]
    assert result.problems == []
    for attempt in result.attempts[:-1]:
        assert take_in(attempt.path, UNITS).files


def test_what_is_no_submission_is_a_problem(given_files, found):
    """An empty folder, a report, a list: each in one line, and nothing else is lost."""
    result = found(
        given_files(
            CLASS
            | {"readme.txt": "", "hal/": "", "ivy/report.pdf": b"%PDF", "jo/.hidden/x.py": CODE}
        )
    )
    assert len(result.attempts) == 7
    for entry in (
        "readme.txt is no submission: expected a folder with the modules, a .zip",
        "hal is empty: expected",
        "ivy has no .py, .ipynb or .zip: expected",
        "jo is empty: expected",
    ):
        assert any(f"class/{entry}" in line for line in result.problems), entry
    assert len(result.problems) == 4


def test_a_folder_that_may_not_be_read_is_a_problem(given_files, found, monkeypatch):
    """It costs nobody else; root may read all, so it is played."""
    scandir = os.scandir

    def refuse(path):
        if "ben" in str(path):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    folder = given_files(CLASS)
    monkeypatch.setattr(os, "scandir", refuse)
    result = found(folder)
    assert len(result.attempts) == 6
    (problem,) = result.problems
    assert "class/ben may not be read: check its permissions" in problem


@pytest.mark.parametrize(
    ("files", "given", "name"),
    [
        ({"ada/layers.py": CODE, "ada/old/layers.py": CODE}, "ada", "ada"),
        ({"ada/layers.ipynb": NOTEBOOK, "ada/x.pdf": ""}, "ada", "ada"),
        ({"ada/layers/__init__.py": CODE, "ada/network/__init__.py": CODE}, "ada", "ada"),
        ({"ada.zip": packed({"layers.py": CODE})}, "ada.zip", "ada"),
        ({"ada.zip": packed({"hw/layers.py": CODE, "x.txt": ""})}, "ada.zip", "ada"),
        ({"ada.zip": packed({"src/layers.py": CODE, "tests/test.py": ""})}, "ada.zip", "ada"),
        ({"ada.zip": packed({"solution.py": CODE})}, "ada.zip", "ada"),
        ({"ada": packed({"layers.py": CODE})}, "ada", "ada"),
        ({"ada.py": CODE}, "ada.py", "ada"),
        ({"ada.ipynb": NOTEBOOK}, "ada.ipynb", "ada"),
        ({"class/ada/hw/layers.py": CODE}, "class", "ada"),
        ({"class/ada/layers.py": CODE}, "class", "ada"),
        ({"class/ada.py": CODE}, "class", "ada"),
        ({"class/ada/src/layers.py": CODE, "class/ada/docs/x.pdf": ""}, "class", "ada"),
    ],
)
def test_one_submission_is_one_attempt(given_files, found, files, given, name):
    """Whatever its form, and alone in a class, too."""
    result = found(given_files(files, "top") / given)
    assert ids(result) == [(name, 1)]
    assert take_in(result.attempts[0].path, UNITS).files


@pytest.mark.parametrize(
    ("files", "students"),
    [
        ({"ada/layers.py": "", "ben/network.py": ""}, ["ada", "ben"]),
        ({"ada/layers.py": "", "ben/src/layers.py": ""}, ["ada", "ben"]),
        ({"ada.zip": "", "ben.zip": ""}, ["ada", "ben"]),
        ({"ada.ipynb": "", "ben.ipynb": ""}, ["ada", "ben"]),
        ({"w/ada/layers.py": "", "w/ben/layers.py": "", "w/cid.zip": ""}, ["ada", "ben", "cid"]),
        ({"ada/layers.py": "", "ben/layers.py": "", "x.txt": ""}, ["ada", "ben"]),
        ({"src/layers.py": "", "tests/test_layers.py": ""}, ["class"]),
        ({"hw/src/layers.py": "", "hw/data/x.csv": ""}, ["class"]),
        ({"src/layers.py": "", "data.zip": ""}, ["class"]),
        ({"src/layers.py": "", "env/pyvenv.cfg": "", "env/lib/layers.py": ""}, ["class"]),
        ({"src/layers/__init__.py": "", "tests/test_layers.py": ""}, ["class"]),
        ({"layers.py": "", "old/layers.py": "", "older/layers.py": ""}, ["class"]),
        ({"hw/layers/__init__.py": "", "hw/network/__init__.py": ""}, ["class"]),
    ],
)
def test_the_zip_file_of_a_class_is_told_from_a_submission(class_zip, found, files, students):
    """By submissions side by side; modules in one folder are one submission."""
    result = found(class_zip(files))
    assert [attempt.students[0].id for attempt in result.attempts] == students
    assert any("each entry was taken as a student's" in n for n in result.notes) == (
        len(students) > 1
    )


def test_a_zip_file_that_may_be_either_is_noted(class_zip, found):
    """The note says how to have it read in the other way."""
    file = class_zip({"ada/layers.py": CODE, "ben/solution.py": CODE})
    (note,) = found(file).notes
    assert "taken as one submission, though there is Python in several folders: class;" in note
    assert ids(found(file, layout="plain")) == [("ada", 1), ("ben", 1)]


# Attempts of a student.


NUMBERED = (
    ["attempt-1", "attempt-2", "attempt-10"],
    ["2024-04-30T23-59", "2024-05-01T10-00"],
    ["v1.zip", "v2", "v10.zip"],
)


@pytest.mark.parametrize(
    ("given", "inner"),
    [
        *((given, inner) for given in ("class", "class/*", "class/ada") for inner in NUMBERED),
        ("class", ["a", "b"]),
        ("class", ["1", "2"]),
        ("class/*", ["1", "2"]),
    ],
)
def test_submissions_in_a_students_folder_are_attempts(given_files, found, given, inner):
    """In the order of the numbers and times in their names, however the class is given."""
    zipped = packed({"layers.py": CODE})
    for one in ("ada", "ben"):
        for name in reversed(inner):
            is_zip = name.endswith(".zip")
            file, data = (name, zipped) if is_zip else (f"{name}/layers.py", CODE)
            folder = given_files({f"{one}/{file}": data, f"{one}/readme.txt": ""})
    result = found(*sorted(folder.parent.glob(given)))
    mine = [attempt for attempt in result.attempts if attempt.students[0].id == "ada"]
    assert [(a.path.name, a.number) for a in mine] == [(n, i) for i, n in enumerate(inner, 1)]
    assert [a.name for a in mine][:2] == ["ada", "ada-attempt-2"]
    assert any(note.startswith("handed in more than once: ada") for note in result.notes)


@pytest.mark.parametrize(
    "files",
    [
        ["src/layers.py", "tests/test_layers.py"],
        ["week1/layers.py", "week2/network.py"],
        ["layers.py", "attempt-1/layers.py", "attempt-2/layers.py"],
        ["layers/__init__.py", "network/__init__.py"],
        ["src/layers.py", "env/pyvenv.cfg", "env/layers.py"],
        ["src/layers.py", "zz/src/layers.py"],
        ["src/layers.py", "data.zip"],
        ["src1/one.py", "src/two.py"],
        ["a.zip", "b.zip"],
    ],
)
def test_parts_of_a_submission_are_no_attempts(given_files, found, files):
    """Different modules, tests, packages, data, copies beside the modules."""
    folder = given_files({f"{one}/{file}": CODE for one in ("ada", "ben") for file in files})
    assert ids(found(folder)) == [("ada", 1), ("ben", 1)]


def test_the_attempts_of_the_only_student_are_no_students(given_files, found):
    """Their names say so, also in a class of one."""
    folder = given_files({"ada/attempt-1/layers.py": CODE, "ada/attempt-2/layers.py": CODE})
    assert ids(found(folder)) == [("ada", 1), ("ada", 2)]


def test_no_link_makes_someone_elses_work_ones_own(given_files, found):
    """Neither as an attempt, nor as the zip file in a folder, nor as a file to gather."""
    folder = given_files({"ada/hw.zip": packed({"layers.py": CODE}), "ben/": "", "cid/": ""})
    os.symlink(folder / "ada" / "hw.zip", folder / "ben" / "hw.zip")
    plant(folder, {"cid/attempt-1/layers.py": CODE})
    os.symlink(folder / "ada", folder / "cid" / "attempt-2")
    plant(folder, {"dee/": ""})
    os.symlink(folder / "cid", folder / "dee" / "src")
    result = found(folder)
    attempts = {attempt.name: attempt for attempt in result.attempts}
    assert "dee has no .py, .ipynb or .zip" in result.problems[0]
    assert attempts["ada"].path == folder / "ada" / "hw.zip"
    assert attempts["ben"].path == folder / "ben"
    with pytest.raises(UserError, match="a link that leads out of it"):
        take_in(attempts["ben"].path, UNITS)
    assert attempts["cid"].path == folder / "cid"
    assert len(attempts) == 3


def test_members_of_a_group_share_its_number(given_files, found):
    """It is after what any of them handed in before."""
    entries = {1: ["ada"], 2: ["ben", "ada"], 3: ["ben"], 4: ["cid"]}
    metadata = "".join(
        f"submission_{n}:\n  :submitters:\n"
        + "".join(f"  - :sid: {one}\n" for one in members)
        + f"  :created_at: 2024-01-0{n} 00:00:00 Z\n"
        for n, members in entries.items()
    )
    files = {f"submission_{n}/layers.py": CODE for n in entries}
    result = found(given_files(files | {"submission_metadata.yml": metadata}))
    numbers = {one.path.name[-1]: one.number for one in result.attempts}
    assert numbers == {"1": 1, "2": 2, "3": 3, "4": 1}
    assert sorted(one.path.name[-1] for one in latest(result.attempts)) == ["2", "3", "4"]


# Several paths.


def test_each_of_several_paths_is_a_submission_or_a_folder_of_them(given_files, found):
    """A path whose modules are in one folder is one; a damaged zip file keeps nobody waiting."""
    folder = given_files(
        {
            "ada/src/layers.py": CODE,
            "ada/old/src/layers.py": CODE,
            "ben/layers.py": CODE,
            "cid/hw.zip": packed({"layers.py": CODE}),
            "dee.zip": packed({"x/layers.py": CODE, "y/layers.py": CODE}),
            "eve.zip": b"PK damaged",
            "fay.py": CODE,
            "section/gil/layers.py": CODE,
            "section/hal/layers.py": CODE,
            "ivy/": "",
            "readme.txt": "",
        }
    )
    result = found(*sorted(folder.iterdir()))
    assert [attempt.name for attempt in result.attempts] == [
        *("ada", "ben", "cid", "dee", "eve", "fay", "gil", "hal")
    ]
    assert [line.partition("class/")[2].split(":")[0] for line in result.problems] == [
        "ivy is empty",
        "readme.txt is no submission",
    ]
    assert any("student's in " in note and "section" in note for note in result.notes)
    assert any("in several folders: ada;" in note for note in result.notes)


def test_a_path_that_is_given_twice_counts_once(given_files, found, monkeypatch):
    """However it is written."""
    folder = given_files({"ada/layers.py": CODE, "ben/layers.py": CODE})
    monkeypatch.chdir(folder)
    assert ids(found(folder, ".", f"{folder}/")) == [("ada", 1), ("ben", 1)]


def test_one_name_in_several_folders_is_several_students(given_files, found):
    """Nothing says that they are one, and of a student's attempts only one counts."""
    folder = given_files(
        {
            "a/x/ada/layers.py": CODE,
            "a/x/ben/layers.py": CODE,
            "b/x/ada.zip": packed({"layers.py": CODE}),
            "b/x/cid.zip": b"",
        }
    )
    result = found(folder / "a/x", folder / "b/x")
    assert ids(result) == [("a/x/ada", 1), ("b/x/ada", 1), ("ben", 1), ("cid", 1)]
    assert [attempt.name for attempt in result.attempts][:2] == ["a-x-ada", "b-x-ada"]
    assert any("taken as different students: ada" in note for note in result.notes)


def test_no_submission_among_others_speaks_for_anyone_else(given_files, found):
    """Neither by the files of an export, nor by a folder that has another student's name."""
    metadata = "submission_1:\n  :submitters:\n  - :name: Ada\n    :sid: ada\n"
    forged = {"submission_metadata.yml": metadata, "submission_1/layers.py": CODE}
    folder = given_files(
        {
            "ada/layers.py": CODE,
            "ben.zip": packed(forged),
            **{f"cid/{path}": data for path, data in forged.items()},
            "dee/ada/layers.py": CODE,
            "dee/eve/layers.py": CODE,
        }
    )
    result = found(*sorted(folder.iterdir()))
    assert ids(result) == [("ada", 1), ("ben", 1), ("cid", 1), ("dee/ada", 1), ("eve", 1)]


def test_several_exports_are_read_together(given_files, found):
    """A student's attempts may be in two of them, in the order that they are given in."""
    folder = given_files(
        {
            "late/ada_1_9_layers.py": CODE,
            "early/ada_1_5_layers.py": CODE,
            "early/ben_2_6_layers.py": CODE,
        }
    )
    result = found(folder / "early", folder / "late")
    assert ids(result) == [("1", 1), ("1", 2), ("2", 1)]
    assert sum("read as an export" in note for note in result.notes) == 2


# What cannot be used at all.


@pytest.mark.parametrize(
    ("files", "paths", "said"),
    [
        ({}, ["nowhere"], "there is no file or folder .*nowhere: give the folder"),
        ({"ada/layers.py": CODE}, ["ada", "nowhere"], "there is no file or folder .*nowhere"),
        ({"ada/": ""}, ["ada"], "ada is empty: expected activations.py"),
        ({"ada/x.pdf": ""}, ["ada"], "ada has none of the modules"),
        ({"a/": "", "b/": ""}, ["a", "b"], "there is no submission in .*a, .*b: .*a is empty"),
        ({"notes.txt": ""}, ["notes.txt"], "notes.txt is no submission: give a folder"),
        ({"x.zip": "no zip"}, ["x.zip"], "x.zip cannot be unpacked: File is not a zip file"),
        ({"ada/main.py": "x = 1"}, ["ada"], "main.py in it defines nothing"),
        ({"hw/A_1_assignsubmission_file/x.pdf": ""}, ["hw"], "no submission in .*hw: hw/A_1_|hw"),
        ({}, ["x" * 300], "cannot be read or unpacked: File name too long"),
        ({}, ["x\0y"], r"there is no file or folder .*x\\x00y"),
    ],
)
def test_what_has_no_submission_is_refused_in_one_line(given_files, found, files, paths, said):
    """The line says what was given and what was expected."""
    folder = given_files(files | {"other/": ""})
    with pytest.raises(UserError, match=said) as caught:
        found(*(f"{folder}/{path}" for path in paths))
    assert "\n" not in str(caught.value)


def test_a_scratch_folder_that_cannot_be_written_is_said_so(given_files, tmp_path):
    """No traceback."""
    folder = given_files({"ada_1_5_layers.py": CODE})
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="file/scratch cannot be written to: Not a directory"):
        find_attempts([str(folder)], UNITS, scratch=tmp_path / "file" / "scratch")


# Zip files that are not what they seem.

TWO = {"ada/layers.py": CODE, "ben/layers.py": CODE}


@pytest.mark.parametrize("name", ["../../evil.py", "/etc/evil.py", "C:\\evil.py", "ada/../../e.py"])
def test_what_would_end_up_outside_is_left_out(class_zip, found, tmp_path, name):
    """It is a problem, and costs nobody else."""
    result = found(class_zip({name: CODE, **TWO}))
    assert ids(result) == [("ada", 1), ("ben", 1)]
    (problem,) = result.problems
    assert "is left out: it would end up outside" in problem
    assert {file.suffix for file in tmp_path.iterdir()} == {".zip", ""}
    assert not list(tmp_path.rglob("e*.py"))


def test_a_link_in_the_zip_file_of_a_class_is_left_out(class_zip, found):
    """It is never made."""
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
    """The rest of the class is graded."""
    result = found(class_zip(more | TWO), limits=LIMITS)
    assert ids(result) == [("ada", 1), ("ben", 1)]
    assert len(result.problems) == 1
    assert re.search(said, result.problems[0])


def test_the_list_of_who_handed_in_may_be_long(class_zip, found):
    """It is not a submission."""
    entry = "submission_1:\n  :submitters:\n  - :sid: ada\n  :results: '" + "x" * 11_000 + "'\n"
    files = {"submission_metadata.yml": entry, "submission_1/layers.py": CODE}
    assert ids(found(class_zip(files), limits=LIMITS)) == [("ada", 1)]


def test_what_is_no_python_is_not_unpacked(class_zip, found):
    """It takes no room, however large it says that it is."""
    result = found(class_zip({"ada/data.csv": b"\0" * 10**6, **TWO}), limits=LIMITS)
    assert result.problems == []
    assert (result.attempts[0].path / "data.csv").stat().st_size == 0


def test_many_submissions_that_are_too_large_together_are_refused(class_zip, found):
    """Before anything is written."""
    files = {f"u{n}/layers.py": b"#" * 9_000 for n in range(3)}
    with pytest.raises(UserError, match=r"unpacks to .*, and there is room for 0\.02.*: unpack it"):
        found(class_zip(files), limits=LIMITS)


def test_a_zip_file_with_very_many_entries_is_refused(class_zip, found):
    """Its table of contents is not read."""
    files = dict.fromkeys((f"{n}/layers.py" for n in range(1_000)), "")
    with pytest.raises(UserError, match="it has too many files: unpack it yourself"):
        found(class_zip(files), limits=ClassLimits(directory_bytes=50_000))


@pytest.mark.parametrize("size", [0, 10])
def test_a_member_that_lies_about_its_size_is_left_out(class_zip, found, size):
    """No more comes out than it says, and a part of a file is not graded."""
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
    """The line says what to do."""
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
    """With a line that says why, and where on the machine is not told."""
    result = found(class_zip({**TWO, name: CODE}))
    assert len(result.attempts) == 2
    (problem,) = result.problems
    assert problem.endswith(why)
    assert "scratch" not in problem


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_members_of_one_name_the_last_counts(tmp_path, found):
    """As with the zip file of one submission."""
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for path, text in [*TWO.items(), ("ada/layers.py", "x = 2")]:
            archive.writestr(path, text)
    attempt = found(tmp_path / "class.zip").attempts[0]
    assert take_in(attempt.path, UNITS).files["layers.py"].text == "x = 2"


def test_a_second_run_leaves_the_first_one_alone(class_zip, found):
    """In one scratch folder each has its own place, and the names are the same."""
    file = class_zip(TWO)
    first, second = found(file), found(file)
    assert [a.name for a in first.attempts] == [a.name for a in second.attempts]
    assert not {a.path for a in first.attempts} & {a.path for a in second.attempts}
    assert all(take_in(a.path, UNITS).files for a in [*first.attempts, *second.attempts])


# Names.


@pytest.mark.parametrize(
    ("student", "name"),
    [
        ("=cmd|' C calc'!A0", "cmd-C-calc-A0"),
        ("a\nb", "a-b"),
        ("-rf", "rf"),
        ("con", "_con"),
        ("LPT1.x", "_LPT1.x"),
        ("é\u0301ü 日本 हिन्दी", "é\u0301ü-日本-हिन्दी"),
        ("a\x1b[2J\u202eb", "a-2J-b"),
        ("com¹", "_com1"),
        ("ada@uni.example", "ada@uni.example"),
        ("\uff0e\uff0e\uff0fx", "x"),
    ],
)
def test_names_are_fit_for_files(given_files, found, student, name):
    """No control characters, no formula, nothing that a system keeps for itself."""
    result = found(given_files({f"{student}/layers.py": CODE, "zz/layers.py": CODE}))
    assert name in [attempt.name for attempt in result.attempts]


def test_ids_are_one_line_and_never_confused(given_files, found):
    """What cannot be shown is written out."""
    names = ("a\nb", r"a\nb", "a\x1bb", os.fsdecode(b"a\xffb"))
    result = found(given_files({f"{name}/layers.py": CODE for name in names}))
    students = {attempt.students[0].id for attempt in result.attempts}
    assert students == {r"a\nb", r"a\\nb", r"a\x1bb", r"a\udcffb"}


def test_names_that_differ_in_case_or_spelling_only_are_told_apart(class_zip, found):
    """By what does not change when another student comes along."""
    files = {f"{one}/layers.py": CODE for one in ("Ada", "ada", "a da", "a-da", "ﬁn", "fin", "zed")}
    result = found(class_zip(files))
    names = {attempt.students[0].id: attempt.name for attempt in result.attempts}
    assert len({name.casefold() for name in names.values()}) == 7
    assert names["zed"] == "zed"
    assert all(len(name) > 10 for one, name in names.items() if one != "zed")
    more = found(class_zip(files | {f"{one}/layers.py": CODE for one in ("abe", names["Ada"])}))
    assert len({attempt.name.casefold() for attempt in more.attempts}) == 9
    assert {a.students[0].id: a.name for a in more.attempts}.items() > names.items()


folder_names = st.one_of(
    st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1),
    st.text("aA-_. ß\u0301", min_size=1, max_size=4),
    st.sampled_from(["ada", "ada-attempt-2", "Ada", "CON", "x" * 60, "日" * 80, "=1", "..."]),
).filter(lambda name: len(name.encode()) < 250 and not name.startswith("."))


@settings(max_examples=150, deadline=None)
@given(st.lists(folder_names, min_size=2, max_size=8, unique=True))
def test_any_names_are_unique_safe_and_stable(tmp_path_factory, names):
    """Whatever folders are called, two runs give the same names, each good for a file."""
    folder = tmp_path_factory.mktemp("any") / "class"
    for name in names:
        plant(folder / name, {"solution.py": CODE})
        plant(folder / name, {f"v{n}/layers.py": CODE for n in (1, 2)}) if name == "ada" else None
    attempts = [
        find_attempts([str(folder)], UNITS, layout="plain", scratch=folder / ".scratch").attempts
        for _ in range(2)
    ]
    found = [attempt.name for attempt in attempts[0]]
    assert found == [attempt.name for attempt in attempts[1]]
    assert len({name.casefold() for name in found}) == len(names)
    for name in found:
        assert name.isprintable()
        assert len(name.encode()) <= 100
        assert name[0] not in "=+-@. "
        assert name[-1] not in ". "
        assert not set(name) & set('/\\:*?"<>|\0')
        (folder / ".scratch").mkdir(exist_ok=True)
        (folder / ".scratch" / name).touch()
    assert len(os.listdir(folder / ".scratch")) == len(names)


# Many.


def test_two_thousand_submissions_are_listed_by_their_names(tmp_path, found, monkeypatch):
    """None is read, so that thirty thousand take seconds; the zip file of all is unpacked."""
    files = {f"u{n:05}/layers.py": CODE for n in range(2_000)}
    plant(tmp_path / "class", files)
    (tmp_path / "class.zip").write_bytes(packed(files))

    def refuse(*_arguments):
        raise AssertionError

    monkeypatch.setattr(roster, "take_in", refuse)
    monkeypatch.setattr(layouts, "read_file", refuse)
    begun = time.monotonic()
    flat = found(tmp_path / "class")
    assert time.monotonic() - begun < 10
    assert ids(flat) == ids(found(tmp_path / "class.zip"))
    assert ids(flat) == [(f"u{n:05}", 1) for n in range(2_000)]


def test_a_look_ends_where_modules_are():
    """What is further down is not listed, which is what takes time."""

    def listed():
        yield "layers.py"
        yield "hw.zip"
        yield "old/network.py"
        raise AssertionError

    seen = look(listed(), UNITS)
    assert (seen.modules, seen.depth, seen.archives) == ({"layers"}, 0, ("hw.zip",))

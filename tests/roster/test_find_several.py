"""Finding several attempts of one student, and attempts in several paths."""

import os

import pytest

from backproof.errors import UserError
from backproof.intake.reader import read_submission
from backproof.roster.attempts import latest
from tests.support.file_trees import packed, write_tree
from tests.support.submissions import CODE, UNITS, ids

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
    """The newest attempt counts, so their order must be right for every form of a class."""
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
    """Parts that are graded as attempts would each lack the other's modules."""
    folder = given_files({f"{one}/{file}": CODE for one in ("ada", "ben") for file in files})
    assert ids(found(folder)) == [("ada", 1), ("ben", 1)]


def test_the_attempts_of_the_only_student_are_no_students(given_files, found):
    """Names such as attempt-1 are not students, even if there is only one student."""
    folder = given_files({"ada/attempt-1/layers.py": CODE, "ada/attempt-2/layers.py": CODE})
    assert ids(found(folder)) == [("ada", 1), ("ada", 2)]


def test_no_link_makes_someone_elses_work_ones_own(given_files, found):
    """A student could submit a link to the work of somebody else."""
    folder = given_files({"ada/hw.zip": packed({"layers.py": CODE}), "ben/": "", "cid/": ""})
    os.symlink(folder / "ada" / "hw.zip", folder / "ben" / "hw.zip")
    write_tree(folder, {"cid/attempt-1/layers.py": CODE})
    os.symlink(folder / "ada", folder / "cid" / "attempt-2")
    write_tree(folder, {"dee/": ""})
    os.symlink(folder / "cid", folder / "dee" / "src")
    result = found(folder)
    attempts = {attempt.name: attempt for attempt in result.attempts}
    assert "dee has no .py, .ipynb or .zip" in result.problems[0]
    assert attempts["ada"].path == folder / "ada" / "hw.zip"
    assert attempts["ben"].path == folder / "ben"
    with pytest.raises(UserError, match="a link that leads out of it"):
        read_submission(attempts["ben"].path, UNITS)
    assert attempts["cid"].path == folder / "cid"
    assert len(attempts) == 3


def test_members_of_a_group_share_its_number(given_files, found):
    """The group's attempt must count as newer than each member's earlier ones."""
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
    """Instructors pass shell patterns, which match submissions and folders alike."""
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
    """The same submission must not be graded twice."""
    folder = given_files({"ada/layers.py": CODE, "ben/layers.py": CODE})
    monkeypatch.chdir(folder)
    assert ids(found(folder, ".", f"{folder}/")) == [("ada", 1), ("ben", 1)]


def test_one_name_in_several_folders_is_several_students(given_files, found):
    """Two groups may each have an Ada; as attempts of one student, one would get no grade."""
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
    """A student could forge an export that attributes work to other students."""
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
    """A late export adds attempts to those of an earlier one."""
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

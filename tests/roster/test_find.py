"""Finding attempts in plain folders and zip files."""

import os

import pytest

from backproof.errors import UserError
from backproof.intake.reader import read_submission
from backproof.roster.find import find_attempts
from tests.support.file_trees import packed
from tests.support.submissions import CODE, UNITS, ids, notebook

NOTEBOOK = notebook(CODE)


# Plain folders and zip files.

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
    """An instructor's folder mixes all forms, and the files of operating systems."""
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
        assert read_submission(attempt.path, UNITS).files


def test_what_is_no_submission_is_a_problem(given_files, found):
    """An instructor must learn of every entry that is not graded."""
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
    """One unreadable folder must not stop the class. Root may read all, so it is simulated."""
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
    """The path may be the submission or a class of one student, in any form."""
    result = found(given_files(files, "top") / given)
    assert ids(result) == [(name, 1)]
    assert read_submission(result.attempts[0].path, UNITS).files


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
    """Grading a student's files as different students would give nobody a grade."""
    result = found(class_zip(files))
    assert [attempt.students[0].id for attempt in result.attempts] == students
    assert any("each entry was taken as a student's" in n for n in result.notes) == (
        len(students) > 1
    )


def test_a_zip_file_that_may_be_either_is_noted(class_zip, found):
    """The instructor can correct a wrong decision with an option that the note names."""
    file = class_zip({"ada/layers.py": CODE, "ben/solution.py": CODE})
    (note,) = found(file).notes
    assert "taken as one submission, though there is Python in several folders: class;" in note
    assert ids(found(file, layout="plain")) == [("ada", 1), ("ben", 1)]


# Refusals.


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
    """The line names the path and what was expected, so that the user can fix it."""
    folder = given_files(files | {"other/": ""})
    with pytest.raises(UserError, match=said) as caught:
        found(*(f"{folder}/{path}" for path in paths))
    assert "\n" not in str(caught.value)


def test_a_scratch_folder_that_cannot_be_written_is_said_so(given_files, tmp_path):
    """A full or read-only disk is the instructor's to fix, so the message is one line."""
    folder = given_files({"ada_1_5_layers.py": CODE})
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="file/scratch cannot be written to: Not a directory"):
        find_attempts([str(folder)], UNITS, scratch=tmp_path / "file" / "scratch")

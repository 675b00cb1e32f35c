"""Exports of Moodle."""

import pytest

from backproof.grades.results import Student
from backproof.intake.reader import read_submission
from tests.support.file_trees import FORMS
from tests.support.submissions import CODE, UNITS

MOODLE = {
    "Ada Lovelace_1001_assignsubmission_file/layers.py": CODE,
    "Ada Lovelace_1001_assignsubmission_file/sub/notes.txt": "",
    "Ada Lovelace_1002_assignsubmission_file_/hw/network.py": CODE,
    "Zoë O'Hara_1003_assignsubmission_file/hw.zip": b"PK\x03\x04",
    "Group A_17_assignsubmission_file/layers.py": CODE,
    "Default group_assignsubmission_file/layers.py": CODE,
    "Ada Lovelace_1001_assignsubmission_onlinetext/onlinetext.html": "<p>",
    "Bo_1004_assignsubmission_onlinetext/onlinetext.html": "<p>",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_moodle_export_has_a_folder_for_each_student(export, found, form):
    """Two students may have one name, so the number is the id."""
    result = found(export(MOODLE, form))
    by_id = {attempt.students[0].id: attempt for attempt in result.attempts}
    assert sorted(by_id) == ["1001", "1002", "1003", "17", "Default group"]
    assert by_id["1001"].students == (Student("1001", "Ada Lovelace"),)
    assert by_id["1003"].path.name == "hw.zip"
    assert by_id["1001"].name == "Ada-Lovelace-1001"
    assert sorted(read_submission(by_id["1002"].path, UNITS).files) == ["network.py"]
    assert result.problems == []
    assert any("2 of kind onlinetext" in note for note in result.notes)


@pytest.mark.parametrize("form", FORMS)
def test_moodle_files_without_folders_are_gathered(export, found, form):
    """Imports work only if a student's files are together under their original names."""
    result = found(
        export(
            {
                "Ada Lovelace_1001_assignsubmission_file_layers.py": CODE,
                "Ada Lovelace_1001_assignsubmission_file_my_helper.py": CODE,
                "Zoë_1002_assignsubmission_file_hw_1.zip": b"PK\x03\x04",
                "Zoë_1002_assignsubmission_onlinetext_onlinetext.html": "<p>",
            },
            form,
        )
    )
    by_id = {attempt.students[0].id: attempt for attempt in result.attempts}
    assert sorted(read_submission(by_id["1001"].path, UNITS).files) == ["layers.py", "my_helper.py"]
    assert by_id["1002"].path.name.endswith("hw_1.zip")
    assert any("1 of kind onlinetext" in note for note in result.notes)


def test_empty_folders_and_other_files_in_a_moodle_export_are_problems(export, found):
    """An instructor must learn of every entry that is not graded."""
    more = {
        "Eve_1_assignsubmission_file/": "",
        "Fay_2_assignsubmission_file/a.pdf": "",
        "x.csv": "",
    }
    problems = found(export(MOODLE | more)).problems
    for entry in (
        "Eve_1_assignsubmission_file is empty",
        "Fay_2_assignsubmission_file has no .py, .ipynb or .zip",
        "x.csv is not named as Moodle names",
    ):
        assert any(f"hw1/{entry}" in line for line in problems), entry
    assert len(problems) == 3

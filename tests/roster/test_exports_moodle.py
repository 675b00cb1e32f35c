"""Trees as Moodle exports them."""

import pytest

from backproof.grades.results import Student
from backproof.intake.reader import read_submission
from tests.support.handed_in import CODE, UNITS
from tests.support.trees import FORMS

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
    """Two may have one name; a zip file alone is the submission; texts are noted."""
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
    """All that a student handed in, under the names that the files had."""
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
    """One line each."""
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

"""Exports of Canvas."""

import os

import pytest

from backproof.grades.results import Student
from backproof.intake.reader import read_submission
from tests.support.file_trees import FORMS
from tests.support.submissions import CODE, UNITS, graded_files, notebook

CANVAS = {
    "lovelaceada_1234_56789_layers.py": CODE,
    "lovelaceada_1234_56790_network-1.py": CODE,
    "lovelaceada_1234_56791_report.pdf": b"%PDF",
    "boben_LATE_77_56795_hw.zip": b"PK\x03\x04",
    "müllerzoë_78_56796_my solution.ipynb": notebook("def f():\n    return 1"),
    "cid_79_56797_layers-6ba7b810-9dad-11d1-80b4-00c04fd430c8.py": CODE,
    "._cid_79_56797_layers.py": b"\0",
}


@pytest.mark.parametrize("form", FORMS)
def test_the_files_of_a_canvas_user_are_one_submission(export, found, form):
    """Imports work only if the files have their original names again."""
    result = found(export(CANVAS, form))
    by_id = {attempt.students[0].id: attempt for attempt in result.attempts}
    assert sorted(by_id) == ["1234", "77", "78", "79"]
    assert sorted(read_submission(by_id["1234"].path, UNITS).files) == ["layers.py", "network.py"]
    assert by_id["77"].path.name == "boben_LATE_77_56795_hw.zip"
    assert read_submission(by_id["78"].path, UNITS).single_file == "my solution.ipynb"
    assert sorted(read_submission(by_id["79"].path, UNITS).files) == ["layers.py"]
    assert by_id["1234"].students == (Student("1234", "lovelaceada"),)
    assert by_id["77"].name == "boben-77"
    assert result.problems == []
    assert any("read as an export: files <name>" in note for note in result.notes)


def test_files_of_one_name_are_attempts(export, found):
    """Each attempt needs the files that the student did not upload again."""
    result = found(
        export(
            {
                "ada_1_10_layers-1.py": "new = 1",
                "ada_1_5_layers.py": "old = 1",
                "ada_1_6_network.py": "both = 1",
                "ben_2_21_hw-1.zip": b"PK\x03\x04",
                "ben_2_20_hw.zip": b"PK\x03\x04",
            }
        )
    )
    texts = [
        {path: source.text for path, source in read_submission(a.path, UNITS).files.items()}
        for a in result.attempts[:2]
    ]
    assert texts == [
        {"layers.py": "old = 1", "network.py": "both = 1"},
        {"layers.py": "new = 1", "network.py": "both = 1"},
    ]
    assert [(a.name, a.path.name) for a in result.attempts[2:]] == [
        ("ben-2", "ben_2_20_hw.zip"),
        ("ben-2-attempt-2", "ben_2_21_hw-1.zip"),
    ]


def test_anonymous_submissions_of_canvas_keep_their_code(export, found):
    """Without names, the code is the only way to tell students apart."""
    files = {"anon_aB3xY_5_layers.py": CODE, "LATE_anon_Qr7sT_6_layers.py": CODE}
    assert set(graded_files(found(export(files)))) == {("anon_aB3xY", 1), ("anon_Qr7sT", 1)}


def test_what_is_no_file_of_code_is_a_problem(export, found, tmp_path):
    """An instructor must learn of every file that is not graded."""
    more = {
        "eve_80_text.html": "<p>",
        "fay_81_link.html": "<p>",
        "gil_82_900_report.pdf": "",
        "readme.txt": "",
        "more/layers.py": CODE,
    }
    folder = export(CANVAS | more)
    os.symlink(folder / "lovelaceada_1234_56789_layers.py", folder / "hal_83_901_layers.py")
    result = found(folder)
    assert len(result.attempts) == 4
    for start, why in {
        "eve_80_text.html": "is a text or a link",
        "fay_81_link.html": "is a text or a link",
        "gil_82_900_report.pdf": "is no .py, .ipynb or .zip",
        "readme.txt": "is not named as Canvas",
        "more": "is a folder",
        "hal_83_901_layers.py": "is no ordinary file",
    }.items():
        assert any(f"hw1/{start} {why}" in line for line in result.problems), start
    assert len(result.problems) == 6


def test_a_zip_file_beside_python_is_noted(export, found):
    """The instructor learns that the zip file was ignored."""
    result = found(export({"ada_1_5_layers.py": CODE, "ada_1_6_data.zip": b"", **CANVAS}))
    assert any("data.zip of ada 1 is not looked at" in note for note in result.notes)
    assert os.listdir(result.attempts[0].path) == ["layers.py"]


@pytest.mark.parametrize(
    "names",
    [
        ("ada_2024_5_1.py", "ben_2024_5_1.py", "ada_2024_05_01.ipynb"),
        ("ada_1_2_x.py", "ben.py", "cid.zip"),
    ],
)
def test_numbers_in_names_make_no_canvas_export(export, found, names):
    """Dates look like Canvas's numbers; a wrong guess would merge students."""
    result = found(export(dict.fromkeys(names, CODE)))
    assert [a.students[0].id for a in result.attempts] == sorted(
        name.partition(".")[0] for name in names
    )

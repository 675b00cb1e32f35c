"""Trees as Gradescope, Canvas, Moodle and GitHub Classroom export them, and patterns."""

import json
import os
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backproof.errors import UserError
from backproof.handed import student
from backproof.intake import take_in
from backproof.results import Student
from backproof.roster import find_attempts
from backproof.submitters import read_metadata
from tests.trees import plant

UNITS = ("activations", "layers", "network")
CODE = "def one():\n    return 1\n"
FORMS = ("folder", "folder in a folder", "zip", "zip of a folder")


def pack(file, files):
    """Write files into a zip file."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, content in files.items():
            packed.writestr(path, content)
    return file


@pytest.fixture
def export(tmp_path):
    """Write an export in one of the forms that an instructor may have it in."""

    def write(files, form="folder", name="hw1"):
        if form == "zip":
            return pack(tmp_path / f"{name}.zip", files)
        if form == "zip of a folder":
            return pack(tmp_path / "any.zip", {f"{name}/{path}": c for path, c in files.items()})
        inner = name if form == "folder" else f"downloads/{name}"
        plant(tmp_path / inner, files)
        return tmp_path / inner.partition("/")[0]

    return write


@pytest.fixture
def found(tmp_path):
    """Find the attempts in some paths."""

    def find(*paths, **options):
        return find_attempts(list(map(str, paths)), UNITS, scratch=tmp_path / "scratch", **options)

    return find


def who(found):
    """Map the ids of each attempt's students, and its number, to the files that are graded."""
    return {
        (*(one.id for one in attempt.students), attempt.number): sorted(
            take_in(attempt.path, UNITS).files
        )
        for attempt in found.attempts
    }


# Gradescope.

RESULTS = """\
  :score: 0.0
  :status: processed
  :results:
    score: 0.0
    tests:
    - name: one
      output: |-
        submission_7:
          :submitters:
          - :name: Mallory
            :sid: '1'

        :sid: '2'
    output: "two lines\\n  :submitters:\\n
      - :sid: '3'"
  :history:
  - :submitters:
    - :name: Mallory
      :sid: '4'
    :created_at: 2023-12-04 07:30:05.262325000 Z
    :id: 9
"""
METADATA = f"""\
---
submission_5:
  :submitters:
  - :name: Ada Lovelace
    :sid: '06758767'
    :email: ada@uni.example
  - :name: "Zo\\xEB O'Hara"
    :sid: '06754968'
    :email: zoe@uni.example
  :created_at: 2023-12-02 02:52:07.938335000 Z
{RESULTS}submission_6:
  :submitters:
  - :name: Ben 'Big' Bo
    :sid:
    :email: ben@uni.example
  :created_at: 2023-12-02 03:52:07.938335000 Z
{RESULTS}submission_7:
  :submitters: []
  :created_at: 2023-12-02 04:52:07.938335000 Z
{RESULTS}"""
GRADESCOPE = {
    "submission_5/layers.py": CODE,
    "submission_5/network.py": CODE,
    "submission_6/src/layers.py": CODE,
    "submission_7/hw.ipynb": json.dumps(
        {"cells": [{"cell_type": "code", "source": "def f():\n    return 1"}]}
    ),
    "submission_metadata.yml": METADATA,
    ".DS_Store": b"\0",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_gradescope_export_tells_who_handed_in(export, found, form):
    """Members of a group, an e-mail address for a missing number, a folder for nobody."""
    result = found(export(GRADESCOPE, form, "assignment_44_export"))
    assert who(result) == {
        ("06758767", "06754968", 1): ["layers.py", "network.py"],
        ("ben@uni.example", 1): ["layers.py"],
        ("submission_7", 1): ["hw.ipynb"],
    }
    assert result.attempts[0].students == (
        Student("06758767", "Ada Lovelace", "ada@uni.example"),
        Student("06754968", "Zoë O'Hara", "zoe@uni.example"),
    )
    assert result.problems == []
    assert any("read as an export: folders submission_" in note for note in result.notes)
    assert any("does not tell who handed in submission_7" in note for note in result.notes)


def test_attempts_are_in_the_order_of_their_times(export, found):
    """The folders' numbers do not tell, and a time zone counts."""
    entry = "  :submitters:\n  - :name: Ada\n    :sid: '1'\n  :created_at: "
    result = found(
        export(
            {
                "submission_metadata.yml": f"submission_1:\n{entry}2023-12-02 09:00:00.5 Z\n"
                f"submission_2:\n{entry}2023-12-02 01:30:00.000000000 -08:00\n"
                f"submission_3:\n{entry}2023-12-01 23:00:00.000000000 Z\n",
                **{f"submission_{n}/layers.py": CODE for n in (1, 2, 3)},
            }
        )
    )
    assert [(a.number, a.path.name) for a in result.attempts] == [
        (1, "submission_3"),
        (2, "submission_1"),
        (3, "submission_2"),
    ]
    assert [a.name for a in result.attempts] == ["Ada-1", "Ada-1-attempt-2", "Ada-1-attempt-3"]
    assert "handed in more than once: 1" in result.notes


@pytest.mark.parametrize(
    "metadata", ["hello\n", "- a: 1\n", "submission_5:\n\t:submitters:\n", "{}", "a: b\n", "\0"]
)
def test_without_metadata_that_can_be_read_folders_name_the_students(export, found, metadata):
    """A note says why."""
    result = found(export(GRADESCOPE | {"submission_metadata.yml": metadata}))
    assert [a.students[0].id for a in result.attempts] == [f"submission_{n}" for n in (5, 6, 7)]
    assert any("submission_metadata.yml in " in note for note in result.notes)


def test_an_export_without_metadata_is_told_by_its_name(export, found):
    """Gradescope's own, that is; anything else may be called submission_1."""
    files = {"submission_5/layers.py": CODE, "submission_6/layers.py": CODE}
    result = found(export(files, name="assignment_44_export"))
    assert any("read as an export" in note for note in result.notes)
    assert not any("export" in note for note in found(export(files, name="other")).notes)


def test_what_an_export_has_no_place_for_is_a_problem(export, found):
    """Other files, other folders, and a folder that is named and not there."""
    metadata = METADATA + "submission_8:\n  :submitters:\n  - :sid: '8'\n"
    more = {"submission_metadata.yml": metadata, "notes.txt": "", "extra/layers.py": CODE}
    problems = found(export(GRADESCOPE | more)).problems
    assert len(problems) == 3
    assert sum("is no folder submission_<number>" in line for line in problems) == 2
    assert any("submission_8 is in submission_metadata.yml, but" in line for line in problems)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Ada", "Ada"),
        ("'O''Hara: #1'", "O'Hara: #1"),
        (r'"a\tb\x41\u00eb\U0001F600\e\\\"\N"', r'a\tbAë😀\x1b\\"\x85'),
        ("", ""),
        ("~", ""),
        ("-Ada", "-Ada"),
        ("'=cmd'", "=cmd"),
    ],
)
def test_names_are_read_as_yaml_writes_them(tmp_path, written, name):
    """Plain, in quotes of both kinds, or none."""
    file = tmp_path / "metadata.yml"
    file.write_text(f"submission_1:\n  :submitters:\n  - :name: {written}\n    :sid: '1'\n")
    assert read_metadata(file) == {"submission_1": ((Student("1", name),), "")}


@pytest.mark.parametrize(
    "entry",
    [
        "  - :name: |-\n      Ada\n      Bo\n    :sid: '1'\n",
        "  - :name: A name so long that it goes on\n      below\n    :sid: '1'\n",
        "  - :name: !binary |-\n      AAAA\n    :sid: '1'\n",
        "  - &1\n    :sid: '1'\n",
        "  - *1\n",
        "  - :sid: [1, 2]\n",
        "  - :sid: {a: 1}\n",
        "  - :sid: 'open\n",
        '  - :sid: "\\q"\n',
        '  - :sid: "\\UFFFFFFFF"\n',
        "  - :sid: a: b\n",
        "  - :sid: a #b\n",
        "    :sid: '1'\n",
        "  - Ada\n",
    ],
)
def test_an_entry_that_may_mean_more_tells_nobody(tmp_path, entry):
    """Only that entry: the next one is read."""
    file = tmp_path / "metadata.yml"
    rest = "  :created_at: never\nsubmission_2:\n  :submitters:\n  - :sid: '2'\n"
    file.write_text(f"submission_1:\n  :submitters:\n{entry}{rest}")
    assert read_metadata(file) == {
        "submission_1": ((), ""),
        "submission_2": ((Student("2"),), ""),
    }


@given(st.text(st.characters(exclude_categories=["Cs"])), st.booleans())
def test_any_name_in_quotes_is_read_back(tmp_path_factory, name, double):
    """JSON's quotes are YAML's, and in single ones only they themselves are written twice."""
    name = name if double else "".join(c for c in name if c not in "\r\n")
    quoted = json.dumps(name, ensure_ascii=False) if double else "'" + name.replace("'", "''") + "'"
    file = tmp_path_factory.getbasetemp() / "metadata.yml"
    text = f"submission_1:\n  :submitters:\n  - :name: {quoted}\n    :sid: '1'\n"
    file.write_bytes(text.encode())
    assert read_metadata(file)["submission_1"] == ((student("1", name),), "")


def test_a_line_without_end_is_not_held(tmp_path):
    """What a submission printed may be one line of any length."""
    file = tmp_path / "metadata.yml"
    long = b"  :results: '" + b"x" * 10**6 + b"'\n"
    file.write_bytes(b"submission_1:\n" + long + b"  :submitters:\n  - :sid: '1'\n")
    assert read_metadata(file) == {"submission_1": ((Student("1"),), "")}


# Canvas.

CANVAS = {
    "lovelaceada_1234_56789_layers.py": CODE,
    "lovelaceada_1234_56790_network-1.py": CODE,
    "lovelaceada_1234_56791_report.pdf": b"%PDF",
    "boben_LATE_77_56795_hw.zip": b"PK\x03\x04",
    "müllerzoë_78_56796_my solution.ipynb": json.dumps(
        {"cells": [{"cell_type": "code", "source": "def f():\n    return 1"}]}
    ),
    "cid_79_56797_layers-6ba7b810-9dad-11d1-80b4-00c04fd430c8.py": CODE,
    "._cid_79_56797_layers.py": b"\0",
}


@pytest.mark.parametrize("form", FORMS)
def test_the_files_of_a_canvas_user_are_one_submission(export, found, form):
    """Under the names that they had, whatever Canvas added; a zip file stays as it is."""
    result = found(export(CANVAS, form))
    by_id = {attempt.students[0].id: attempt for attempt in result.attempts}
    assert sorted(by_id) == ["1234", "77", "78", "79"]
    assert sorted(take_in(by_id["1234"].path, UNITS).files) == ["layers.py", "network.py"]
    assert by_id["77"].path.name == "boben_LATE_77_56795_hw.zip"
    assert take_in(by_id["78"].path, UNITS).whole == "my solution.ipynb"
    assert sorted(take_in(by_id["79"].path, UNITS).files) == ["layers.py"]
    assert by_id["1234"].students == (Student("1234", "lovelaceada"),)
    assert by_id["77"].name == "boben-77"
    assert result.problems == []
    assert any("read as an export: files <name>" in note for note in result.notes)


def test_files_of_one_name_are_attempts(export, found):
    """The newer upload has the higher number, and what was uploaded once is in all attempts."""
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
        {path: source.text for path, source in take_in(a.path, UNITS).files.items()}
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
    """The code is all that tells them apart."""
    files = {"anon_aB3xY_5_layers.py": CODE, "LATE_anon_Qr7sT_6_layers.py": CODE}
    assert set(who(found(export(files)))) == {("anon_aB3xY", 1), ("anon_Qr7sT", 1)}


def test_what_is_no_file_of_code_is_a_problem(export, found, tmp_path):
    """Texts, links, reports without code, other names, folders, links of the file system."""
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
    """It is not looked at."""
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
    """Dates do not, for they are not different, nor does one name among many."""
    result = found(export(dict.fromkeys(names, CODE)))
    assert [a.students[0].id for a in result.attempts] == sorted(
        name.partition(".")[0] for name in names
    )


# Moodle.

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
    assert sorted(take_in(by_id["1002"].path, UNITS).files) == ["network.py"]
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
    assert sorted(take_in(by_id["1001"].path, UNITS).files) == ["layers.py", "my_helper.py"]
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


# GitHub Classroom.


@pytest.mark.parametrize("form", FORMS)
def test_the_folder_of_clones_names_the_assignment(export, found, form):
    """Logins may begin alike, and have hyphens; what git keeps is nobody's."""
    logins = ("a-dent", "a-da", "a-ben-b")
    files = {
        f"hw-1-{login}/{path}": CODE for login in logins for path in ("layers.py", ".git/x.py")
    }
    result = found(export(files | {"notes.txt": ""}, form, "hw-1-submissions"))
    assert who(result) == {(login, 1): ["layers.py"] for login in logins}
    assert any("read as an export" in note for note in result.notes)
    (problem,) = result.problems
    assert "notes.txt is no folder <assignment>-<login>" in problem


@pytest.mark.parametrize("form", FORMS)
def test_clones_are_told_by_what_git_keeps(export, found, form):
    """The assignment is what all begin with, up to a hyphen."""
    files = {f"hw-1-{login}/layers.py": CODE for login in ("ada", "adam-b", "ad")}
    git = {path.replace("layers.py", ".git/HEAD"): "ref: x" for path in files}
    assert set(who(found(export(files | git, form)))) == {("ada", 1), ("adam-b", 1), ("ad", 1)}


def test_folders_that_begin_alike_are_no_clones(export, found):
    """Unless an instructor says so."""
    folder = export({"team-a/layers.py": CODE, "team-b/layers.py": CODE})
    assert set(who(found(folder))) == {("team-a", 1), ("team-b", 1)}
    assert set(who(found(folder, layout="github"))) == {("a", 1), ("b", 1)}


def test_no_login_is_empty(export, found):
    """A folder that is nothing but what the others begin with has a name all the same."""
    folder = export({"hw-1-ada/layers.py": CODE, "hw-1-/layers.py": CODE}, name="hw-1-submissions")
    assert set(who(found(folder, layout="github"))) == {("1-ada", 1), ("1-", 1)}
    assert set(who(found(folder))) == {("hw-1-ada", 1), ("hw-1-", 1)}


# A pattern.

PATTERN = r"(?P<id>u\d+) (?P<name>[^/<]*)<(?P<email>.*)>/(?P<attempt>\d+)"


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_a_pattern_tells_what_its_groups_are_called(export, found, form):
    """Id, name, address and attempt; what does not match is a problem, at its topmost folder."""
    result = found(
        export(
            {
                "u1 Ada<ada@uni.example>/10/layers.py": CODE,
                "u1 Ada<ada@uni.example>/9/layers.py": CODE,
                "u1 Ada<ada@uni.example>/readme.txt": "",
                "u2 Bo<>/1/src/network.py": CODE,
                "other/a/layers.py": CODE,
                "other/b/layers.py": CODE,
            },
            form,
        ),
        pattern=PATTERN,
    )
    assert [(a.name, a.number, a.path.name) for a in result.attempts] == [
        ("u1", 1, "9"),
        ("u1-attempt-2", 2, "10"),
        ("u2", 1, "1"),
    ]
    assert result.attempts[0].students == (Student("u1", "Ada", "ada@uni.example"),)
    assert [line.rpartition("/")[2] for line in result.problems] == [
        "other does not match the pattern",
        "readme.txt does not match the pattern",
    ]


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(", r"the pattern \( cannot be used: "),
        (r"(?P<name>.*)", r"does not tell the student's id: it needs a group \(\?P<id>"),
        (r"(?P<id>x+)", "matches nothing in .*hw1: it has ada, and the whole of a path must match"),
        (r"(?P<id>y)?ada", "matches nothing"),
    ],
)
def test_a_pattern_that_cannot_serve_is_refused(export, found, pattern, said):
    """No expression, no id, no match: the line says which."""
    with pytest.raises(UserError, match=said):
        found(export({"ada/layers.py": CODE}), pattern=pattern)


@pytest.mark.parametrize("form", ["folder in a folder", "zip of a folder"])
def test_a_pattern_is_for_paths_from_what_was_given(export, found, form):
    """Also where that has one folder only, or looks like an export."""
    files = {
        "A_1_assignsubmission_file/layers.py": CODE,
        "B_2_assignsubmission_file/network.py": CODE,
    }
    result = found(export(files, form), pattern=r"hw1/(?P<name>.)_(?P<id>\d)_assign.*")
    assert set(who(result)) == {("1", 1), ("2", 1)}


def test_a_match_that_is_no_submission_is_a_problem(export, found):
    """As in any layout."""
    result = found(export({"ada/layers.py": CODE, "readme.txt": ""}), pattern=r"(?P<id>.*)")
    (problem,) = result.problems
    assert "readme.txt is no submission: expected a folder" in problem


# A layout that an instructor names.


@pytest.mark.parametrize(
    ("layout", "files"),
    [
        ("gradescope", {"submission_1/layers.py": CODE, "x/y": ""}),
        ("canvas", {"a_1_2_layers.py": CODE, "b.py": "", "c.py": "", "d.py": ""}),
        ("moodle", {"A_1_assignsubmission_file/layers.py": CODE}),
        ("github", {"hw-a/layers.py": CODE, "hw-b/x.pdf": ""}),
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_a_layout_that_is_named_needs_less_evidence(export, found, layout, files, form):
    """It is read so, and what does not fit is a problem."""
    result = found(export(files, form), layout=layout)
    assert len(result.attempts) == 1
    assert any("read as an export" in note for note in result.notes)


@pytest.mark.parametrize("layout", ["gradescope", "canvas", "moodle", "github"])
@pytest.mark.parametrize("form", FORMS)
def test_a_layout_that_is_wrong_is_refused(export, found, layout, form):
    """The line says what is expected, and what there is."""
    said = f"does not have the layout {layout}: expected .*, and it has ada, bo"
    with pytest.raises(UserError, match=said):
        found(export({"ada/layers.py": CODE, "bo/layers.py": CODE}, form), layout=layout)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"layout": "canvas"}, "layers.py is no folder and no .zip"),
        ({"pattern": "(?P<id>.*)"}, "layers.py is no folder and no .zip"),
        ({"layout": "blackboard"}, "there is no layout blackboard: it is one of auto, plain, "),
        ({"layout": "canvas", "pattern": "(?P<id>.*)"}, "a pattern and the layout canvas"),
    ],
)
def test_options_that_cannot_be_are_refused(export, found, options, said):
    """A file has no layout, a layout has a name, and there is only one."""
    with pytest.raises(UserError, match=said):
        found(export({"layers.py": CODE}) / "layers.py", **options)

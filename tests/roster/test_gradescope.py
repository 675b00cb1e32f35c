"""Exports of Gradescope, and the file in them that lists the students."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backproof.grades.results import Student
from backproof.roster.entries import student
from backproof.roster.gradescope_metadata import read_metadata
from tests.support.file_trees import FORMS
from tests.support.submissions import CODE, graded_files, notebook

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
    "submission_7/hw.ipynb": notebook("def f():\n    return 1"),
    "submission_metadata.yml": METADATA,
    ".DS_Store": b"\0",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_gradescope_export_tells_who_handed_in(export, found, form):
    """Each submission needs an id: a number, else an address, else the folder's name."""
    result = found(export(GRADESCOPE, form, "assignment_44_export"))
    assert graded_files(result) == {
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
    """The newest attempt counts, and the folders' numbers are not in order of time."""
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
    """The class can be graded without the metadata; a note gives the reason."""
    result = found(export(GRADESCOPE | {"submission_metadata.yml": metadata}))
    assert [a.students[0].id for a in result.attempts] == [f"submission_{n}" for n in (5, 6, 7)]
    assert any("submission_metadata.yml in " in note for note in result.notes)


def test_an_export_without_metadata_is_told_by_its_name(export, found):
    """Any folder may be called submission_1; only Gradescope names the folder around it so."""
    files = {"submission_5/layers.py": CODE, "submission_6/layers.py": CODE}
    result = found(export(files, name="assignment_44_export"))
    assert any("read as an export" in note for note in result.notes)
    assert not any("export" in note for note in found(export(files, name="other")).notes)


def test_what_an_export_has_no_place_for_is_a_problem(export, found):
    """An instructor must learn of every entry that is not graded."""
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
    """Ruby writes a name with or without quotes, depending on its characters."""
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
    """A guess could attribute work to the wrong student; the other entries stay usable."""
    file = tmp_path / "metadata.yml"
    rest = "  :created_at: never\nsubmission_2:\n  :submitters:\n  - :sid: '2'\n"
    file.write_text(f"submission_1:\n  :submitters:\n{entry}{rest}")
    assert read_metadata(file) == {
        "submission_1": ((), ""),
        "submission_2": ((Student("2"),), ""),
    }


@given(st.text(st.characters(exclude_categories=["Cs"])), st.booleans())
def test_any_name_in_quotes_is_read_back(tmp_path_factory, name, double):
    """A double-quoted JSON string is YAML, too; in single quotes only the quote is doubled."""
    name = name if double else "".join(c for c in name if c not in "\r\n")
    quoted = json.dumps(name, ensure_ascii=False) if double else "'" + name.replace("'", "''") + "'"
    file = tmp_path_factory.getbasetemp() / "metadata.yml"
    text = f"submission_1:\n  :submitters:\n  - :name: {quoted}\n    :sid: '1'\n"
    file.write_bytes(text.encode())
    assert read_metadata(file)["submission_1"] == ((student("1", name),), "")


def test_a_line_without_end_is_not_held(tmp_path):
    """The output of a submission may be one line of megabytes."""
    file = tmp_path / "metadata.yml"
    long = b"  :results: '" + b"x" * 10**6 + b"'\n"
    file.write_bytes(b"submission_1:\n" + long + b"  :submitters:\n  - :sid: '1'\n")
    assert read_metadata(file) == {"submission_1": ((Student("1"),), "")}

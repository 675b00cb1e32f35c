"""Choosing the attempts that count, and finding equal submissions."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backproof.grades.results import Attempt, Student
from backproof.intake.reader import read_submission
from backproof.roster.attempts import Standing, best, duplicates, latest
from tests.support.file_trees import packed, write_tree

UNITS = ("activations", "layers", "network")
CODE = "def one():\n    return 1\n"


@pytest.fixture
def given_files(tmp_path):
    """Write files into a folder."""
    return lambda files, name: write_tree(tmp_path / name, files)


# Attempts that count.


def attempt(name, number, *students):
    """Return an attempt."""
    return Attempt(name, Path(name), tuple(map(Student, students)), number)


def test_the_latest_attempt_of_any_member_counts():
    """An attempt counts as long as it is the newest of at least one member."""
    attempts = [
        attempt("alone", 1, "ada"),
        attempt("both", 2, "ada", "ben"),
        attempt("later", 3, "ben"),
        attempt("cid-2", 2, "cid"),
        attempt("cid", 1, "cid"),
    ]
    assert [one.name for one in latest(attempts)] == ["both", "later", "cid-2"]
    assert [one.name for one in latest(reversed(attempts))] == ["cid-2", "later", "both"]


def test_the_best_attempt_counts_if_that_is_wanted():
    """A student whose only attempt was not graded must still appear in the gradebook."""
    standings = [
        Standing("a1", ("ada",), 1, 90.0),
        Standing("a2", ("ada",), 2, 80.0),
        Standing("b1", ("ben",), 1, 70.0),
        Standing("b2", ("ben",), 2, 70.0),
        Standing("c1", ("cid",), 1, 0.0),
        Standing("c2", ("cid",), 2, None),
        Standing("d1", ("dee",), 1, None),
        Standing("ab", ("ada", "ben"), 3, 75.0),
    ]
    assert best(iter(standings)) == ["a1", "c1", "d1", "ab"]


@given(
    st.lists(
        st.tuples(
            st.sets(st.sampled_from("abc"), min_size=1).map(sorted).map(tuple),
            st.none() | st.integers(0, 2).map(float),
        )
    )
)
def test_every_student_keeps_exactly_what_is_best(rows):
    """No student may be missing, and no attempt may count for nobody."""
    standings = [Standing(f"n{i}", who, i, score) for i, (who, score) in enumerate(rows)]

    def rank(one):
        return (-1.0 if one.score is None else one.score, one.number)

    expected = {
        max((one for one in standings if student in one.students), key=rank).name
        for student in {student for one in standings for student in one.students}
    }
    assert set(best(standings)) == expected
    assert best(standings) == sorted(expected, key=lambda name: int(name[1:]))


# Equal submissions.


def test_equal_files_of_different_students_are_named():
    """A student's own attempts may be equal, so they are no duplicates."""
    fingerprints = {
        "a1": "x",
        "a2": "x",
        "b": "y",
        "c": "y",
        "c2": "y",
        "d": "",
        "e": "",
        "ab": "x",
    }
    students = {
        **{"a1": ["ada"], "a2": ["ada"], "ab": ["ada", "ben"], "b": ["ben"], "c": ["cid"]},
        **{"c2": ["cid"], "d": ["dee"], "e": ["eve"]},
    }
    assert duplicates(fingerprints, students) == [("b", "c", "c2")]


def fingerprint(path):
    """Return the fingerprint of a submission."""
    return read_submission(path, UNITS).fingerprint


def test_a_fingerprint_is_of_the_graded_files_only(given_files, tmp_path):
    """A copy is recognised although its form, times and line ends differ."""
    files = {"layers.py": CODE, "network.py": "x = 1\n"}
    first = fingerprint(given_files(files, "ada"))
    os.utime(tmp_path / "ada" / "layers.py", (0, 0))
    (tmp_path / "bo.zip").write_bytes(packed(dict(reversed(files.items()))))
    deeper = {f"hw/{path}": text.replace("\n", "\r\n") for path, text in files.items()}
    others = [
        tmp_path / "ada",
        tmp_path / "bo.zip",
        given_files(deeper | {"hw/data.csv": "1"}, "cid"),
    ]
    assert {fingerprint(path) for path in others} == {first}
    submitted = read_submission(tmp_path / "ada", UNITS)
    assert replace(submitted, files=dict(reversed(submitted.files.items()))).fingerprint == first
    assert fingerprint(given_files({"ada.py": CODE}, "one") / "ada.py") == fingerprint(
        given_files({"x/ben.py": CODE}, "two")
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"layers.py": CODE}, {"layers.py": CODE + "#"}),
        ({"layers.py": CODE}, {"network.py": CODE}),
        ({"layers.py": "", "x.py": "y"}, {"layers.py": "x.pyy"}),
        ({"layers.py": CODE}, {"layers.py": CODE, "helper.py": ""}),
    ],
)
def test_other_files_have_another_fingerprint(given_files, one, other):
    """Different work must never count as a copy."""
    assert fingerprint(given_files(one, "one")) != fingerprint(given_files(other, "other"))

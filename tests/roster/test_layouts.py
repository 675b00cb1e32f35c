"""Exports of GitHub Classroom, patterns, and layouts that the instructor names."""

import pytest

from backproof.errors import UserError
from backproof.grades.results import Student
from tests.support.file_trees import FORMS
from tests.support.submissions import CODE, graded_files

# GitHub Classroom.


@pytest.mark.parametrize("form", FORMS)
def test_the_folder_of_clones_names_the_assignment(export, found, form):
    """Logins may contain hyphens, so the prefix cannot be found by splitting."""
    logins = ("a-dent", "a-da", "a-ben-b")
    files = {
        f"hw-1-{login}/{path}": CODE for login in logins for path in ("layers.py", ".git/x.py")
    }
    result = found(export(files | {"notes.txt": ""}, form, "hw-1-submissions"))
    assert graded_files(result) == {(login, 1): ["layers.py"] for login in logins}
    assert any("read as an export" in note for note in result.notes)
    (problem,) = result.problems
    assert "notes.txt is no folder <assignment>-<login>" in problem


@pytest.mark.parametrize("form", FORMS)
def test_clones_are_told_by_what_git_keeps(export, found, form):
    """The shared prefix is the assignment's name; the files of git confirm the layout."""
    files = {f"hw-1-{login}/layers.py": CODE for login in ("ada", "adam-b", "ad")}
    git = {path.replace("layers.py", ".git/HEAD"): "ref: x" for path in files}
    assert set(graded_files(found(export(files | git, form)))) == {
        ("ada", 1),
        ("adam-b", 1),
        ("ad", 1),
    }


def test_folders_that_begin_alike_are_no_clones(export, found):
    """Without the files of git, the folders may be teams of any name."""
    folder = export({"team-a/layers.py": CODE, "team-b/layers.py": CODE})
    assert set(graded_files(found(folder))) == {("team-a", 1), ("team-b", 1)}
    assert set(graded_files(found(folder, layout="github"))) == {("a", 1), ("b", 1)}


def test_no_login_is_empty(export, found):
    """A student without an id could not be found in the gradebook."""
    folder = export({"hw-1-ada/layers.py": CODE, "hw-1-/layers.py": CODE}, name="hw-1-submissions")
    assert set(graded_files(found(folder, layout="github"))) == {("1-ada", 1), ("1-", 1)}
    assert set(graded_files(found(folder))) == {("hw-1-ada", 1), ("hw-1-", 1)}


# A pattern.

PATTERN = r"(?P<id>u\d+) (?P<name>[^/<]*)<(?P<email>.*)>/(?P<attempt>\d+)"


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_a_pattern_tells_what_its_groups_are_called(export, found, form):
    """Unmatched folders are reported once, at the top, instead of file by file."""
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
    """The line tells the instructor which part of the pattern is wrong."""
    with pytest.raises(UserError, match=said):
        found(export({"ada/layers.py": CODE}), pattern=pattern)


@pytest.mark.parametrize("form", ["folder in a folder", "zip of a folder"])
def test_a_pattern_is_for_paths_from_what_was_given(export, found, form):
    """The instructor sees paths from the given folder, so the pattern describes these."""
    files = {
        "A_1_assignsubmission_file/layers.py": CODE,
        "B_2_assignsubmission_file/network.py": CODE,
    }
    result = found(export(files, form), pattern=r"hw1/(?P<name>.)_(?P<id>\d)_assign.*")
    assert set(graded_files(result)) == {("1", 1), ("2", 1)}


def test_a_match_that_is_no_submission_is_a_problem(export, found):
    """A pattern may match anything, such as a text file."""
    result = found(export({"ada/layers.py": CODE, "readme.txt": ""}), pattern=r"(?P<id>.*)")
    (problem,) = result.problems
    assert "readme.txt is no submission: expected a folder" in problem


# Layouts that the instructor names.


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
    """The instructor knows the platform, so a few odd entries may not prevent reading."""
    result = found(export(files, form), layout=layout)
    assert len(result.attempts) == 1
    assert any("read as an export" in note for note in result.notes)


@pytest.mark.parametrize("layout", ["gradescope", "canvas", "moodle", "github"])
@pytest.mark.parametrize("form", FORMS)
def test_a_layout_that_is_wrong_is_refused(export, found, layout, form):
    """The line names what was expected and what was found."""
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
    """A combination without a meaning is refused instead of ignored."""
    with pytest.raises(UserError, match=said):
        found(export({"layers.py": CODE}) / "layers.py", **options)

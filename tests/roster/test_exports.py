"""Trees as GitHub Classroom exports them, patterns, and layouts that are named."""

import pytest

from backproof.errors import UserError
from backproof.grades.results import Student
from tests.support.handed_in import CODE, who
from tests.support.trees import FORMS

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

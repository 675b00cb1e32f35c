"""``backproof check --write``: reports for platforms, without a score that is not final."""

import json

import msgspec
import pytest
from click.testing import CliRunner

from backproof.cli import main
from backproof.commands import check as command
from backproof.grades.outcomes import NOT_GRADED, Grade
from backproof.grading import grade as grading
from backproof.report.registry import SINGLE
from tests.conftest import ACTIVATIONS, backproof_process
from tests.support import report_examples as examples

RUNNER = {
    "CLASSROOM": "deep-learning",
    "ASSIGNMENT": "optimizing",
    "SUBMISSION_TAG": "submit/1",
    "COMMIT_URL": "https://github.example/commit/1",
    "RELEASE_URL": "https://github.example/releases/1",
    "REVIEW_URL": "https://github.example/compare/0...1",
    "OWNER": "ada",
    "ASSIGNMENT_TYPE": "individual",
}


@pytest.fixture
def check(monkeypatch):
    """Run ``check`` on a submission with a prepared grade: ``check(grade, *arguments)``."""

    def run(grade, *arguments, **keywords):
        monkeypatch.setattr(grading, "check_submission", lambda *_, **__: _given(grade))
        return CliRunner().invoke(main, ["check", "somebody", *map(str, arguments)], **keywords)

    return run


def _given(grade):
    if isinstance(grade, BaseException):
        raise grade
    return grade


def test_every_format_is_written_where_it_is_wanted(check, tmp_path):
    """Scripts of platforms rely on the file, and on nothing else being there."""
    (tmp_path / "json").mkdir()
    (tmp_path / "json" / "report").write_text("old")
    wanted = [f"--write={format}={tmp_path / format / 'report'}" for format in SINGLE]
    result = check(examples.grade(), *wanted, env=RUNNER)
    assert result.exit_code == 1, result.output
    assert "2.83 of 8.33 points" in result.output
    for format in SINGLE:
        assert [file.name for file in (tmp_path / format).iterdir()] == ["report"]
    examples.require_valid(json.loads((tmp_path / "gradescope/report").read_text()), "gradescope")
    assert json.loads((tmp_path / "json/report").read_text())["score"] == examples.grade().score
    fifty = json.loads((tmp_path / "classroom50/report").read_text())
    examples.require_valid(
        {**fifty, "owner": "o", "datetime": "2026-06-01T14:32:01Z"}, "classroom50"
    )


def test_markdown_is_added_at_the_end(check, tmp_path):
    """GitHub's job summary also contains the output of other commands."""
    summary, results = tmp_path / "summary.md", tmp_path / "results.json"
    summary.write_text("# before\n")
    for _ in range(2):
        check(examples.grade(), f"--write=markdown={summary}", f"--write=gradescope={results}")
    text = summary.read_text()
    assert text.startswith("# before\n## ")
    assert text.count("\n\n## ") == 1
    json.loads(results.read_text())


def test_a_grade_that_is_not_final_leaves_no_score(check, tmp_path):
    """An old score could belong to another submission."""
    results, full = tmp_path / "results.json", tmp_path / "grade.json"
    results.write_text('{"score": 100}')
    result = check(examples.incomplete(), f"--write=gradescope={results}", f"--write=json={full}")
    assert result.exit_code == 3
    assert "no gradescope: 1 of 3 properties could not be graded" in result.output
    assert not results.exists()
    assert json.loads(full.read_text())["outcomes"][2]["status"] == NOT_GRADED


def test_nothing_graded_at_all_is_not_graded(check, tmp_path):
    """Platforms must not record a score if a format finds none."""
    result = check(Grade("somebody", (), {}), f"--write=autolab={tmp_path / 'a'}")
    assert result.exit_code == 3
    assert not (tmp_path / "a").exists()


def test_hidden_properties_are_written_as_a_student_may_see_them(
    check, assignment, tmp_path, monkeypatch
):
    """Platforms show students what is written."""
    hidden = msgspec.structs.replace(assignment, hidden=frozenset(["test_activations_2"]))
    monkeypatch.setattr(command, "load_assignment", lambda _: hidden)
    wanted = f"--write=gradescope={tmp_path / 'results.json'}"
    for options, shown in (((), False), (("--show-hidden",), True)):
        check(examples.grade(), wanted, *options)
        assert ("Rule 2 of activations" in (tmp_path / "results.json").read_text()) == shown
    check(examples.grade(), wanted, "--publish-hidden")
    tests = json.loads((tmp_path / "results.json").read_text())["tests"]
    naming = [test["visibility"] for test in tests if "Rule 2 of activations" in test["name"]]
    assert naming == ["after_published"]
    refused = check(examples.grade(), "--publish-hidden")
    assert (refused.exit_code, "--write gradescope" in refused.output) == (2, True)


def test_a_breakdown_leaves_no_older_score(check, tmp_path):
    """A crash ends with exit code 1 like a grade, so an old file would look like its result."""
    results, summary = tmp_path / "results.json", tmp_path / "summary.md"
    results.write_text('{"score": 100}')
    summary.write_text("# before\n")
    wanted = (f"--write=gradescope={results}", f"--write=markdown={summary}")
    result = check(RuntimeError("broken"), *wanted)
    assert isinstance(result.exception, RuntimeError)
    assert not results.exists()
    assert summary.read_text() == "# before\n"


def test_a_submission_that_cannot_be_used_loses_nothing(tmp_path):
    """Nothing was graded, so the earlier result is still right."""
    results = tmp_path / "results.json"
    results.write_text("old")
    nowhere = str(tmp_path / "nowhere")
    result = CliRunner().invoke(main, ["check", nowhere, f"--write=gradescope={results}"])
    assert result.exit_code == 2
    assert results.read_text() == "old"


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (["json"], "expected FORMAT=FILE"),
        (["json="], "expected FORMAT=FILE"),
        (["yaml={here}/a"], "no report format 'yaml'; there are json, gradescope"),
        (["canvas={here}/a"], "no report format 'canvas'"),
        (["json={here}/a", "junit={here}/./a"], "cannot hold both json and junit"),
        (["json=-", "junit=-"], "cannot hold both json and junit"),
        (["json={here}"], "exists and is not a file"),
        (["json={here}/file/a"], "file: File exists"),
        (["classroom50={here}/a"], "its runner sets CLASSROOM"),
    ],
)
def test_what_cannot_be_written_is_refused_before_anything_runs(check, tmp_path, wanted, said):
    """Grading takes a while and should not be in vain."""
    (tmp_path / "file").write_text("")
    writes = [f"--write={option.format(here=tmp_path)}" for option in wanted]
    result = check(AssertionError("it ran"), *writes, env=dict.fromkeys(RUNNER))
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1
    assert said in result.output


def test_a_file_that_cannot_be_written_is_one_line(check, tmp_path):
    """A full disk appears only at the end, and needs a clear message too."""
    (tmp_path / "a.part").mkdir()
    result = check(examples.grade(), f"--write=json={tmp_path / 'a'}")
    assert result.exit_code == 2
    assert "backproof: --write: the grade cannot be written" in result.output


def test_standard_output_holds_the_one_format_alone(hand_in, tmp_path):
    """A program parses it, and the submission prints as it likes."""
    noisy = ACTIVATIONS + "\nimport atexit\nprint('hello')\natexit.register(print, 'bye')\n"
    wanted = ("--write", "autolab=-", "--write", f"json={tmp_path / 'grade.json'}")
    process = backproof_process(
        "check", hand_in(activations=noisy), "--unit", "activations", *wanted
    )
    lines = process.stdout.splitlines()
    assert process.returncode == 0
    assert json.loads(lines[-1])["scores"] == {"activations": 8}
    assert not {"hello", "bye"} & set(lines)
    assert "confinement none)" not in process.stdout
    assert json.loads((tmp_path / "grade.json").read_text())["score"] == 8

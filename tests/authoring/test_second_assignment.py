"""The second assignment of the repository goes through the commands, by its own files alone."""

import ast
import json

import pytest

from tests.conftest import ROOT, backproof, backproof_process

FOLDER = ROOT / "assignments" / "softmax_classification"
WRONG = {
    "batch": (
        "softmax",
        "np.exp(z - log_sum_exp(z)[:, None])",
        "(lambda e: e / e.sum(axis=0))(np.exp(z - z.max(axis=1, keepdims=True)))",
    ),
    "sum": ("cross_entropy", "labels, z.shape[1])) / len(z)", "labels, z.shape[1]))"),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Grade the examples, the template and wrong submissions as a class, confined."""
    folder = tmp_path_factory.mktemp("class")
    sources = {"template": FOLDER / "student_template"}
    sources |= {name: FOLDER / "examples" / name for name in ("loops", "objects")}
    for name, source in {**sources, **dict.fromkeys(WRONG, FOLDER / "reference")}.items():
        (folder / name).mkdir()
        for file in source.glob("*.py"):
            (folder / name / file.name).write_text(file.read_text("utf-8"), "utf-8")
    for name, (unit, right, wrong) in WRONG.items():
        text = (folder / name / f"{unit}.py").read_text("utf-8")
        assert right in text
        (folder / name / f"{unit}.py").write_text(text.replace(right, wrong), "utf-8")
    out = folder.parent / "results"
    formats = ("--format", "json", "--format", "html")
    process = backproof_process("grade", folder, "--out", out, *formats, cwd=FOLDER)
    assert process.returncode == 0, process.stderr
    names = [*sources, *WRONG]
    grades = {
        name: json.loads((out / "json" / f"{name}.json").read_text("utf-8")) for name in names
    }
    return out, grades


def test_the_assignment_is_large_and_valid():
    """Its rules pass right code and fail every mistake, in this process and confined."""
    process = backproof_process("validate", "--profile", "quick", "--json", cwd=FOLDER)
    findings = json.loads(process.stdout)
    assert findings["problems"] == []  # the figures' claims are among what is checked
    assert len(findings["kills"]) >= 80
    assert len({name for names in findings["kills"].values() for name in names}) >= 40


def test_right_code_of_other_styles_has_full_marks(graded):
    """Lists, loops, scipy and objects are as good as the reference."""
    _, grades = graded
    assert {grades[name]["score"] for name in ("loops", "objects")} == {100}
    assert grades["template"]["score"] == 0
    assert {o["status"] for o in grades["template"]["outcomes"]} == {"not started"}


def test_mistakes_are_named_and_cost_their_function(graded):
    """A wrong function costs its own points, and what builds on it is blocked."""
    out, grades = graded
    named = {name: {m for o in grades[name]["outcomes"] for m in o["mistakes"]} for name in WRONG}
    assert named == {
        "batch": {"softmax.softmax_over_the_batch"},
        "sum": {"cross_entropy.gradient_is_not_divided"},
    }
    assert 80 < grades["sum"]["score"] < 100
    assert "softmax" in (out / "class.html").read_text("utf-8")


def test_the_cases_of_a_property_can_be_looked_at():
    """An author sees what is drawn, and which mistakes it detects how often."""
    name = "cross_entropy_gradient_is_the_slope"  # as an author may write it
    lines = backproof_process("cases", name, "--show", "2", cwd=FOLDER).stdout.splitlines()
    assert lines[0].startswith(f"test_{name}: 30 cases, ")
    assert lines.count("import cross_entropy") == 2
    assert any(line.startswith("sizes: ") and "array (4, 3)" in line for line in lines)
    assert lines[-1].startswith("cross_entropy.gradient_is_")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("template", "--check"), ""),
        (("pack", "student", "--out", "student.zip"), "Softmax classification"),
        (("pack", "gradescope", "--out", "gradescope.zip"), "Softmax classification"),
    ],
)
def test_commands_take_it(tmp_path, arguments, said):
    """Nothing in a command names the first lecture."""
    process = backproof(*arguments, "--assignment", FOLDER, cwd=tmp_path)
    assert process.returncode == 0, process.stderr
    assert said in process.stdout


def test_mutants_of_it_die():
    """Small changes that nobody thought of are noticed, too."""
    options = ("--sample", "25", "--profile", "quick", "--json")
    process = backproof_process("validate", "--mutants", *options, cwd=FOLDER)
    assert process.returncode in (0, 1), process.stderr
    assert json.loads(process.stdout)


def test_it_shares_nothing_with_the_first_assignment():
    """It shows that the engine knows no lecture: its files import each other, numpy and testing."""
    for file in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                package = node.module.split(".")[0]
                assert package != "backproof" or node.module.startswith("backproof.testing")
    for view in ("properties", "misconceptions"):
        ours = {line for file in (FOLDER / view).glob("*.py") for line in _statements(file)}
        theirs = {line for file in (ROOT / view).glob("*.py") for line in _statements(file)}
        assert len(ours & theirs) < 0.05 * len(ours)


def _statements(file):
    lines = (line.strip() for line in file.read_text("utf-8").splitlines())
    return {line for line in lines if len(line) > 40 and not line.startswith(("from ", "import "))}

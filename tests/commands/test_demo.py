"""``backproof demo``, as a person runs it, and the effects of a student's code on a figure."""

import io
import re
import shutil
import sys

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from backproof.assignment.demos import Demo, Demonstration
from backproof.authoring.figures import DrawRequest, demonstrate
from backproof.cli import main
from backproof.intake.reader import read_submission
from tests.conftest import ROOT, backproof, backproof_process

NAMES = ("batch_sizes", "ordered_batches", "gradient_noise")
SHUFFLED = "return _slices(X[order], Y[order], q)"
README = (ROOT / "demos" / "README.md").read_text(encoding="utf-8")
COMPILED = shutil.ignore_patterns("__pycache__")
EXAMPLE = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]
MOVING = '''

def animate(figure, measured, reference=None):
    """Draw the loss point by point."""
    axes = figure.subplots()
    for count in range(1, 6):
        axes.plot(ERRORS[:count], measured.loss[:count], color=style.BLUE)
        yield
'''
WRONG_LOSS = """
def mean_squared_error(prediction, target):
    return abs(prediction - target).mean()
"""


@pytest.fixture
def out(tmp_path):
    """Return a folder for figures that does not exist yet."""
    return tmp_path / "to" / "figures"


def demo(*arguments):
    """Run ``backproof demo`` in this process; join its wrapped lines."""
    result = CliRunner().invoke(main, ["demo", *map(str, arguments)], catch_exceptions=False)
    return result.exit_code, " ".join(result.output.split())


def solution(tmp_path, edit=lambda text: text, unit="minibatches"):
    """Return a submission that is the reference except for one edited module."""
    folder = tmp_path / "solution"
    shutil.copytree(ROOT / "reference", folder, ignore=COMPILED)
    file = folder / f"{unit}.py"
    file.write_text(edit(file.read_text("utf-8")), "utf-8")
    return folder


@pytest.fixture
def readme_assignment(tmp_path, monkeypatch):
    """Return an assignment whose only demo is the example of demos/README.md and appended code."""
    ours = [name for name in sys.modules if name.partition(".")[0] == "demos"]
    for name in ours:  # they belong to another assignment
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(tmp_path / "assignment")

    def make(more=""):
        root = tmp_path / "assignment"
        shutil.copytree(ROOT / "reference", root / "reference", ignore=COMPILED)
        shutil.copy(ROOT / "pyproject.toml", root)
        (root / "demos").mkdir()
        shutil.copy(ROOT / "demos" / "__init__.py", root / "demos")
        (root / "demos" / "parabola.py").write_text(EXAMPLE + more, "utf-8")
        return root

    yield make
    for name in [name for name in sys.modules if name.partition(".")[0] == "demos"]:
        del sys.modules[name]


def colours(file):
    """Return the pixels of a PNG, each as one number."""
    pixels = np.asarray(Image.open(file).convert("RGB"), dtype=int)
    return pixels @ [65536, 256, 1]


def test_the_list_needs_no_matplotlib(monkeypatch):
    """Matplotlib is optional; drawing without it explains how to install it."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    code, listed = demo()
    assert code == 0
    for text in (*NAMES, "Ordered and shuffled"):
        assert text in listed
    code, said = demo("ordered-batches")
    assert (code, 'pip install "backproof[figures]"' in said) == (2, True)


def test_a_demo_is_drawn_with_its_claim_and_numbers(out):
    """A figure without its claim and its numbers proves nothing."""
    code, said = demo("ordered-batches", "--format", "svg", "--out", out)
    assert code == 0
    for text in ("the slope w swings", "closed form", "1.29", "Reference: holds."):
        assert text in said
    assert (out / "ordered_batches.svg").read_text("utf-8").startswith("<?xml")
    assert [file.name for file in out.iterdir()] == ["ordered_batches.svg"]
    assert said != demo("ordered-batches", "--format", "svg", "--out", out, "--seed", 1)[1]


def test_an_unknown_demo_is_one_clear_line(out):
    """The line lists the demos, and nothing is drawn."""
    code, said = demo("pizza", "--out", out)
    assert code == 2
    assert said.startswith("backproof: there is no demo 'pizza'; there are ")
    assert "ordered_batches" in said
    assert not out.exists()


def test_a_missing_function_costs_only_what_needs_it(tmp_path, out):
    """Students draw figures before they have written everything."""
    theirs = solution(tmp_path, lambda text: text.replace("def sample_minibatch", "def sample"))
    code, said = demo(2, 3, "--submission", theirs, "--out", out, "--jobs", 1, "--format", "svg")
    assert code == 1
    assert said.count("Your code: holds.") == 1
    missing = "Your code is not drawn: minibatches.py has no `sample_minibatch`."
    assert said.index("Your code: holds.") < said.index(missing)
    assert {file.stem for file in out.iterdir()} == {"ordered_batches", "gradient_noise"}


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ((SHUFFLED, "raise NotImplementedError"), "shuffled_minibatches is not started"),
        (("order = rng", "order = 1 / 0 #"), "shuffled_minibatches raised ZeroDivisionError"),
        ((SHUFFLED, "return None"), "the epoch is NoneType"),
        (("yield X[start : start + q], ", "while True: yield X, "), "yields more than 1001"),
        (("yield X[start : start + q], ", "yield X[start : start + q, 0], "), "X_q has shape (50,"),
        (("for start in range(0, len(X), q)", "for start in ()"), "an epoch without mini-batches"),
    ],
)
def test_what_goes_wrong_in_a_students_code_is_said(tmp_path, out, edit, said):
    """Whatever their code returns, the reference's figure is still useful."""
    text = "Your code is not drawn: "
    theirs = solution(tmp_path, lambda source: source.replace(*edit))
    code, output = demo(2, "--submission", theirs, "--out", out)
    assert code == 1
    assert said in output[output.index(text) :]
    assert (out / "ordered_batches.png").is_file()


@pytest.mark.parametrize("option", [(), ("--confined",)], ids=["here", "confined"])
def test_a_mistake_shows_in_the_picture(tmp_path, out, option):
    """The figure must show the difference, and the text must name it."""
    theirs = solution(tmp_path, lambda text: text.replace("rng.permutation(len(X))", "slice(None)"))
    right, _ = demo(2, "--submission", ROOT / "reference", "--out", out / "right", *option)
    code, said = demo(2, "--submission", theirs, "--out", out, *option)
    assert (right, code) == (0, 1)
    assert "Your code does not show this: measured a range of" in said
    same, wrong = (colours(folder / "ordered_batches.png") for folder in (out / "right", out))
    # The remark makes the page longer, at its end.
    assert (wrong[: len(same) // 2] != same[: len(same) // 2]).any()


@pytest.mark.exhaustive
def test_two_at_a_time_draw_the_same(out):
    """The number of processes must not change a figure."""
    assert demo(2, 3, "--out", out / "one", "--jobs", 1)[0] == 0
    process = backproof_process("demo", 2, 3, "--out", out / "two", "--jobs", 2)
    assert process.returncode == 0, process.stderr
    assert process.stdout.index("ordered_batches") < process.stdout.index("gradient_noise")
    for name in ("ordered_batches.png", "gradient_noise.png"):
        assert (out / "one" / name).read_bytes() == (out / "two" / name).read_bytes()


def test_a_submission_that_ends_its_process_is_named(tmp_path, out):
    """Without confinement it ends a worker process, which the message must explain."""
    theirs = solution(tmp_path, lambda text: text + "\nimport os\nos._exit(0)\n")
    process = backproof_process("demo", 2, 3, "--submission", theirs, "--out", out, "--jobs", 2)
    assert process.returncode == 2
    assert len(process.stderr.splitlines()) == 1
    assert "--confined" in process.stderr
    process = backproof("demo", 2, "--submission", theirs, "--out", out, "--confined")
    assert process.returncode == 1
    assert "Your code is not drawn: importing minibatches.py ended" in process.stdout


def test_the_readmes_example_works_and_may_move(readme_assignment, out):
    """Authors copy the example."""
    root = readme_assignment(MOVING)
    code, said = demo("all", "--assignment", root, "--out", out, "--animate")
    assert code == 0
    assert said.startswith("15 parabola: The loss is a parabola")
    with Image.open(out / "parabola.gif") as film:
        assert film.n_frames == 5
    assert (out / "parabola.png").is_file()


def test_without_a_reference_only_the_submission_is_drawn(readme_assignment, hand_in, out):
    """A student's copy has no reference."""
    options = ("15", "--out", out, "--assignment", readme_assignment())
    shutil.rmtree(options[-1] / "reference")
    code, said = demo(*options)
    assert (code, "--submission" in said, out.exists()) == (2, True, False)
    code, said = demo(*options, "--submission", hand_in(losses=WRONG_LOSS))
    assert code == 1
    assert "Your code does not show this: measured a ratio of 2" in said
    assert not re.search(r"\breference\b", said, re.IGNORECASE)
    assert (out / "parabola.png").is_file()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (EXAMPLE.replace("def check(", "def checks("), "parabola.py has no function check"),
        ("", "parabola.py has no DEMO"),
        (None, "holds no demos"),
    ],
)
def test_a_demo_that_lacks_a_part_is_named(readme_assignment, text, said):
    """The author needs the file and the missing function."""
    root = readme_assignment()
    file = root / "demos" / "parabola.py"
    file.unlink()
    if text is not None:
        file.write_text(text, "utf-8")
    code, output = demo("--assignment", root)
    assert (code, said in output) == (2, True)


class Undrawable:
    """A demo whose drawing fails for the measurement of a submission, and only for that."""

    measure = staticmethod(lambda code, seed: code.activations.relu(np.array(-1.0)))
    numbers = staticmethod(lambda measured: {"relu(−1)": float(measured)})
    check = staticmethod(lambda measured: None)

    @staticmethod
    def draw(figure, measured, reference=None):
        """Draw a bar of length 1, and raise if a number is not 0."""
        figure.subplots().bar([0], 1.0 / (float(measured) == 0.0))


def test_numbers_that_cannot_be_drawn_are_said_to_be_so(assignment, hand_in, out):
    """Matplotlib may raise for a student's values; the reference is then drawn alone."""
    about = Demo(1, "Relu", "", "", "", ("activations.relu",), "", ())
    theirs = hand_in(activations="import numpy as np\nrelu = np.abs\n")
    order = DrawRequest(assignment, out, read_submission(theirs, assignment.units))
    shown = demonstrate(Demonstration("relu", about, Undrawable), order)
    ours, yours = shown.sides
    assert (ours.problem, yours.numbers) == ("", {"relu(−1)": 1.0})
    assert yours.remark.startswith("Your code is not drawn: what it returned cannot be used")
    assert Image.open(io.BytesIO(shown.files[0].read_bytes())).width == 1200

"""Every demo: complete, true of the reference, false of its misconceptions, legible, the same."""

import ast
import inspect
import re
from dataclasses import is_dataclass

import pytest

from backproof.assignment.config import load_assignment
from backproof.assignment.demos import load_demos, load_style
from backproof.assignment.misconceptions import load_misconceptions
from backproof.authoring.figures import DrawRequest, check, draw, measure
from backproof.submission.local import LocalSubmission
from tests.conftest import ROOT

ASSIGNMENT = load_assignment(ROOT)
DEMOS = {demo.name: demo for demo in load_demos(ASSIGNMENT)}
# A demo whose figure is drawn quickly.
SIMPLE = "orthogonal_vectors"


def of_demo(name, *more, marks=()):
    """Parameters of a test; one process runs all, and measures each demo once."""
    return pytest.param(name, *more, marks=marks)


def exhaustive_if(condition):
    """Return the marks of a test that is exhaustive under a condition."""
    return [pytest.mark.exhaustive] if condition else []


each_demo = pytest.mark.parametrize("name", [of_demo(name) for name in DEMOS])


def reference(replacements=None):
    """The reference, some of its functions replaced."""
    return LocalSubmission(ASSIGNMENT.reference, ASSIGNMENT.units, replacements)


@pytest.fixture(scope="module")
def measured():
    """What each demo measured on the reference, by name and seed; measured once."""
    known = {}

    def of(name, seed=0):
        if (name, seed) not in known:
            code = reference()
            known[name, seed] = measure(DEMOS[name], code, seed), code.touched.copy()
            code.close()
        return known[name, seed]

    return of


@pytest.fixture(scope="module")
def misconceptions():
    """The assignment's misconceptions, by ``"unit.name"``."""
    return {f"{one.unit}.{one.name}": one for one in load_misconceptions(ASSIGNMENT)}


def test_the_numbers_are_an_order():
    """The gallery is in the lecture's order, so no two demos have the same place."""
    numbers = [demo.about.number for demo in DEMOS.values()]
    assert len(set(numbers)) == len(numbers)
    assert numbers == sorted(numbers)


@each_demo
def test_what_a_demo_says_of_itself_is_complete(name, misconceptions):
    """Two sentences, a formula, a property that is there, and wrong variants of what it uses."""
    about = DEMOS[name].about
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z])", about.claim)
    assert len(sentences) == 2
    assert about.claim.endswith(".")
    assert about.title
    assert about.lecture
    assert about.formula
    files = [file.read_text(encoding="utf-8") for file in ASSIGNMENT.properties.glob("test_*.py")]
    assert any(f"\ndef {about.property}(" in text for text in files)
    assert about.misconceptions
    for wrong in about.misconceptions:
        assert misconceptions[wrong].target in about.functions


@each_demo
def test_a_demo_uses_the_functions_that_it_names(name, measured):
    """Readers find a demo by its functions: it names all that it calls, and no others."""
    assert measured(name)[1] == set(DEMOS[name].about.functions)


@each_demo
def test_a_demo_knows_no_implementation(name):
    """A demo measures any submission, so it imports neither the reference nor a misconception."""
    tree = ast.parse(inspect.getsource(DEMOS[name].module))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {getattr(node, "module", None) or node.names[0].name for node in imports}
    assert not {module.partition(".")[0] for module in modules} & {"reference", "misconceptions"}


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.exhaustive)])
@each_demo
def test_the_claim_holds_of_the_reference(name, seed, measured):
    """A caption must not claim more than was measured, whatever the seed."""
    result, _ = measured(name, seed)
    assert is_dataclass(result)
    assert check(DEMOS[name], result) == ""
    assert all(isinstance(float(n), float) for n in DEMOS[name].module.numbers(result).values())


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        of_demo(name, wrong, marks=exhaustive_if(wrong != demo.about.misconceptions[0]))
        for name, demo in DEMOS.items()
        for wrong in demo.about.misconceptions
    ],
)
def test_the_claim_fails_on_a_misconception(name, wrong, misconceptions):
    """A claim that holds of wrong code as well teaches nothing.

    A wrong variant of a function that the demo uses breaks the claim, with numbers to show for it.
    """
    mistaken = misconceptions[wrong]
    code = reference({mistaken.target: mistaken.function})
    said = check(DEMOS[name], measure(DEMOS[name], code, 0))
    code.close()
    assert re.fullmatch(r"(?s)measured .*\d.*; claimed .+", said)


@pytest.mark.parametrize("beside", [False, True])
@each_demo
def test_a_figure_has_labelled_axes_and_something_in_them(name, beside, measured):
    """A figure is read without its code: every axis says what it shows.

    It is drawn alone and beside the reference.
    """
    style, demo = load_style(ASSIGNMENT), DEMOS[name]
    result, _ = measured(name)
    with style.look():
        figure, drawing = style.page(demo.about.number, demo.about.title, "", demo.about.height)
        demo.module.draw(drawing, result, result if beside else None)
        if beside:  # the next test draws it alone
            figure.canvas.draw()
        shown = [axes for axes in drawing.axes if axes.axison]
        assert shown
        for axes in shown:
            assert axes.has_data()
            if axes.get_label() == "<colorbar>":
                assert axes.get_xlabel() or axes.get_ylabel()
                continue
            assert any(a.get_xlabel() for a in axes.get_shared_x_axes().get_siblings(axes))
            assert any(a.get_ylabel() for a in axes.get_shared_y_axes().get_siblings(axes))


@pytest.mark.parametrize(
    "name", [of_demo(name, marks=exhaustive_if(name != SIMPLE)) for name in DEMOS]
)
def test_the_same_seed_draws_the_same_file(name, measured):
    """Figures are kept in version control: measured and drawn again, they are the same bytes."""
    demo, order = DEMOS[name], DrawRequest(ASSIGNMENT, ROOT, suffix="svg")
    code = reference()
    again = measure(demo, code, 0)
    code.close()
    first = draw(demo, order, measured(name)[0])
    assert first == draw(demo, order, again)
    assert first["svg"].startswith(b"<?xml")


@pytest.mark.parametrize("name", [of_demo(name) for name, demo in DEMOS.items() if demo.moves])
def test_an_animation_moves(name, measured):
    """It has frames, and they differ; only the first few are drawn here."""
    style, demo = load_style(ASSIGNMENT), DEMOS[name]
    with style.look():
        figure, drawing = style.page(demo.about.number, demo.about.title, "", demo.about.height)
        steps = demo.module.animate(drawing, measured(name)[0])
        frames = []
        for _ in range(4):
            next(steps)
            figure.canvas.draw()
            frames.append(bytes(figure.canvas.buffer_rgba()))
    assert len(set(frames)) > 1

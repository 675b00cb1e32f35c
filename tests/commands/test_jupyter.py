"""``backproof.check(…)`` in a notebook or a shell."""

import asyncio
import subprocess
import sys
from types import ModuleType

import pytest
from hypothesis import settings

import backproof
from backproof.errors import UserError
from tests.conftest import ACTIVATIONS, ROOT

WRONG = ACTIVATIONS.replace("np.maximum(z, 0.0)", "np.abs(z)")
RELU = "activations_relu_keeps_the_positive_part"


def test_a_change_is_seen_and_nothing_here_matters(hand_in, monkeypatch, capfd):
    """A notebook keeps old modules loaded, which must be neither checked nor replaced."""
    folder = hand_in(activations=WRONG + "\nprint('hello')\n")
    loaded = ModuleType("activations")
    monkeypatch.setitem(sys.modules, "activations", loaded)
    before = ({*sys.modules}, settings.get_current_profile_name(), [*sys.path], [*sys.meta_path])
    monkeypatch.chdir(folder)
    wrong = backproof.check(units="activations", properties=RELU)
    hand_in(activations=ACTIVATIONS)
    right = backproof.check(".", ["activations"], properties=[RELU])
    assert (wrong.grade.score, right.grade.score) == (0, right.grade.max_score)
    assert sys.modules["activations"] is loaded
    after = ({*sys.modules}, settings.get_current_profile_name(), [*sys.path], [*sys.meta_path])
    assert [was == now for was, now in zip(before, after, strict=True)][1:] == [True] * 3
    assert not [name for name in after[0] - before[0] if name.startswith(("properties", "losses"))]
    assert capfd.readouterr() == ("", "")


def test_it_works_inside_a_running_loop(hand_in):
    """The kernel of a notebook runs cells in an event loop."""

    async def cell():
        return backproof.check(hand_in(activations=ACTIVATIONS), "activations", properties=RELU)

    assert asyncio.run(cell()).grade.score > 0


def test_it_shows_itself_as_text(hand_in):
    """Shells and consoles without HTML show the ``repr``."""
    checked = backproof.check(hand_in(activations=WRONG), "activations", properties=RELU)
    assert repr(checked) == str(checked)
    assert "Next, fix relu in activations" in repr(checked)
    assert "required: h = 0" in repr(checked)
    assert "\x1b" not in repr(checked)


def test_it_shows_itself_as_html_where_that_can_be(hand_in, monkeypatch):
    """jinja2 is optional, and a notebook without it shows the text."""
    checked = backproof.check(hand_in(activations=WRONG), "activations", properties=RELU)
    given = []
    html = ModuleType("backproof.report.html.student_page")
    html.render_fragment = lambda grade: given.append(grade) or "<section>"
    monkeypatch.setitem(sys.modules, "backproof.report.html.student_page", html)
    assert checked._repr_html_() == "<section>"
    assert given == [checked.grade]
    monkeypatch.setattr("backproof.jupyter.find_spec", lambda _: None)
    assert checked._repr_html_() is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"path": "nowhere"}, "there is no file or folder nowhere"),
        ({"units": "layer"}, "there is no unit layer"),
        ({"profile": "slow"}, "'slow' is not one of"),
        ({"properties": ["test_layer"]}, "there is no property"),
        ({"path": "--help"}, "there is no file or folder --help"),
    ],
)
def test_what_cannot_be_used_is_one_line(hand_in, monkeypatch, arguments, said):
    """IPython would otherwise show a traceback of the checker."""
    monkeypatch.chdir(hand_in(activations=ACTIVATIONS))
    with pytest.raises(UserError, match=said) as refused:
        backproof.check(**arguments)
    assert refused.value._render_traceback_() == [f"backproof: {refused.value}"]


def test_modules_in_the_present_folder_are_not_taken_for_ours(hand_in, monkeypatch):
    """A student's file may have the name of a package that the checker imports."""
    folder = hand_in(activations=ACTIVATIONS, click="1 / 0", hypothesis="1 / 0")
    monkeypatch.chdir(folder)
    assert backproof.check(units="activations", properties=RELU).grade.score > 0


def test_importing_backproof_stays_light():
    """The pytest plugin and the workers import it."""
    code = "import sys, backproof; print([n for n in ('pytest', 'numpy', 'rich', 'click') "
    process = subprocess.run(
        [sys.executable, "-c", f"{code}if n in sys.modules])"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert process.stdout.strip() == "[]"

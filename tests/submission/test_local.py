"""Import and calls of a submission, in this process and in a confined one."""

import sys

import msgspec
import numpy as np
import pytest

from backproof.confined.confined_submission import ConfinedSubmission
from backproof.errors import UserError
from backproof.submission.iterables import drain
from backproof.submission.local import LocalSubmission
from backproof.submission.messages import (
    Mismatch,
    NotStarted,
    SubmissionRaised,
    SubmissionUnavailable,
)

UNITS = ("activations", "layers", "network")


@pytest.fixture(params=["here", "confined"])
def opened(request, hand_in, assignment):
    """Write modules to a folder and open it, in this process or confined."""
    submissions = []
    three = msgspec.structs.replace(assignment, units=UNITS, opaque={"activations.init": (-1,)})

    def open_(**modules):
        folder = hand_in(**modules)
        confined = request.param == "confined"
        opened = ConfinedSubmission(folder, three) if confined else LocalSubmission(folder, UNITS)
        submissions.append(opened)
        opened.begin_property("activations")  # one worker for all calls, as for a property's
        return opened

    yield open_
    for submission in submissions:
        submission.close()


def test_absolute_and_relative_imports_give_one_module(opened):
    """Two copies of a module would have two states."""
    seen = "\ndef seen():\n    layers.count.append(1)\n    return len(layers.count)\n"
    submission = opened(
        layers="count = []",
        activations="import layers" + seen,
        network="from . import layers" + seen,
    )
    assert submission.activations.seen() == 1
    assert submission.network.seen() == 2


def test_modules_may_import_one_another_in_a_circle(opened):
    """That works for any script, so it must work when graded."""
    submission = opened(
        activations="import layers\ndef one():\n    return 1",
        layers="import activations\ndef two():\n    return activations.one() + 1",
    )
    assert submission.layers.two() == 2


def test_helper_files_and_late_imports_are_found(opened):
    """Students add files, and import them at the top or inside a function."""
    submission = opened(
        activations="def late():\n    import helper\n    return helper.value",
        layers="from .helper import value\ndef early():\n    return value",
        helper="value = 7",
    )
    assert (submission.activations.late(), submission.layers.early()) == (7, 7)


def test_a_file_named_like_a_library_does_not_replace_it(opened):
    """A student's numpy.py must not break all other code."""
    submission = opened(
        numpy="raise RuntimeError('imported')",
        activations="import numpy as np\ndef two():\n    return float(np.float64(2))",
    )
    assert submission.activations.two() == 2.0


def test_a_helper_is_not_hidden_by_a_folder_of_its_name(opened, tmp_path, monkeypatch):
    """Folders without code are common on paths, and Python can import them."""
    (tmp_path / "elsewhere" / "plots").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path / "elsewhere")
    submission = opened(
        activations="import plots\ndef three():\n    return plots.value", plots="value = 3"
    )
    assert submission.activations.three() == 3


def test_submissions_do_not_see_one_another(tmp_path):
    """Modules of all submissions have the same names."""
    for name, value in (("first", 1), ("second", 2)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "layers.py").write_text(f"value = {value}")
        (tmp_path / name / "network.py").write_text(
            "import layers\ndef value():\n    return layers.value"
        )
        submission = LocalSubmission(tmp_path / name, UNITS)
        assert submission.network.value() == value
        submission.close()


def test_closing_forgets_every_module_of_the_submission(tmp_path):
    """A class is graded in one process, so nothing of a submission may be left."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "__init__.py").write_text("")
    (tmp_path / "tools" / "deep.py").write_text("value = 3")
    (tmp_path / "layers.py").write_text(
        "from tools.deep import value\ndef three():\n    return value"
    )
    before = set(sys.modules)
    submission = LocalSubmission(tmp_path, UNITS)
    assert submission.layers.three() == 3
    submission.close()
    assert set(sys.modules) == before


@pytest.mark.parametrize(
    ("modules", "said"),
    [
        ({"layers": ""}, r"there is no activations\.py"),
        ({"activations": "x = 1"}, r"activations\.py has no `tanh`"),
        ({"activations": "tanh = 3"}, r"`tanh` in activations\.py is no function"),
        ({"activations": "def tanh(z:\n"}, r"cannot be imported: .*activations\.py, line 1"),
        ({"activations": "1 / 0"}, r"cannot be imported: ZeroDivisionError.*line 1:\n    1 / 0"),
        ({"activations": "import sys\nsys.exit(0)"}, "cannot be imported: SystemExit"),
        ({"activations": "import nowhere_to_be_found"}, "No module named 'nowhere_to_be_found'"),
    ],
)
def test_what_is_missing_or_broken_is_said_on_use(opened, modules, said):
    """A missing module must not cost the properties that do not use it."""
    submission = opened(**modules)
    with pytest.raises(SubmissionUnavailable, match=said):
        submission.activations.tanh(0.0)


def test_a_broken_module_leaves_the_others_alone(opened):
    """A syntax error must cost only what needs that file."""
    submission = opened(activations="def tanh(z:\n", layers="def one():\n    return 1")
    assert submission.layers.one() == 1


def test_not_implemented_is_not_started(opened):
    """The template raises ``NotImplementedError``, which is no mistake."""
    submission = opened(activations="def tanh(z):\n    raise NotImplementedError")
    with pytest.raises(NotStarted, match="tanh is not started"):
        submission.activations.tanh(0.0)


def test_an_exception_names_the_students_line(opened):
    """A student needs to know which of their lines raised it."""
    submission = opened(activations="def tanh(z):\n    return undefined + 1")
    with pytest.raises(SubmissionRaised, match=r"NameError.*s\.py line 2:\n    return undef"):
        submission.activations.tanh(0.0)


@pytest.mark.parametrize("stop", ["raise SystemExit", "import sys\n    sys.exit(0)"])
def test_a_call_that_exits_is_an_exception_like_any_other(opened, stop):
    """``sys.exit`` in a student's function must not end the grading."""
    submission = opened(activations=f"def tanh(z):\n    {stop}")
    with pytest.raises(SubmissionRaised, match="SystemExit"):
        submission.activations.tanh(0.0)


def test_arguments_are_copies(opened):
    """Code that writes into its arguments must not change the case."""
    submission = opened(activations="def tanh(z, ws):\n    z[0] = 9\n    ws[0][0][0] = 9\n")
    z, weights = np.zeros(2), [(np.zeros(2), np.zeros(1))]
    submission.activations.tanh(z, weights)
    assert (z[0], weights[0][0][0]) == (0, 0)


def test_observe_reports_what_was_changed(opened):
    """The property needs to know which argument was written into, also nested ones."""
    submission = opened(activations="def tanh(a, b, ws):\n    b += 1\n    ws[0][0][0] = 9\n")
    call = submission.activations.tanh.observe(np.ones(2), np.ones(2), [(np.ones(2),)])
    assert [*call.changed] == ["argument 2", "argument 3"]


def test_a_list_of_numbers_that_was_written_into_is_seen(opened):
    """Lists change by replaced and appended numbers, and by arrays in place of numbers."""
    code = "def tanh(a, b, c, d):\n    a[0] = 9\n    b.append(9)\n    c[0] = [1]\n    d[0] = 1"
    call = opened(activations=code).activations.tanh.observe([1], [1], [1], [1])
    assert [*call.changed] == ["argument 1", "argument 2", "argument 3"]


def test_what_a_generator_writes_is_seen_once_it_is_drained(opened):
    """Its code runs when the items are requested, not in the call."""
    submission = opened(activations="def tanh(z):\n    z[0] = 9\n    yield z\n")
    call = submission.activations.tanh.observe(np.zeros(2))
    assert call.changed == {}
    drain(call.result, at_most=1, what="the batches")
    assert [*call.changed] == ["argument 1"]


def test_observe_reports_numerical_warnings_only(opened):
    """A deprecation is no mistake of the student's mathematics."""
    submission = opened(
        activations="import warnings, numpy as np\n"
        "def tanh(z):\n    warnings.warn('old', DeprecationWarning)\n    return np.exp(z)\n"
    )
    call = submission.activations.tanh.observe(np.array([1000.0]))
    assert call.warnings == ("overflow encountered in exp",)
    submission.activations.tanh(np.array([1000.0]))


def test_arguments_can_be_overwritten_after_the_call(opened):
    """A caller may do so, and code that keeps its arguments then computes with wrong numbers."""
    submission = opened(activations="kept = []\ndef tanh(z):\n    kept.append(z)\n    return kept")
    call = submission.activations.tanh.observe(np.ones(2))
    call.overwrite_arguments(5.0)
    assert call.result_now()[0].tolist() == [5.0, 5.0]


BUFFER = """
import numpy as np
buffer, made = np.zeros(2), []

def tanh(z):
    buffer[:] = z
    return buffer, [(buffer[::-1],)]

def relu(returned):
    return returned is buffer, returned

def endless():
    made.append(1.0)
    made.append(made)
    return made
"""


def test_a_result_stays_as_it_was_returned(opened):
    """A buffer that later calls refill does not change results; ``result_now`` shows it does."""
    submission = opened(activations=BUFFER)
    first = submission.activations.tanh.observe(1.0)
    submission.activations.tanh(2.0)
    array, [(view,)] = first.result
    assert [array.tolist(), view.tolist()] == [[1.0, 1.0], [1.0, 1.0]]
    assert first.result_now() is first.result
    assert [array.tolist(), view.tolist()] == [[2.0, 2.0], [2.0, 2.0]]


def test_a_returned_array_is_handed_back_as_the_students_own(opened):
    """Only then can a state that is an array be updated in place."""
    submission = opened(activations=BUFFER)
    array, _ = submission.activations.tanh(1.0)
    call = submission.activations.relu.observe(array)
    assert call.result[0]
    assert call.changed == {}
    call.overwrite_arguments(7.0)
    assert call.result_now()[1].tolist() == [1.0, 1.0]


def test_a_list_that_contains_itself_is_copied(tmp_path):
    """It must not cost the grader its stack."""
    (tmp_path / "activations.py").write_text(BUFFER)
    submission = LocalSubmission(tmp_path, UNITS)
    result = submission.activations.endless()
    submission.close()
    assert result[0] == result[1][0] == 1.0
    assert len(str(result)) < 1000


def test_opaque_objects_come_back_as_they_are(opened):
    """A state, even a list, has to be the very same object."""
    submission = opened(
        activations="made = []\n"
        "def init():\n    made.append([0])\n    return made[0]\n"
        "def step(state):\n    return state is made[0], state\n"
    )
    same, state = submission.activations.step(submission.activations.init())
    assert same
    assert submission.activations.step(state)[0]


def test_drain_bounds_endless_iterables():
    """An endless generator must not hang the grader."""
    with pytest.raises(Mismatch, match="more than 5 items"):
        drain(iter(int, 1), at_most=5, what="the batches")


def test_drain_turns_exceptions_into_messages():
    """An exception while iterating belongs to the student's code."""

    def broken():
        yield 1
        raise KeyError("q")

    with pytest.raises(SubmissionRaised, match="KeyError: 'q'"):
        drain(broken(), at_most=5, what="the batches")


def test_drain_takes_whatever_a_for_loop_takes():
    """An object with only ``__getitem__`` can be iterated over, so it is no mistake."""

    class Batches:
        def __getitem__(self, index):
            return [10, 20][index]

    assert drain(Batches(), at_most=5, what="the batches") == [10, 20]


def test_drain_wants_something_to_iterate_over():
    """A function without a return statement returns no batches."""
    with pytest.raises(Mismatch, match="NoneType"):
        drain(None, at_most=5, what="the batches")


@pytest.mark.parametrize("name", ["nowhere", "notes.txt", "empty", "unrelated"])
def test_a_path_that_is_no_submission_is_refused(tmp_path, name):
    """The error names the path, so that the user can correct it."""
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "empty").mkdir()
    (tmp_path / "unrelated").mkdir()
    (tmp_path / "unrelated" / "main.py").write_text("")
    with pytest.raises(UserError, match=name):
        LocalSubmission(tmp_path / name, UNITS)

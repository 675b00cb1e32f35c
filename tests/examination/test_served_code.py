"""What a student's tests may ask of the code under test, and what the answers hide."""

import numpy as np
import pytest

from backproof.assignment.config import load_assignment
from backproof.examination.served_code import ServedCode
from backproof.intake.reader import read_submission
from backproof.wire.protocol import FRESH, Ended
from backproof.wire.values import Ref
from tests.conftest import ROOT

CALL = (FRESH, 0, None, None)


@pytest.fixture
def served():
    """The reference of the lecture, ready to answer."""
    lecture = load_assignment(ROOT)
    code = ServedCode(lecture, read_submission(lecture.reference, lecture.units))
    yield code
    code.close()


def test_a_call_is_answered(served):
    """The result is that of the function, and the function is noted."""
    failed, value, _, _ = served.respond(
        "call", ["activations.relu", [np.array([-1.0, 2.0])], *CALL]
    )
    assert failed is None
    assert value.tolist() == [0.0, 2.0]
    assert served.touched == {"activations.relu"}


def test_a_replaced_function_is_the_one_that_answers(served):
    """A mistake takes the place of the right function, until another one is put there."""
    request = ["activations.relu", [np.array([-1.0])], *CALL]
    served.put({"activations.relu": lambda z: z})
    assert served.respond("call", request)[1].tolist() == [-1.0]
    served.put({})
    assert served.respond("call", request)[1].tolist() == [0.0]


def test_an_exception_says_its_kind_and_no_more(served):
    """The text of an exception differs between implementations, and names their functions."""
    failed, text, _, _ = served.respond("call", ["activations.relu", [], *CALL])
    assert (failed, text) == ("exception", "TypeError")


def test_an_object_has_no_name_of_a_class(served):
    """States are of other classes in each implementation."""
    _, state, _, _ = served.respond("call", ["optimizers.adam_init", [np.zeros(2)], *CALL])
    assert type(state) is Ref
    assert state.kind == "object"


@pytest.mark.parametrize("attribute", ["__class__", "__len__", "count", "", "__reduce__"])
def test_a_state_cannot_be_looked_into(served, attribute):
    """Else a test could read the code through it."""
    _, state, _, _ = served.respond("call", ["optimizers.adam_init", [np.zeros(2)], *CALL])
    arguments = [] if attribute in ("", "__reduce__") else None
    failed, text, _, _ = served.respond("use", [state.number, attribute, arguments, None, []])
    assert (failed, text) == ("exception", "AttributeError")


@pytest.mark.parametrize(
    ("operation", "details"),
    [
        ("load", [np.zeros(3)]),
        ("import", ["os"]),
        ("probe", [{}]),
        ("batch", [np.zeros(3)]),
        (["call"], []),
        ("call", ["activations.relu", (1,), *CALL]),
        ("call", ["activations.relu", [1], 99, 0, None, None]),
        ("call", ["activations.relu", [1], 0, 0, {1: 2}, None]),
        ("call", ["activations.relu", [Ref(7)], 4, 0, None, None]),
        ("call", ["x" * 500, [], *CALL]),
        ("call", ["activations.relu", [1], 1, 0, None, [(1, "state", None)]]),
        ("drain", [0, 10**9, True, []]),
        ("changed", [12]),
        ("use", [5, "x", None, None, []]),
        ("result", ["all"]),
    ],
)
def test_anything_else_ends_the_tests(served, operation, details):
    """A request that no honest worker sends is not performed."""
    with pytest.raises(Ended):
        served.respond(operation, details)


def test_an_unknown_function_is_missing(served):
    """A test that misspells a name gets an exception, as from a module."""
    failed, text, _, _ = served.respond("call", ["activations.os", [], *CALL])
    assert (failed, text) == ("exception", "AttributeError")

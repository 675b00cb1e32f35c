"""A worker's replies to batches of requests."""

import json

import numpy as np
import pytest

from backproof.wire import generators
from backproof.wire.frames import decode_frame
from backproof.wire.protocol import (
    COPIES,
    FRESH,
    GENERATORS,
    MAY_FAIL,
    MORE,
    OBSERVED,
    SAME,
    WITH_REFS,
)
from backproof.wire.requests import pack_requests
from backproof.wire.values import Ref
from backproof.worker.server import Worker

UNIT = """
import warnings
from contextvars import ContextVar

import numpy as np

factor = ContextVar("factor")
factor.set(3.0)

def scaled(x):
    return factor.get() * x

def began(x):
    def steps():
        with np.errstate(divide="ignore"):
            while True:
                yield x / 0.0
    generator = steps()
    next(generator)
    return x, generator

def went_on(generator):
    return next(generator)

def careless(x):
    np.seterr(all="raise")
    return x

def careful(x):
    return np.geterr()

def warn(x):
    warnings.simplefilter("always")
    np.divide(x, 0.0)
    return x

def written(x):
    x[0] = 7.0
    return x + 0.0

def draw(rng):
    return rng.random()

begun = []

def rewind(rng):
    begun.append(rng.bit_generator.state)
    rng.bit_generator.state = begun[0]
    return 0.0

buffer = np.zeros(2)
calls = 0

def double(x):
    return 2.0 * x

def reuse(x):
    buffer[:] = x
    return buffer

def single(x):
    return np.asarray(x, np.float32)

def listed(x):
    return x.tolist()

def pair(x):
    return x + 1.0, {"x": x}

def kind(x):
    return str(x.dtype)

def plus(x, by):
    return x + by

def fail(x):
    raise ValueError("no")

def nothing(x):
    return None
"""


@pytest.fixture
def ask():
    """Send batches to a worker with that unit; return the entries of each frame of replies."""
    worker = Worker()
    document = {
        "files": {"unit.py": [UNIT, "unit.py", None]},
        "units": ["unit"],
        "single_file": None,
        "libraries": ["numpy"],
        "stand_ins": [],
        "opaque": {"unit.pair": [1], "unit.began": [1]},
        "iterables": [],
    }
    worker.answer(("load", 0, np.frombuffer(json.dumps(document).encode(), np.uint8)))

    def ask_(*frames):
        answers = []
        for frame in frames:
            data = np.frombuffer(pack_requests(list(frame)), np.uint8)
            _, failed, value, _, _ = decode_frame(worker.answer(("batch", 1, data)))
            assert failed is None
            answers.append(decode_frame(value.tobytes()))
        return answers if len(frames) > 1 else answers[0]

    yield ask_
    worker._code.close()  # otherwise nothing else could be imported in this process afterwards


def call(name, value, how=0, named=None):
    """Return a request to call a function of the unit."""
    return (f"unit.{name}", [value], how) + (() if named is None else (named, None))


X, Y = np.array([1.0, 2.0]), np.array([3.0, 5.0])


def test_every_request_has_its_reply(ask):
    """Replies are matched by their order, and each case numbers its objects from 0."""
    frame = [call("double", X, FRESH), call("double", Y, FRESH), call("double", Y)]
    replies = ask(frame)
    assert [reply[1].tolist() for reply in replies] == [[2, 4], [6, 10], [6, 10]]
    assert [reply[2] for reply in replies] == [0, 0, 1]


def test_a_copy_is_made_of_the_workers_own_answer(ask):
    """A property converts results to float64, so the worker must convert its copies alike."""
    for name in ("double", "listed", "single"):
        request = call("kind", Ref(COPIES), WITH_REFS)
        assert ask([call(name, X, FRESH), request])[1][1] == "float64"


def test_named_arguments_can_be_those_of_the_call_before(ask):
    """Keyword arguments are equal in most calls of a property and would be sent again and again."""
    frame = [call("plus", X, FRESH, {"by": 1.0}), *2 * [call("plus", Y, FRESH, SAME)]]
    assert [reply[1].tolist() for reply in ask(frame)] == [[2, 3], [4, 6], [4, 6]]


def test_an_object_is_handed_back_by_its_number(ask):
    """An object that cannot cross can only be passed on as itself."""
    replies = ask([call("pair", X, FRESH), call("nothing", Ref(2), WITH_REFS)])
    assert replies[0][1][1] == Ref(2, "dict")
    assert replies[1][1] is None


@pytest.mark.parametrize("cut", [False, True])
def test_an_answer_is_what_was_returned_and_the_result_what_it_has_become(ask, cut):
    """A buffer that a later call refills does not change its answer, wherever the frame ends."""
    first, second = call("reuse", X, FRESH), [call("reuse", Y), ("result", 0)]
    frames = [[first, (MORE,)], second] if cut else [[first, *second]]
    answers = ask(*frames)
    replies = [reply for answer in answers for reply in answer] if cut else answers
    assert [reply[1].tolist() for reply in replies[:2]] == [[1, 2], [3, 5]]
    assert [array.tolist() for array in replies[2][1]] == [[3, 5]]


def test_what_an_import_or_a_call_sets_is_there_in_the_next_call(ask):
    """Context variables persist between calls, as in the grader's process."""
    assert ask([call("scaled", X, FRESH)])[0][1].tolist() == [3, 6]
    replies = ask([call("began", X, FRESH), call("went_on", Ref(2), WITH_REFS)])
    assert [reply[0] for reply in replies] == [None, None]


def test_how_numpy_treats_errors_is_as_at_first_in_every_call(ask):
    """A call that changes numpy's settings must not affect the calls after it."""
    set_, read = call("careless", X, FRESH), call("careful", X, FRESH)
    told = {"divide": "warn", "invalid": "warn", "over": "warn", "under": "ignore"}
    with np.errstate(all="ignore"):
        assert ask([set_, read])[1][1] == told


def test_warnings_are_those_of_the_call_that_is_observed(ask):
    """Warnings of other calls are not reported, even if a function shows them itself."""
    frame = [call("warn", X, FRESH | OBSERVED), call("warn", X, FRESH), call("double", X, OBSERVED)]
    with pytest.warns(RuntimeWarning):  # numpy warns in the second call, too
        said = [(reply[3] or {}).get("warnings") for reply in ask(frame)]
    assert said == [["divide by zero encountered in divide"], None, None]


def test_a_generator_that_is_drawn_from_is_where_it_stands_now(ask):
    """The grader moves its own generator only if the worker reports a new state."""
    rng = np.random.default_rng(0)
    begun = [(GENERATORS, generators.state_of(rng), None)]
    states = [generators.state_of(rng) for _ in range(2) if rng.random()]
    frame = [("unit.draw", [Ref(GENERATORS)], FRESH | WITH_REFS, None, begun)]
    frame += [call("double", X), call("draw", Ref(GENERATORS), WITH_REFS)]
    told = [(reply[3] or {}).get("generators") for reply in ask(frame)]
    assert told == [[(GENERATORS, states[0])], None, [(GENERATORS, states[1])]]


def test_a_generator_that_is_put_back_is_where_it_was(ask):
    """A function may restore an earlier state, which is a change like any other."""
    rng = np.random.default_rng(0)
    states = [generators.state_of(rng) for _ in range(2) if rng.random()]
    first, second = (
        ("unit.rewind", [Ref(GENERATORS)], how | WITH_REFS, None, [(GENERATORS, state, None)])
        for how, state in zip((FRESH, 0), states, strict=True)
    )
    assert [reply[3] for reply in ask([first, second])] == [
        None,
        {"generators": [(GENERATORS, states[0])]},
    ]


def test_questions_are_about_the_call_of_their_number(ask):
    """Calls are counted in each case, also if the case is divided among frames."""
    first, second = call("double", X, FRESH | OBSERVED), call("written", X, OBSERVED)
    *_, before, after = ask([first, second, ("changed", 0), ("changed", 1)])
    assert before[1] == {}
    assert after[1]["argument 1"].tolist() == [7.0, 2.0]
    answers = ask([first, second, (MORE,)], [("changed", 1), first, ("changed", 0)])
    assert [[*reply[1]] for reply in answers[1]][::2] == [["argument 1"], []]


def test_an_observed_call_tells_what_it_changed(ask):
    """Batches contain the same requests as single calls, and this is one of them."""
    replies = ask([call("double", X, FRESH | OBSERVED), ("changed", 0)])
    assert replies[1][1] == {}


@pytest.mark.parametrize("name", ["fail", "nowhere"])
def test_the_first_request_without_a_result_is_the_last(ask, name):
    """The property fails then, so further calls would only cost time."""
    replies = ask([call("double", X, FRESH), call(name, X, FRESH), call("double", X, FRESH)])
    assert [reply[0] is None for reply in replies] == [True, False]


def test_an_exception_that_the_right_function_raises_is_not_the_last_reply(ask):
    """A rule that requires an exception in each case needs the replies to all of them."""
    replies = ask([call("fail", X, FRESH | MAY_FAIL), call("double", X, FRESH)])
    assert [reply[0] is None for reply in replies] == [False, True]
    assert len(ask([call("nowhere", X, FRESH | MAY_FAIL), call("double", X, FRESH)])) == 1


def test_a_request_for_what_is_not_there_ends_the_answers(ask):
    """An answer of another kind than the reference's may have no object of that number."""
    assert len(ask([call("double", X, FRESH), call("double", Ref(7), WITH_REFS)])) == 1

"""Requests that are packed for a worker, and the short way in which it writes replies."""

import ast

import numpy as np
import pytest

from backproof.wire.frames import ListWriter, decode_frame
from backproof.wire.requests import PackedRequests, pack_requests
from backproof.wire.values import Ref, WireError
from tests.conftest import ROOT

VALUES = [
    None,
    True,
    -3,
    0.1,
    float("-inf"),
    float("nan"),
    1 - 2j,
    "σ",
    [1, [2.0]],
    (1, (np.ones(2), [])),
    {"keepdims": True, "start": (1.0,)},
    np.array(2.5),
    np.zeros((0, 3)),
    np.arange(6.0).reshape(2, 3)[:, ::2],
    np.array([1, 2], dtype=np.int8),
    np.array([True, False]),
    np.float32(0.1),
    np.float64(-0.0),
    Ref(7),
    {1.5, 2},
    b"bytes",
    2**80,
    np.array(["a", "bc"]),
]


def packed_and_opened(value):
    """Return a value as a worker gets it."""
    packed = PackedRequests(np.frombuffer(pack_requests([[1, value]]), np.uint8))
    [[_, returned]] = [packed.opened(request) for request in packed.requests]
    return returned


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_packed_value_is_opened_unchanged(value):
    """A student's function gets what the property passes, of the same type, bit by bit."""
    got = packed_and_opened(value)
    assert type(got) is type(value)
    assert repr(got) == repr(value)
    assert getattr(got, "dtype", None) == getattr(value, "dtype", None)


def test_an_array_is_new_each_time_that_it_is_opened():
    """A student's function may write into its arguments; the next call must not see that."""
    packed = PackedRequests(np.frombuffer(pack_requests([[np.ones(2)]]), np.uint8))
    for _ in range(2):
        [array] = packed.opened(packed.requests[0])
        assert array.tolist() == [1.0, 1.0]
        array[:] = 7.0


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(object(), id="an object"),
        pytest.param(np.array([object()]), id="an object in an array"),
        pytest.param([lambda: 0], id="a function in a list"),
    ],
)
def test_what_cannot_be_sent_is_refused(value):
    """The property is then run call by call, where its message says so."""
    with pytest.raises(WireError, match="cannot be sent"):
        pack_requests([[value]])


def test_only_the_worker_unpacks():
    """It trusts the grader; what a worker sends is read by the strict reader."""
    readers = set()
    for file in (ROOT / "backproof").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            is_import = isinstance(node, ast.ImportFrom)
            if is_import and "PackedRequests" in [each.name for each in node.names]:
                readers.add(file.relative_to(ROOT / "backproof").as_posix())
    assert readers == {"worker/server.py"}


@pytest.mark.parametrize(
    "value",
    [
        np.ones((2, 1)),
        np.ones(2, np.float32),
        (np.ones(2), Ref(4, "State")),
        (np.ones(2), Ref(4, "State", 1.0)),
        (np.ones(2), 3),
        (),
        1.5,
        None,
    ],
    ids=repr,
)
def test_the_short_way_of_a_result_writes_the_same_frame(value):
    """The grader compares digests of frames, so equal answers must be equal bytes."""
    short, long = ListWriter(), ListWriter()
    short.add_result(value, 5)
    long.add((None, value, 5, None))
    assert short.frame() == long.frame()
    assert short._writer._nodes == long._writer._nodes
    assert len(decode_frame(short.frame())) == 1

"""Values cross unchanged, and each side refuses values that cannot cross."""

import ast
import collections
import dataclasses
import enum
import math
import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from backproof.wire import values
from backproof.wire.frames import PREFIX_SIZE, decode, encode, split_prefix
from backproof.wire.records import Record, make_member, make_named_record, make_record
from backproof.wire.values import Ref, WireError, clean_text

ROOT = Path(__file__).resolve().parents[2]
DTYPES = ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"]
SHAPES = array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3)


def crossed(value, replace=None):
    """Encode and decode a value."""
    frame = encode(value, replace)
    header, payload = split_prefix(frame[:PREFIX_SIZE])
    assert len(frame) == PREFIX_SIZE + header + payload
    start = PREFIX_SIZE + header
    return decode(frame[PREFIX_SIZE:start], memoryview(frame)[start:])


def fingerprint(value):
    """Return a form of a value that differs for any other value: exact types and bits."""
    match value:
        case np.ndarray() | np.generic():
            return type(value), value.dtype.str, value.shape, value.tobytes()
        case float():
            return float, struct.pack("d", value)
        case complex():
            return complex, struct.pack("dd", value.real, value.imag)
        case list() | tuple():
            return type(value), tuple(fingerprint(item) for item in value)
        case dict():
            return dict, [(fingerprint(k), fingerprint(v)) for k, v in value.items()]
        case set() | frozenset():
            return type(value), {fingerprint(item) for item in value}
        case Record():
            parts = [fingerprint(part) for part in value._values]
            return Record, type(value).__name__, value._names, parts
        case Ref():
            return Ref, value.number, value.kind, fingerprint(value.value)
    return type(value), value


@st.composite
def arrays(draw, shapes=SHAPES):
    """Draw arrays of all dtypes with any bits, including NaNs with a payload."""
    dtype, shape = np.dtype(draw(st.sampled_from(DTYPES))), draw(shapes)
    size = math.prod(shape) * dtype.itemsize
    data = np.frombuffer(draw(st.binary(min_size=size, max_size=size)), "u1")
    return (data & 1 if dtype.kind == "b" else data).view(dtype).reshape(shape)


TEXTS = st.text(st.characters(codec=None), max_size=30)
INTEGERS = st.integers(-(2**100), 2**100)
FLOATS = st.floats() | st.binary(min_size=8, max_size=8).map(lambda b: struct.unpack("d", b)[0])
SCALARS = arrays(st.just(())).map(lambda array: array[()])
LEAVES = st.one_of(
    *(st.none(), st.booleans(), INTEGERS, FLOATS, st.builds(complex, FLOATS, FLOATS), TEXTS),
    *(SCALARS, st.binary(max_size=9)),
)
KEYS = st.one_of(st.none(), INTEGERS, TEXTS, st.binary(max_size=9), st.tuples(TEXTS, INTEGERS))
NAMES = st.from_regex(r"[\w.]{0,80}", fullmatch=True)


def containers(items):
    """Draw lists, tuples, sets, dicts, records and references around given values."""
    keyed = st.dictionaries(KEYS, items, max_size=4)
    referred = st.builds(Ref, st.integers(0, 2**31 - 1), NAMES, items)
    sequences = st.lists(items, max_size=4)
    sets = st.sets(KEYS, max_size=4)
    make = st.sampled_from([make_record, make_named_record])
    recorded = st.builds(lambda make, *parts: make("P", "xy", parts), make, items, items)
    return st.one_of(
        *(sequences, sequences.map(tuple), keyed, referred, sets, sets.map(frozenset), recorded)
    )


VALUES = st.recursive(LEAVES | arrays(), containers, max_leaves=12)


@given(VALUES)
def test_every_value_crosses_unchanged(value):
    """A difference in the last bit could change a verdict."""
    assert fingerprint(crossed(value)) == fingerprint(value)


@given(VALUES)
def test_replacing_nothing_changes_nothing(value):
    """The digests of replies assume that equal values give equal frames."""
    assert encode(value, lambda value: value) == encode(value)


class Colour(enum.IntEnum):
    """A subclass of int."""

    RED = 3


class Pair(NamedTuple):
    """A subclass of tuple."""

    left: int
    right: int


@dataclasses.dataclass
class Point:
    """A class with fields."""

    x: int
    y: list


class Endless(list):
    """A list that claims to go on forever."""

    def __iter__(self):
        return iter(int, 1)


class Masked(float):
    """A float that claims another class."""

    __class__ = list


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Pair(1, 2), make_named_record("Pair", ("left", "right"), (1, 2))),
        (Point(1, [2]), make_record("Point", ("x", "y"), (1, [2]))),
        (bytearray(b"ab"), b"ab"),
        (np.bytes_(b"ab"), b"ab"),
        (collections.Counter("aab"), {"a": 2, "b": 1}),
        (Endless([1]), [1]),
        (collections.OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (Colour.RED, make_member("Colour", "RED", 3, "int")),
        ({np.str_("k"): 2}, {"k": 2}),
        (np.str_("tanh"), "tanh"),
        (type("F", (float,), {})(0.5), 0.5),
        (Masked(0.5), 0.5),
        (np.longlong(5), np.int64(5)),
        (np.array([[1.0, 2.0]]).view(np.matrix), np.array([[1.0, 2.0]])),
        (np.array([1.0, 2.0], dtype=">f8"), np.array([1.0, 2.0])),
        (np.zeros(2, np.dtype("f8", metadata={"unit": "m"})), np.zeros(2)),
        (np.arange(12.0).reshape(3, 4).T[::2], np.array([[0.0, 4.0, 8.0], [2.0, 6.0, 10.0]])),
        (np.asfortranarray([[1, 2], [3, 4]]), np.array([[1, 2], [3, 4]])),
        (np.broadcast_to(np.float32(2), (2, 2)), np.full((2, 2), 2, "f4")),
        (np.array([0, 1, 2, 255], "u1").view(bool), np.array([False, True, True, True])),
        (np.zeros((1,) * 8), np.zeros((1,) * 8)),
    ],
    ids=str,
)
def test_subclasses_and_other_layouts_cross_as_the_plain_thing(value, plain):
    """Students return named tuples, matrices and big-endian arrays."""
    assert fingerprint(crossed(value)) == fingerprint(plain)


def test_arrays_that_cross_are_ones_own():
    """A property may write into an array, which must not change another one."""
    array = crossed(np.arange(6.0).reshape(2, 3))
    array[0, 0] = 7.0
    assert type(array) is np.ndarray
    assert array.flags.owndata
    assert array.flags.c_contiguous


def nested(depth):
    """Return lists nested so deeply."""
    return [nested(depth - 1)] if depth > 1 else []


def referred(depth):
    """Return references nested so deeply."""
    return Ref(depth, "", referred(depth - 1) if depth > 1 else 0.5)


def ascii_id(value):
    """Return a short name for a value."""
    return ascii(value)[:24]


ENDS = {"a": [0] * (values.MAX_NODES - 3)}
CYCLE = []
CYCLE.append(CYCLE)


@pytest.mark.parametrize(
    "value",
    [
        *(nested(12), referred(12), ENDS, "é" * 1024, "é" * 1025, "a" * 2048, "a" * 2049),
        *(np.zeros(2**23), 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**4096 - 1, 1 - 2**4096),
        *("\ud800", "\x1b[31m\r", "\u202e", "\n\t", "", b"", set(), np.array(["", "ab"])),
    ],
    ids=ascii_id,
)
def test_values_at_a_limit_cross(value):
    """A limit that is off by one would refuse valid values."""
    assert fingerprint(crossed(value)) == fingerprint(value)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (nested(13), "nested over 12 deep"),
        (referred(13), "nested over 12 deep"),
        (CYCLE, "nested over 12 deep"),
        ([ENDS], "over 20000 values"),
        ([[["ab" * 400] * 40] * 40], "header has"),
        (2**4096, "4096 bits"),
        (-(2**4096), "4096 bits"),
        ({object()}, "type object"),
        ({(1, object()): 1}, "type object"),
        (range(3), "type range"),
        (np.zeros(2**23 + 1), "too large"),
        ([np.zeros(2**22), np.zeros(2**22), 0.5], "over 67108864 bytes"),
        (np.broadcast_to(0.0, (2**28, 2**28)), "too large"),
        (np.empty((0, 2**40)), "too large"),
        (np.zeros((1,) * 9), "over 8 dimensions"),
        (np.array([object()]), "dtype object"),
        (np.array(["text"], np.dtypes.StringDType()), "dtype StringDType"),
        (np.array([1], "m8[s]"), "dtype timedelta64"),
        (np.zeros(1, [("a", "f8")]), "dtype void"),
        (np.zeros(1, np.longdouble), "dtype"),
        (np.datetime64("2020-01-01"), "dtype datetime64"),
        (type("N\x1b[31m", (), {})(), r"type N__31m cannot"),
        (Ref(-1), "number of a reference"),
        (Ref(2**31), "number of a reference"),
        (Ref(True), "number of a reference"),
        (Ref(0, value=object()), "type object"),
    ],
    ids=lambda x: x if isinstance(x, str) and len(x) < 40 and x.isprintable() else "",
)
def test_what_cannot_cross_is_refused(value, words):
    """The message names a type or a limit, so that the student can act on it."""
    with pytest.raises(WireError, match=words):
        encode(value)


def test_a_reference_stands_for_what_cannot_cross():
    """Objects stay in their process and only their numeric value crosses."""
    asked = []

    def replace(value):
        asked.append(type(value))
        return Ref(7, "Ten\x1bsor", np.ones(2)) if isinstance(value, range) else value

    value = crossed({"a": [range(3), None, 1, 0.5, "text", True], "b": (np.zeros(1),)}, replace)
    assert fingerprint(value["a"][0]) == fingerprint(Ref(7, "Ten_sor", np.ones(2)))
    assert asked == [dict, list, range, tuple, np.ndarray]


def test_a_replacement_is_not_replaced_again():
    """A reference that holds an array would otherwise be replaced without end."""
    seen = crossed([np.zeros(2)], lambda v: Ref(1, "", v) if isinstance(v, np.ndarray) else v)
    assert fingerprint(seen) == fingerprint([Ref(1, "", np.zeros(2))])


def test_references_are_equal_by_number_and_kind():
    """References are looked up, and arrays cannot be compared for that."""
    assert {Ref(1, "a", np.zeros(2)): 5}[Ref(1, "a", np.ones(3))] == 5
    assert Ref(1, "a") != Ref(2, "a")


def test_members_of_an_enum_keep_their_name_and_value():
    """A property reads both, and an integer among them is still one."""
    member = crossed(Colour.RED)
    assert (member.name, member.value, member + 1, str(member)) == ("RED", 3, 4, "3")
    assert repr(member) == "<Colour.RED: 3>"


def test_a_set_is_encoded_in_one_order():
    """Digests of replies assume that equal values give equal frames, in any process."""
    assert encode({f"{n}" for n in range(50)}) == encode({f"{n}" for n in reversed(range(50))})


@given(st.text(st.characters(codec=None), max_size=60))
def test_cleaned_text_crosses_unchanged(text):
    """Messages are cleaned before they are sent and must not be refused then."""
    cleaned = clean_text(text)
    assert crossed(cleaned) == cleaned
    assert clean_text(cleaned) == cleaned


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("σ(z)\n\t= ½", "σ(z)\n\t= ½"),
        ("\x1b[31mred\x1b[0m\r\n", "[31mred[0m\n"),
        ("a\x9b2Jb\x7f\x00", "a2Jb"),
        ("a\u202eb\u2066c\u200fd\u2028e", "abcde"),
        ("a\ud800b", "a?b"),
        ("é" * 1500, "é" * 1024),
        ("a" + "é" * 1500, "a" + "é" * 1023),
        ("x" * 10**7, "x" * 2048),
        ("\x00" * 8 * 2048 + "beyond", ""),
    ],
    ids=lambda text: ascii(text[:8]),
)
def test_text_is_cleaned(text, cleaned):
    """Text of a submission must not control the instructor's terminal."""
    assert clean_text(text) == cleaned


PICKLERS = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
SOURCES = [*ROOT.glob("backproof/**/*.py"), *ROOT.glob("properties/**/*.py")]


def picklers(source):
    """Return the modules that a source imports which can run code while they read data."""
    nodes = list(ast.walk(ast.parse(source)))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return PICKLERS & {name.split(".")[0] for name in names}


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_is_pickled(file):
    """Reading pickled data from a worker would run a student's code in the grader."""
    assert not picklers(file.read_text("utf-8"))


@pytest.mark.parametrize(
    "source", ["import os, pickle as p", "def f():\n from joblib.externals import x"]
)
def test_pickling_would_be_noticed(source):
    """The check must find imports inside functions and under other names."""
    assert picklers(source)

"""Decoding of arbitrary bytes ends with a value or a ``WireError``, soon and in little memory."""

import contextlib
import json
import os
import random
import signal
import struct
import subprocess
import sys
import threading
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from backproof.wire import frames, values
from backproof.wire.frames import PREFIX_SIZE, decode, encode, read_frame, split_prefix, write_frame
from backproof.wire.values import Ref, WireError

ROOT = Path(__file__).resolve().parents[2]
F8 = struct.pack("<d", 0.5)
MANY = frames.MAX_HEADER // 2


@pytest.mark.parametrize(
    ("header", "payload", "words"),
    [
        (b"", b"", "not valid JSON"),
        (b"\xff", b"", "not valid JSON"),
        (b"\xef\xbb\xbf1", b"", "not valid JSON"),
        (b'"\x1b"', b"", "not valid JSON"),
        (b'["l",', b"", "not valid JSON"),
        (b"9" * 5000, b"", "not valid JSON"),
        (b"[" * MANY * 2, b"", "too deeply"),
        (b"[" * MANY + b"]" * MANY, b"", "too deeply"),
        (b'["l",' * 13 + b"1" + b"]" * 13, b"", "over 12 deep"),
        (b'["r",0,"",' * 13 + b"1" + b"]" * 13, b"", "over 12 deep"),
        (b'["l"' + b',["l"]' * 20_000 + b"]", b"", "over 20000 values"),
        (b'["d"' + b',"k",1' * 10_000 + b"]", b"", "over 20000 values"),
        (b"1" + b" " * frames.MAX_HEADER, b"", "header has"),
        (b'["a","b1",67108865]', bytes(2**26 + 1), "payload has"),
        (b"1 ", b"", "goes on"),
        (b"1", b"\0", "goes on"),
        (b"0.5", b"", "not an integer"),
        (b"NaN", b"", "not an integer"),
        (b'["l",-Infinity]', b"", "not an integer"),
        (b"9223372036854775808", b"", "64 bits"),
        (b'{"a":1}', b"", "JSON object"),
        (b'["l",{}]', b"", "JSON object"),
        (b"[]", b"", "no known tag"),
        (b'["y"]', b"", "no known tag"),
        (b'["x"]', b"", "no length"),
        (b'["x",-1]', b"", "no length"),
        (b'["x",true]', b"a", "no length"),
        (b'["x",2]', b"a", "ends too early"),
        (b'["x",1]', b"\xff", "not UTF-8"),
        (b'["b",1e3]', b"", "not an integer"),
        (b'["i"]', b"", "no digits"),
        (b'["i","0x1"]', b"", "no digits"),
        (b'["i","' + b"f" * 1025 + b'"]', b"", "too many"),
        (b'["S",["l"]]', b"", "cannot be in one"),
        (b'["F",["d"]]', b"", "cannot be in one"),
        (b'["S",1,true]', b"", "same entry twice"),
        (b'["o","P",0]', b"", "fields with names"),
        (b'["o","P",1,"x"]', b"", "fields with names"),
        (b'["o","P",1,"__class__",1]', b"", "fields with names"),
        (b'["n","P",2,"x","x",1,2]', b"", "fields with names"),
        (b'["n","a b",1,"x",1]', b"", "fields with names"),
        (b'["n","P",true,"x",1]', b"", "fields with names"),
        (b'["e","P","int","x","1"]', b"", "another form"),
        (b'["e","P","list","x",1]', b"", "another form"),
        (b'["e","P","","x",["l"]]', b"", "with parts"),
        (b'["e","P","",1,1]', b"", "no name"),
        (b"[1]", b"", "no known tag"),
        (b'[["l"]]', b"", "no known tag"),
        (b'"\\ud800"', b"", "surrogate"),
        (b'["d","\\udc00",1]', b"", "surrogate"),
        (b'"' + b"a" * 2049 + b'"', b"", "longer than 2048"),
        (b'"' + "é".encode() * 1025 + b'"', b"", "longer than 2048"),
        (b'["d","a"]', b"", "key without a value"),
        (b'["d","a",1,"b",2,"a",3]', b"", "same key twice"),
        (b'["d",1,1,1,2]', b"", "same key twice"),
        (b'["d",["l"],1]', b"", "cannot be one"),
        (b'["d","\\u001b",1,"",1]', b"", "same key twice"),
        (b'["d",9223372036854775808,1]', b"", "64 bits"),
        (b'["f"]', F8[:7], "ends too early"),
        (b'["f",1]', F8, "too many parts"),
        (b'["c"]', F8, "ends too early"),
        (b'["c",1]', F8 * 2, "too many parts"),
        (b'["s"]', F8, "too many parts or too few"),
        (b'["s","f8",1]', F8, "too many parts"),
        (b'["s","b1"]', b"\2", "neither 0 nor 1"),
        (b'["a"]', F8, "no known dtype"),
        (b'["a","O",1]', F8, "no known dtype"),
        (b'["a",">f8",1]', F8, "no known dtype"),
        (b'["a","U0",1]', F8, "no known dtype"),
        (b'["a","U-1",1]', F8, "no known dtype"),
        (b'["a","U99999",1]', F8, "no known dtype"),
        (b'["a","U1",1]', b"\xff" * 4, "no such character"),
        (b'["a","M8[s]",1]', F8, "no known dtype"),
        (b'["a",["f8"],1]', F8, "no known dtype"),
        (b'["a",8,1]', F8, "no known dtype"),
        (b'["a","f8",-1]', b"", "not made of integers"),
        (b'["a","f8",true]', F8, "not made of integers"),
        (b'["a","f8","1"]', F8, "not made of integers"),
        (b'["a","f8",[1]]', F8, "not made of integers"),
        (b'["a","f8",1.0]', F8, "not an integer"),
        (b'["a","f8",1,1,1,1,1,1,1,1,1]', F8, "over 8 dimensions"),
        (b'["a","f8",2]', F8, "ends too early"),
        (b'["a","f8",0]', F8, "goes on"),
        (b'["l",["a","f8",1],["a","f8",1]]', F8, "ends too early"),
        (b'["a","f8",4294967296,4294967296]', b"", "too large"),
        (b'["a","f8",2305843009213693952]', b"", "too large"),
        (b'["a","f8",18446744073709551617]', F8, "too large"),
        (b'["a","f8",0,1099511627776]', b"", "too large"),
        (b'["a","b1",2]', b"\1\2", "neither 0 nor 1"),
        (b'["r",0,""]', b"", "a number, a name and a value"),
        (b'["r",0,1,null]', b"", "a number, a name and a value"),
        (b'["r",0,"a b",null]', b"", "a number, a name and a value"),
        (b'["r",0,"' + b"a" * 81 + b'",null]', b"", "a number, a name and a value"),
        (b'["r",-1,"",null]', b"", "number of a reference"),
        (b'["r",2147483648,"",null]', b"", "number of a reference"),
        (b'["r",true,"",null]', b"", "number of a reference"),
    ],
    ids=lambda part: ascii(part[:24]),
)
def test_each_rule_is_enforced(header, payload, words):
    """A rule that is not enforced is a way into the grader's memory."""
    with pytest.raises(WireError, match=words) as refusal:
        decode(header, payload)
    assert len(str(refusal.value)) < 100


def test_text_is_cleaned_on_arrival():
    """A worker may send text that its own side did not clean."""
    assert decode(b'"a\\u001b[2J\\n\\u202eb\\u009b"', b"") == "a[2J\nb"


@pytest.mark.parametrize(
    "prefix",
    [
        struct.pack("<IQ", 2**32 - 1, 0),
        struct.pack("<IQ", frames.MAX_HEADER + 1, 0),
        struct.pack("<IQ", 1, 2**32),
        struct.pack("<IQ", 1, 2**64 - 1),
        struct.pack("<IQ", 1, values.MAX_PAYLOAD + 1),
        struct.pack("<IQ", 1, 1)[:-1],
        struct.pack("<IQ", 1, 1) + b"\0",
    ],
    ids=bytes.hex,
)
def test_absurd_lengths_are_refused_before_anything_is_read(prefix):
    """Waiting for 4 GiB would block the grader."""
    with pytest.raises(WireError):
        split_prefix(prefix)


def filled(pattern):
    """Repeat a pattern inside a list until the header is full."""
    count = (frames.MAX_HEADER - 6) // (len(pattern) + 1)
    return b'["l"' + (b"," + pattern) * count + b"]"


@pytest.mark.parametrize(
    "header",
    [
        *map(filled, [b"[]", b"{}", b'["l"]', b'["a","f8",0]', b'["d","",1]', b'["r",0,"",1]']),
        *map(filled, [b"9" * 4000, b'"\\u00e9"', b'"' + b"a" * 2000 + b'"', b'[[[[["x"]]]]]']),
        b"[" * frames.MAX_HEADER,
        b'{"":' * (frames.MAX_HEADER // 4),
        b'"' + b"\\n" * (MANY - 1) + b'"',
    ],
    ids=lambda header: ascii(header[:16]),
)
def test_the_worst_headers_need_little_memory(header):
    """A header of 256 KiB must not make the parser use gigabytes."""
    tracemalloc.start()
    with contextlib.suppress(WireError):
        decode(header, b"")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * 2**20


@pytest.fixture
def pipe():
    """Open a pipe and close both ends after the test."""
    ends = os.pipe()
    with open(ends[0], "rb", buffering=0) as reader, open(ends[1], "wb", buffering=0) as writer:
        yield reader, writer


CALL = {"op": "call", "args": [np.arange(40.0).reshape(8, 5), "tanh", 0.1], "id": 1}


def test_frames_are_read_one_by_one_from_a_pipe(pipe):
    """The end of a pipe between frames is a regular end, not an error."""
    reader, writer = pipe
    write_frame(writer.fileno(), encode([1, np.ones(3)]))
    assert repr(read_frame(reader.fileno())) == "[1, array([1., 1., 1.])]"
    write_frame(writer.fileno(), encode("two"))
    assert read_frame(reader.fileno()) == "two"
    writer.close()
    with pytest.raises(EOFError):
        read_frame(reader.fileno())


@pytest.mark.parametrize("more", [b"\0", encode("two")], ids=["a byte", "a frame"])
def test_what_comes_along_with_a_frame_is_refused(pipe, more):
    """Only one request is open at a time, so a second frame breaks the protocol."""
    reader, writer = pipe
    writer.write(encode(CALL) + more)
    with pytest.raises(WireError, match="more than one frame"):
        read_frame(reader.fileno())


def test_a_frame_may_come_in_drops_between_signals(pipe):
    """Time limits interrupt reads, which must not lose bytes."""
    reader, writer = pipe
    frame, main = encode(CALL), threading.get_ident()

    def drip():
        for byte in frame:
            signal.pthread_kill(main, signal.SIGUSR1)
            writer.write(bytes([byte]))

    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    thread = threading.Thread(target=drip)
    try:
        thread.start()
        assert encode(read_frame(reader.fileno())) == frame
        thread.join()
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_a_large_frame_passes_a_small_pipe(pipe, monkeypatch):
    """The system accepts a part of a frame that exceeds the pipe's capacity."""
    reader, writer = pipe
    frame, write = encode(np.arange(500_000.0)), os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:50_001]))
    thread = threading.Thread(target=write_frame, args=(writer.fileno(), frame))
    thread.start()
    assert encode(read_frame(reader.fileno())) == frame
    thread.join()


@pytest.mark.parametrize("length", [1, PREFIX_SIZE - 1, PREFIX_SIZE, PREFIX_SIZE + 1, -1])
def test_a_frame_that_stops_in_the_middle_is_refused(pipe, length):
    """Half a frame is an error, unlike an end between frames."""
    reader, writer = pipe
    writer.write(encode(CALL)[:length])
    writer.close()
    with pytest.raises(WireError):
        read_frame(reader.fileno())


def test_a_frame_that_only_promises_takes_no_memory(pipe):
    """64 MiB that are announced must not be allocated before they come."""
    reader, writer = pipe
    writer.write(struct.pack("<IQ", 5, values.MAX_PAYLOAD) + b"[")
    writer.close()
    tracemalloc.start()
    with pytest.raises(WireError, match="ends after 1 of"):
        read_frame(reader.fileno())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * 2**20


TOKENS = [
    *(b"[", b"]", b"[]", b"{}", b",", b'"', b"null", b"true", b"-1", b"0.5", b"1e9", b"NaN"),
    *(b"4294967296", b"18446744073709551617", b'"f8"', b'"O"', b'"b1"', b"\\ud800", b"\\u001b"),
    *(b'["l",', b'["d",', b'["a","f8",', b'["r",', b'["f"]', b"\xff", b"\x00", "σ".encode()),
]
SEEDLINGS = [
    CALL,
    {"ok": True, "value": (np.ones((8, 4)), np.float32(2), 1 + 2j, None), "σ": -0.0},
    [Ref(3, "Tensor", np.array([True, False])), {1: [], -5: "é\n"}, np.zeros((0, 3), "i2")],
    [[[[[[[[[[[[np.array(7, "u8")]]]]]]]]]]]],
]


def mutated(rng, data):
    """Flip, insert, delete, repeat or cut off bytes a few times."""
    for _ in range(rng.choice([1, 1, 1, 2, 3, 8])):
        start = rng.randrange(len(data) + 1)
        stop = min(len(data), start + rng.choice([1, 1, 2, 4, 16]))
        piece = data[start:stop]
        piece = rng.choice(
            [
                bytes(byte ^ (1 << rng.randrange(8)) for byte in piece),
                rng.choice(TOKENS),
                piece + rng.choice(TOKENS),
                b"",
                piece * rng.randrange(2, 5),
                rng.randbytes(len(piece)),
            ]
        )
        data = data[:start] + piece + data[stop:]
    return data[: rng.randrange(len(data) + 1)] if rng.random() < 0.05 else data


def tree(rng, depth):
    """Generate JSON that resembles a header: mostly known tags."""
    tag = rng.choice(["a", "a", "c", "d", "d", "f", "f", "l", "l", "l", "r", "s", "t", "x", 1])
    if depth == 0 or rng.random() < 0.3:
        return rng.choice([None, True, 0, 1, -1, 2**31, 2**63, "", "f8", "k", ["f"], {}, 0.5])
    if tag in ("a", "s"):
        dims = [rng.choice([0, 1, 2, 3, 3, 2**32, -1]) for _ in range(rng.randrange(3))]
        return [tag, rng.choice(["f8", "f4", "b1", "i2", "O"]), *dims]
    items = [tree(rng, depth - 1) for _ in range(rng.randrange(5))]
    keyed = [part for number, item in enumerate(items) for part in (f"k{number}", item)]
    return [tag, *(keyed if tag == "d" and rng.random() < 0.8 else items)]


def grafted(rng, header):
    """Replace, insert or delete one node of a header; the result is JSON."""
    node = root = json.loads(header)
    while rng.random() < 0.7 and (inner := [item for item in node if isinstance(item, list)]):
        node = rng.choice(inner)
    start = rng.randrange(len(node))
    node[start : start + rng.randrange(2)] = rng.choice([[], [tree(rng, 2)], [rng.choice(node)]])
    return json.dumps(root, ensure_ascii=rng.random() < 0.5).encode()


def joined(header, payload):
    """Return a frame whose lengths are right."""
    return struct.pack("<IQ", len(header), len(payload)) + header + payload


def frames(seed, count):
    """Generate frames: mutated ones, grafted headers, mutated payloads, generated headers."""
    rng = random.Random(seed)
    whole = [encode(value) for value in SEEDLINGS]
    for number in range(count):
        frame = rng.choice(whole)
        size = PREFIX_SIZE + struct.unpack_from("<I", frame)[0]
        header, payload = frame[PREFIX_SIZE:size], frame[size:]
        match number % 5:
            case 0:
                yield mutated(rng, frame)
            case 1:
                yield joined(mutated(rng, header), payload)
            case 2:
                yield joined(grafted(rng, header), payload)
            case 3:
                yield joined(header, mutated(rng, payload))
            case 4:
                zeros = bytes(rng.choice([0, 0, 8, 8, 16, 24, rng.randrange(64)]))
                yield joined(json.dumps(tree(rng, rng.randrange(1, 6))).encode(), zeros)


def bombard(seed, count):
    """Decode frames under a limit of memory; print how many were accepted and the memory used."""
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + 2**28
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    accepted = 0
    for frame in frames(seed, count):
        try:
            header, _ = split_prefix(frame[:PREFIX_SIZE])
            body = memoryview(frame)[PREFIX_SIZE:]
            value = decode(body[:header], body[header:])
        except WireError:
            continue
        accepted += 1
        again = encode(value)  # every accepted value is one that could have been sent
        size = PREFIX_SIZE + split_prefix(again[:PREFIX_SIZE])[0]
        assert encode(decode(again[PREFIX_SIZE:size], again[size:])) == again
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps({"accepted": accepted, "grown": grown}))


@pytest.mark.skipif(sys.platform != "linux", reason="its memory is read and limited as on Linux")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_broken_frames_raise_nothing_but_wire_errors(seed):
    """Any other exception would be reported as a fault of the grader."""
    process = subprocess.run(
        [sys.executable, "-c", f"from tests.wire import test_fuzz as t; t.bombard({seed}, 40_000)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    assert process.returncode == 0, process.stderr
    found = json.loads(process.stdout)
    assert (
        2_000 < found["accepted"] < 20_000
    )  # otherwise the frames are mutated too much, or too little
    assert found["grown"] < 16 * 1024

"""Smallest cases that run once more in a process of their own."""

import os
import select

import pytest

from backproof.counterexample.alone import KEPT, UNSEEDED, notes_of, run_unconfined
from backproof.student_code.source import Source

CODE = """
import numpy as np
count = [0]

def right(x):
    count[0] += 1
    return x if count[0] > 1 else x + 1

def drawn():
    return np.random.default_rng().random()

def crash():
    import os
    os._exit(1)
"""
FILES = {"layers.py": Source(CODE, "layers.py")}


def notes(cases, seconds=60.0):
    """Return the notes on cases that run without confinement."""
    return notes_of(cases, lambda told: run_unconfined(told, FILES, ["layers"], None, seconds))


def case(expression, said):
    """Return a case that prints an expression."""
    return f"import layers\nprint({expression})  # {said}"


def test_a_case_that_needs_what_ran_before_is_told():
    """A student looks for the mistake in the shown calls, where it is not."""
    cases = [
        case("layers.right(1)", "1, required 2"),
        case("layers.right(1)", "2, required 1"),
        case("layers.drawn()", "0.5, required 1"),
        case("layers.right(1)", "as it is after the call"),
        case("layers.missing(1)", "1, required 2"),
    ]
    assert notes(cases) == [KEPT, "", UNSEEDED, "", ""]


@pytest.mark.parametrize("said", ["(3,), required (2,)", "NaN (not a number), required 1"])
def test_shapes_and_nan_are_recognised(said):
    """They are no numbers that could be compared."""
    shown = "(3,)" if "(3,)" in said else "float('nan')"
    assert notes([case(shown, said)]) == [""]


def test_a_process_that_ends_says_nothing():
    """Nothing is said that is not certain."""
    assert notes([case("layers.crash()", "1, required 2")]) == [""]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe with a name")
def test_a_process_that_hangs_says_nothing_and_is_ended(tmp_path):
    """The check ends in time, and leaves nothing behind that uses a processor."""
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    begin = f"pipe = open({str(tmp_path / 'pipe')!r}, 'wb', 0)\npipe.write(b'!')"
    endless = f"{begin}\nwhile True: pass\nprint(1)  # 1, required 2"
    assert notes([endless], 2.0) == [""]
    # The pipe ends with the last process that has opened it.
    while select.select([reader], [], [], 60.0)[0] and os.read(reader, 1):
        pass
    assert os.read(reader, 1) == b""
    os.close(reader)

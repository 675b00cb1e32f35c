"""Ctrl-C stops a run also where Python would lose it."""

import gc
import signal

import pytest

from backproof.processes.interrupts import kept_ctrl_c


def press_ctrl_c(_phase, _info):
    """Stand for an instructor who presses Ctrl-C while the garbage collector runs."""
    gc.callbacks.remove(press_ctrl_c)
    signal.raise_signal(signal.SIGINT)


def test_ctrl_c_stops_as_usual():
    """A program that computes must stop at once, not when it asks for the next time."""
    with pytest.raises(KeyboardInterrupt), kept_ctrl_c():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_ctrl_c_during_garbage_collection_is_raised_later():
    """Python prints and forgets it there, and a class run would grade on for an hour."""
    gc.callbacks.append(press_ctrl_c)
    with kept_ctrl_c() as check:
        gc.collect()
        with pytest.raises(KeyboardInterrupt):
            check()


def test_without_ctrl_c_nothing_is_raised():
    """The check is made once a second in every class run."""
    with kept_ctrl_c() as check:
        check()


def test_an_ignored_ctrl_c_stays_ignored():
    """A run in the background of a shell must not be stopped by the Ctrl-C of another program."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with kept_ctrl_c() as check:
            signal.raise_signal(signal.SIGINT)
            check()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)

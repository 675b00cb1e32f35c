"""Forked processes: messages, exit codes, and Ctrl-C while one is forked."""

import os
import signal

import pytest

from backproof.processes.forked import ForkedProcess

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def test_messages_go_both_ways():
    """A grader gets its submission and returns its result this way, whatever the names in it."""
    forked = ForkedProcess(lambda parent: parent.send({"double": 2 * parent.receive()["number"]}))
    forked.connection.send({"number": 21, "name": os.fsdecode(b"\xe9")})
    assert forked.connection.receive() == {"double": 42}
    assert forked.exit_code == 0
    forked.close()


def test_a_process_that_ends_is_noticed():
    """A crash must not look like a grader that is still at work."""
    forked = ForkedProcess(lambda _parent: os.kill(os.getpid(), signal.SIGSEGV))
    with pytest.raises(OSError, match="has ended"):
        forked.connection.receive()
    assert forked.exit_code == -signal.SIGSEGV
    assert forked.close().code == -signal.SIGSEGV


def test_ctrl_c_during_a_fork_comes_after_it(monkeypatch):
    """Functions that Python calls at a fork lose the exception, and the run would continue."""
    pids, fork = [], os.fork

    def interrupted_fork():
        signal.raise_signal(signal.SIGINT)
        pids.append(fork())
        return pids[-1]

    monkeypatch.setattr(os, "fork", interrupted_fork)
    with pytest.raises(KeyboardInterrupt):
        ForkedProcess(lambda parent: parent.receive())
    os.kill(pids[0], signal.SIGKILL)
    os.waitpid(pids[0], 0)


def test_a_fork_ignores_ctrl_c():
    """Its parent decides when it ends, so that a result that is being written is kept."""
    forked = ForkedProcess(lambda parent: parent.send(parent.receive()))
    forked.connection.send({"word": "kept"})
    os.kill(forked._pid, signal.SIGINT)
    assert forked.connection.receive() == {"word": "kept"}
    forked.close()

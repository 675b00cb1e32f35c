"""Confinement of the processes that run student code: layer on layer, each for good.

The grader makes a ``plan``; the process that workers are forked from may ``isolate`` itself;
each worker calls ``confine`` before it sees anything of a student's. What came of it is said
layer by layer, and a disposable worker can find out what holds (``probes``). Linux only:
elsewhere every layer is reported as off.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable

from backproof.sandbox import landlock, namespaces, seccomp, syscalls
from backproof.sandbox.plan import LAYERS, Plan

if sys.platform != "win32":
    import resource


def prepare(plan: Plan) -> int | None:
    """Make a plan's Landlock rule set once, for all workers that are forked afterwards.

    Returns:
        The descriptor for ``confine``; None where the plan has no Landlock, or it fails here.

    """
    if "landlock" not in plan.layers:
        return None
    try:
        return landlock.prepare(plan.readable)
    except OSError:
        return None


def undumpable() -> str:
    """Keep other processes of the same user from looking into this one.

    Returns:
        "on", or "off: " and why.

    """
    if sys.platform != "linux":
        return f"off: not available on {sys.platform}"
    return _outcome(lambda: syscalls.set_dumpable(False))


def die_with_parent() -> None:
    """End this process when its parent ends; where that cannot be asked for, do nothing."""
    if sys.platform == "linux":
        syscalls.set_death_signal(signal.SIGKILL)


def isolate(plan: Plan) -> str:
    """Move what is forked from here on into namespaces without network, peers or processes.

    The next child is the first process there, and when it ends the others are ended. This
    process must have one thread only. Where namespaces are not allowed nothing is changed.

    Returns:
        "on", or "off: " and why.

    """
    if "namespaces" not in plan.layers or sys.platform != "linux":
        return _left_out(plan, "namespaces")
    if not syscalls.has_capability(syscalls.CAP_SYS_ADMIN):
        lost = "no users of their own" if plan.uid is not None else "no way to read the libraries"
        if plan.uid is not None or plan.search:
            return f"off: it takes a user namespace, in which workers would have {lost}"
    return _outcome(namespaces.enter)


def confine(plan: Plan, ruleset: int | None = None) -> dict[str, str]:
    """Put a plan's layers on this process, in an order in which each still can be put on.

    Args:
        plan: What to put on. With any layer, all capabilities are dropped too.
        ruleset: A descriptor that ``prepare`` gave; it is closed.

    Returns:
        For each layer but the namespaces "on", or "off: " and why.

    """
    report = {layer: _left_out(plan, layer) for layer in LAYERS if layer != "namespaces"}

    def put_on(layer: str, step: Callable[[], None]) -> None:
        if layer in plan.layers:
            report[layer] = _outcome(step)

    die_with_parent()
    if plan.layers and sys.platform == "linux":
        kept = syscalls.capabilities() & (plan.search << syscalls.CAP_DAC_READ_SEARCH)
        put_on("rlimits", lambda: _limit(plan))
        syscalls.drop_bounding_set()
        put_on("uid", lambda: _become(plan.uid))
        syscalls.set_capabilities(kept)
        put_on("undumpable", lambda: syscalls.set_dumpable(False))
        syscalls.set_no_new_privileges()
        put_on("landlock", lambda: _restrict(plan, ruleset))
        if report["landlock"] != "on":
            syscalls.set_capabilities(0)
        put_on("seccomp", seccomp.install)
    if ruleset is not None:
        os.close(ruleset)
    return report


def _limit(plan: Plan) -> None:
    limits = plan.limits
    wanted = {
        resource.RLIMIT_AS: (limits.memory_mb << 20,) * 2,
        # The first ends the process with a signal that tells why.
        resource.RLIMIT_CPU: (limits.cpu_seconds, limits.cpu_seconds + 1),
        resource.RLIMIT_NOFILE: (limits.open_files,) * 2,
        resource.RLIMIT_FSIZE: (limits.file_kb << 10,) * 2,
        resource.RLIMIT_CORE: (0, 0),
    }
    if "uid" in plan.layers:
        wanted[resource.RLIMIT_NPROC] = (limits.threads,) * 2
    for kind, values in wanted.items():
        most = resource.getrlimit(kind)[1]
        if most != resource.RLIM_INFINITY:
            values = min(values[0], most), min(values[1], most)
        resource.setrlimit(kind, values)


def _become(uid: int | None) -> None:
    if uid is None:
        raise OSError(errno.EINVAL, "the plan names no user")
    os.setgroups([])
    syscalls.keep_capabilities_with_next_user()
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    die_with_parent()  # again: a change of the user takes it back


def _restrict(plan: Plan, ruleset: int | None) -> None:
    if ruleset is not None:
        landlock.restrict(ruleset)
        return
    ruleset = landlock.prepare(plan.readable)
    try:
        landlock.restrict(ruleset)
    finally:
        os.close(ruleset)


def _left_out(plan: Plan, layer: str) -> str:
    return f"off: {plan.without.get(layer, 'not asked for')}"


def _outcome(step: Callable[[], None]) -> str:
    try:
        step()
    except OSError as error:
        return f"off: {error.strerror or error}"
    except ValueError as error:  # what the limits are refused with
        return f"off: {error}"
    return "on"

"""Confinement of the current process, in layers that cannot be removed again.

The grader makes a ``Plan``. The server that forks workers may ``isolate`` itself, and each worker
calls ``confine`` before it gets anything of a student's. Both report on each layer, and a
disposable worker tries what the layers stop (``escape_attempts``). On systems other than Linux
every layer is reported as off.
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
    """Create a plan's Landlock rule set once, for all workers that are forked later.

    Returns:
        The descriptor for ``confine``; None if the plan has no Landlock, or it fails here.

    """
    if "landlock" not in plan.layers:
        return None
    try:
        return landlock.prepare(plan.readable)
    except OSError:
        return None


def make_undumpable() -> str:
    """Keep other processes of the same user from reading this one's memory.

    Returns:
        "on", or "off: " and the reason.

    """
    if sys.platform != "linux":
        return f"off: not available on {sys.platform}"
    return _outcome(lambda: syscalls.set_dumpable(False))


def die_with_parent() -> None:
    """End this process when its parent ends; do nothing on systems other than Linux."""
    if sys.platform == "linux":
        syscalls.set_death_signal(signal.SIGKILL)


def isolate(plan: Plan) -> str:
    """Move processes that are forked later into namespaces without network or other processes.

    The next child is the first process there, and when it ends the others are ended. This process
    must have one thread only. Where namespaces are not allowed, nothing changes.

    Returns:
        "on", or "off: " and the reason.

    """
    if "namespaces" not in plan.layers or sys.platform != "linux":
        return _reason_off(plan, "namespaces")
    if not syscalls.has_capability(syscalls.CAP_SYS_ADMIN):
        lack = "no users of their own" if plan.uid is not None else "no way to read the libraries"
        if plan.uid is not None or plan.search:
            return f"off: it takes a user namespace, in which workers would have {lack}"
    return _outcome(namespaces.enter)


def confine(plan: Plan, ruleset: int | None = None) -> dict[str, str]:
    """Apply a plan's layers to this process, in an order in which none prevents a later one.

    Args:
        plan: The layers. With any of them, all capabilities are dropped too.
        ruleset: A descriptor from ``prepare``; it is closed.

    Returns:
        For each layer except the namespaces "on", or "off: " and the reason.

    """
    report = {layer: _reason_off(plan, layer) for layer in LAYERS if layer != "namespaces"}

    def apply(layer: str, step: Callable[[], None]) -> None:
        if layer in plan.layers:
            report[layer] = _outcome(step)

    die_with_parent()
    if plan.layers and sys.platform == "linux":
        kept = syscalls.capabilities() & (plan.search << syscalls.CAP_DAC_READ_SEARCH)
        apply("rlimits", lambda: _limit(plan))
        syscalls.drop_bounding_set()
        apply("uid", lambda: _become(plan.uid))
        syscalls.set_capabilities(kept)
        apply("undumpable", lambda: syscalls.set_dumpable(False))
        syscalls.set_no_new_privileges()
        apply("landlock", lambda: _restrict(plan, ruleset))
        if report["landlock"] != "on":
            syscalls.set_capabilities(0)
        apply("seccomp", seccomp.install)
    if ruleset is not None:
        os.close(ruleset)
    return report


def _limit(plan: Plan) -> None:
    limits = plan.limits
    values_of = {
        resource.RLIMIT_AS: (limits.memory_mb << 20,) * 2,
        # At the first, the kernel sends a signal of its own, which names the reason.
        resource.RLIMIT_CPU: (limits.cpu_seconds, limits.cpu_seconds + 1),
        resource.RLIMIT_NOFILE: (limits.open_files,) * 2,
        resource.RLIMIT_FSIZE: (limits.file_kb << 10,) * 2,
        resource.RLIMIT_CORE: (0, 0),
    }
    if "uid" in plan.layers:
        values_of[resource.RLIMIT_NPROC] = (limits.threads,) * 2
    for kind, values in values_of.items():
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            values = min(values[0], hard), min(values[1], hard)
        resource.setrlimit(kind, values)


def _become(uid: int | None) -> None:
    if uid is None:
        raise OSError(errno.EINVAL, "the plan names no user")
    os.setgroups([])
    syscalls.keep_capabilities_with_next_user()
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    die_with_parent()  # again, because a change of the user cancels it


def _restrict(plan: Plan, ruleset: int | None) -> None:
    if ruleset is not None:
        landlock.restrict(ruleset)
        return
    ruleset = landlock.prepare(plan.readable)
    try:
        landlock.restrict(ruleset)
    finally:
        os.close(ruleset)


def _reason_off(plan: Plan, layer: str) -> str:
    return f"off: {plan.without.get(layer, 'not asked for')}"


def _outcome(step: Callable[[], None]) -> str:
    try:
        step()
    except OSError as error:
        return f"off: {error.strerror or error}"
    except ValueError as error:  # raised for limits that are refused
        return f"off: {error}"
    return "on"

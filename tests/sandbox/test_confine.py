"""Layers of confinement: what each stops, and that the attack succeeds without it."""

import functools
import signal
import subprocess

import pytest

from backproof.sandbox import escape_attempts, landlock, plan, seccomp
from tests.support import confining, emulation

# One process tries all attacks once, and the tests share the outcomes.
pytestmark = [
    pytest.mark.skipif(
        landlock.version() == 0 or seccomp.available() is not None,
        reason="this kernel has no Landlock, or no seccomp",
    ),
]
needs_root = pytest.mark.skipif(
    emulation.reason_not_possible() is not None, reason=str(emulation.reason_not_possible())
)

PROBE = """
from backproof.sandbox import escape_attempts
result = escape_attempts.run_probes(targets)
"""
# The layers that stop an attack, each of them alone.
STOPPED_BY = {
    "read a file in a private folder": {"uid", "landlock"},
    "read a file that all can read": {"landlock"},
    "overwrite a file": {"rlimits", "landlock", "seccomp"},
    "change a file's mode": {"uid", "seccomp"},
    "create a file for all": {"landlock", "seccomp"},
    "create a file here": {"uid", "landlock", "seccomp"},
    "read the grader's environment": {"uid", "landlock", "undumpable"},
    "write the grader's memory": {"uid", "landlock", "seccomp", "undumpable"},
    "trace the grader": {"uid", "landlock", "seccomp", "namespaces", "undumpable"},
    "read the grader's memory": {"uid", "landlock", "seccomp", "namespaces", "undumpable"},
    "signal the grader": {"uid", "landlock", "seccomp", "namespaces"},
    "continue the grader": {"landlock", "seccomp", "namespaces"},
    "limit the grader": {"uid", "seccomp", "namespaces"},
    "connect by TCP": {"landlock", "seccomp", "namespaces"},
    "send by UDP": {"seccomp", "namespaces"},
    "connect by a Unix socket": {"landlock", "seccomp", "namespaces"},
    "start a process": {"seccomp"},
    "run a program": {"landlock", "seccomp"},
    "run a program from memory": {"rlimits", "seccomp"},
    "keep something in a keyring": {"seccomp"},
    "keep something in shared memory": {"seccomp"},
    "see that a hidden file exists": {"uid"},
}
ENVIRONMENTS = {
    "an unprivileged user": emulation.as_unprivileged,
    "root in a container": emulation.in_container,
    "another user in a container": functools.partial(emulation.in_container, unprivileged=True),
}


def all_but(layers):
    """Return the other layers."""
    return [layer for layer in plan.LAYERS if layer not in layers]


@pytest.fixture(scope="module")
def stopped():
    """Return the attacks that layers stop: each layer alone, and all but those that stop one."""
    layer_sets = [
        (),
        *([layer] for layer in plan.LAYERS),
        *map(all_but, STOPPED_BY.values()),
    ]
    cases = {" ".join(layers): {"layers": list(layers), "body": PROBE} for layers in layer_sets}
    outcomes = confining.run(cases)
    return {
        name: {probe for probe, held in outcome["result"].items() if held}
        for name, outcome in outcomes.items()
    }


def test_every_attack_is_in_the_table():
    """Inherited descriptors are missing in it: the process that forks a worker closes them."""
    assert {*STOPPED_BY, "use an inherited descriptor"} == set(escape_attempts.PROBES)


@needs_root
@pytest.mark.skipif(landlock.version() < 6, reason="this kernel's Landlock leaves signals alone")
@pytest.mark.parametrize("layer", plan.LAYERS)
def test_a_layer_alone_stops_these_attacks(stopped, layer):
    """The documentation of each layer states exactly these attacks."""
    expected = {probe for probe, layers in STOPPED_BY.items() if layer in layers}
    assert stopped[layer] == expected | {"use an inherited descriptor"}


@needs_root
@pytest.mark.parametrize("probe", STOPPED_BY)
def test_without_its_layers_an_attack_succeeds(stopped, probe):
    """An attack that never succeeds would prove nothing about a layer."""
    assert probe not in stopped[" ".join(all_but(STOPPED_BY[probe]))]


@needs_root
def test_without_layers_every_attack_succeeds(stopped):
    """A probe that cannot fail would prove nothing."""
    assert stopped[""] == {"use an inherited descriptor"}


def test_all_layers_that_there_are_make_it_strict():
    """The person who runs the tests is protected as a grader is."""
    body = PROBE + "result = escape_attempts.level(result)"
    outcome = confining.run({"all": {"layers": plan.LAYERS, "body": body}})["all"]
    assert outcome["result"] == "strict"


@needs_root
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_it_is_strict_in_poorer_environments(environment):
    """Many graders run without root or in containers without namespaces."""
    cases = {
        "all": {"layers": plan.LAYERS, "body": PROBE},
        "none": {"layers": [], "body": PROBE},
    }
    outcomes = confining.run(cases, around=ENVIRONMENTS[environment])
    assert escape_attempts.level(outcomes["all"]["result"]) == "strict"
    assert not outcomes["none"]["result"]["write the grader's memory"]
    assert not outcomes["none"]["result"]["send by UDP"]


@needs_root
def test_a_container_has_no_namespaces_and_says_so():
    """The attempt to create them must change nothing."""
    case = {"layers": ["namespaces"], "body": "import os; result = os.getpid() > 2"}
    outcome = confining.run({"it": case}, around=emulation.in_container)["it"]
    assert outcome["namespaces"] == "off: Operation not permitted"
    assert outcome["result"]


def test_namespaces_that_fail_half_way_change_nothing():
    """Some systems allow a user namespace and then forbid everything in it."""
    body = """
import os
from backproof.sandbox import landlock, namespaces, syscalls
syscalls.set_no_new_privileges()
landlock.restrict(landlock.prepare(["/"]))  # all can be read, but the maps of ids not written
syscalls.set_capabilities(0)
before = os.getuid()
try:
    namespaces.enter()
except OSError:
    result = os.getuid() == before
"""
    assert confining.run({"it": {"layers": [], "body": body}})["it"]["result"]


@needs_root
def test_a_worker_of_another_user_has_no_rights_left():
    """A remaining capability or group could open the grader's files."""
    body = """
with open("/proc/self/status") as status:
    rows = dict(line.split(":", 1) for line in status)
result = {key: rows[key].strip() for key in rows if key.startswith(("Cap", "Groups", "NoNew"))}
"""
    around = functools.partial(subprocess.run, extra_groups=[4, 24])
    outcome = confining.run({"it": {"layers": ["uid"], "body": body}}, around=around)["it"]
    none = dict.fromkeys(("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"), "0" * 16)
    assert outcome["result"] == {**none, "Groups": "", "NoNewPrivs": "1"}


@needs_root
def test_the_right_to_read_everything_is_not_left_without_landlock():
    """Landlock alone restricts this capability, and it may fail at the last moment."""
    body = """
import os
from backproof.sandbox import confine, syscalls
from backproof.sandbox.plan import Limits, Plan
plan = Plan(("uid", "landlock"), (), Limits(), 1900000000, search=True)
report = confine.confine(plan, os.dup(1))
result = report["uid"], report["landlock"], syscalls.capabilities()
"""
    outcome = confining.run({"it": {"layers": [], "body": body}})["it"]
    assert outcome["result"] == ["on", "off: File descriptor in bad state", 0]


@needs_root
def test_in_namespaces_a_worker_is_alone():
    """It must see neither other processes nor a network."""
    body = "import os, socket; result = os.getpid(), [name for _, name in socket.if_nameindex()]"
    outcome = confining.run({"it": {"layers": ["namespaces"], "body": body}})["it"]
    assert outcome["namespaces"] == "on"
    assert outcome["result"] == [1, ["lo"]]


def test_an_open_descriptor_is_found():
    """The probe of descriptors must be able to fail."""
    body = "import os; os.dup2(1, 40)" + PROBE
    outcome = confining.run({"it": {"layers": plan.LAYERS, "body": body}})["it"]
    assert not outcome["result"]["use an inherited descriptor"]


WORK = {
    "BLAS in threads of its own": """
import numpy
a = numpy.random.default_rng(0).standard_normal((600, 600))
u, s, vt = numpy.linalg.svd(a)
result = bool(numpy.allclose(u * s @ vt, a) and numpy.allclose(a @ numpy.linalg.solve(a, a), a))
""",
    "Fourier transforms": """
import numpy, scipy.fft
a = numpy.arange(4096.0)
result = bool(numpy.allclose(numpy.fft.ifft(scipy.fft.fft(a, workers=2)).real, a))
""",
    "statistics, imported late": """
import scipy.stats, scipy.optimize
found = scipy.optimize.minimize_scalar(lambda x: (x - 2.0) ** 2).x
result = bool(abs(found - 2.0) < 1e-6 and abs(scipy.stats.norm.cdf(0.0) - 0.5) < 1e-12)
""",
    "threads": """
import threading, numpy
from concurrent.futures import ThreadPoolExecutor
a = numpy.ones((200, 200))
with ThreadPoolExecutor(4) as pool:
    sums = list(pool.map(lambda k: float((k * a @ a).sum()), range(8)))
event = threading.Event()
result = sums[1] == 200.0 ** 3 and not event.wait(0.01)
""",
    "the standard library, imported late": """
import csv, dataclasses, datetime, decimal, fractions, json, linecache, logging, os, pathlib, pdb
import random, statistics, time, timeit, traceback, unittest, uuid, zlib
try:
    json.loads("{")
except ValueError:
    told = traceback.format_exc()
time.sleep(0.001)
logging.getLogger("x").warning("printed")
result = "_default_decoder.decode(s)" in told and uuid.uuid4().version == 4
""",
}
REFUSED = {
    "fork": "import os; os.fork()",
    "a process": "import subprocess; subprocess.run(['true'])",
    "a file in the temporary folder": "open('/tmp/backproof-refused', 'w')",
    "writing to the null device": "open('/dev/null', 'w')",
    "a handle to a file": "import os; os.open('/', os.O_PATH)",
    "a nameless file": "import os; os.open('/tmp', os.O_TMPFILE | os.O_RDWR)",
    "a folder": "import os; os.mkdir('/tmp/backproof-refused')",
    "renaming": "import os; os.rename(targets['results'], targets['results'] + '2')",
    "deleting": "import os; os.unlink(targets['results'])",
    "truncating": "import os; os.truncate(targets['results'], 0)",
    "a link": "import os; os.symlink('/', '/tmp/backproof-refused')",
    "a lock": "import fcntl; fcntl.lockf(1, fcntl.LOCK_EX)",
    "another lock": "import fcntl; fcntl.flock(0, fcntl.LOCK_EX)",
    "a socket": "import socket; socket.socket()",
    "a pair of sockets": "import socket; socket.socketpair()",
    "a signal to its group": "import os; os.kill(0, 0)",
    "a signal to its parent": "import os; os.kill(os.getppid(), 0)",
    "more memory": "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**40, 2**40))",
    "a lower priority": "import os; os.nice(1)",
    "other processors": "import os; os.sched_setaffinity(0, {0})",
    "listing a folder of others": "import os; os.listdir('/')",
    "reading what runs": "open('/proc/self/maps')",
}
OUT_OF_BOUNDS = {
    "memory": ("bytearray(2**31)", "MemoryError"),
    "shared memory": ("import mmap; mmap.mmap(-1, 2**31)", "OSError"),
    "arrays": ("import numpy; numpy.ones(2**28)", "MemoryError"),
    "descriptors": ("import os; [os.dup(0) for _ in range(100)]", "OSError"),
}


@pytest.fixture(scope="module")
def outcomes():
    """Return the outcomes of ordinary work, forbidden actions and excessive use, in all layers."""
    bodies = {**WORK, **REFUSED, **{name: body for name, (body, _) in OUT_OF_BOUNDS.items()}}
    cases = {name: {"layers": plan.LAYERS, "body": body} for name, body in bodies.items()}
    return confining.run(cases, libraries=["numpy", "scipy"])


@pytest.mark.parametrize("name", WORK)
def test_ordinary_work_is_not_hindered(outcomes, name):
    """Confinement must not refuse what homework needs."""
    assert outcomes[name]["raised"] is None
    assert outcomes[name]["result"] is True


@pytest.mark.parametrize("name", REFUSED)
def test_what_reaches_out_is_refused(outcomes, name):
    """``PermissionError`` is the error that the grader reports as forbidden."""
    assert outcomes[name]["raised"] in ("PermissionError", "ValueError"), outcomes[name]


@pytest.mark.parametrize("name", OUT_OF_BOUNDS)
def test_too_much_is_an_exception(outcomes, name):
    """The worker survives it, so the other calls are still graded."""
    assert outcomes[name]["raised"] == OUT_OF_BOUNDS[name][1]
    assert outcomes[name]["status"] == 0


def test_a_library_can_be_imported_late():
    """Students import libraries inside functions, after confinement."""
    body = "import numpy; result = bool(numpy.linalg.det(numpy.eye(3)) == 1.0)"
    case = {"layers": plan.LAYERS, "body": body}
    assert confining.run({"it": case}, libraries=["numpy"], preload=False)["it"]["result"]


def test_computing_ends_at_its_limit():
    """Its signal distinguishes it from a crash."""
    case = {"layers": ["rlimits"], "body": "while True: pass"}
    outcome = confining.run({"it": case}, limits={"cpu_seconds": 1})["it"]
    assert outcome["status"] == -signal.SIGXCPU


@needs_root
def test_threads_are_limited_by_user():
    """A flood of threads must not stop the grader."""
    body = """
import threading, time
for _ in range(4):
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
"""
    outcome = confining.run(
        {"it": {"layers": ["rlimits", "uid"], "body": body}}, limits={"threads": 4}
    )["it"]
    assert outcome["raised"] == "RuntimeError"


@pytest.mark.parametrize("layers", [[], ["rlimits", "landlock", "seccomp"], plan.LAYERS])
def test_a_worker_ends_with_the_server(layers):
    """A change of the user cancels the request for the signal, which must be repeated."""
    case = {"layers": layers, "body": "import time; time.sleep(300); result = 'alive'"}
    assert confining.run({"it": {**case, "orphan": True}})["it"]["result"] is None

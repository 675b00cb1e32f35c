"""Tests of grading on a Dask cluster, over the loopback interface."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time

import pytest

from backproof.classroom.run import STORE
from backproof.classroom.store import Store
from tests.classroom.test_resume import PROPERTY
from tests.conftest import ROOT, backproof
from tests.support.classes import small_assignment, write_class

pytestmark = pytest.mark.long

# Only a test that hangs reaches this limit.
MAX_SECONDS = 600
NAMES = [f"{name}-{number}" for number in range(14) for name in ("ada", "ben", "cid", "dee")]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """An assignment of one property, and a class."""
    folder = tmp_path_factory.mktemp("course")
    assignment = small_assignment(folder / "assignment", "losses")
    (assignment / "properties" / "test_losses.py").write_text(PROPERTY)
    write_class(folder / "class", NAMES)
    (folder / "class" / "nobody.py").write_text("nothing = 0")  # a file that is not a submission
    return folder


def dask(program, *options):
    """Start a program of Dask in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{program}", *options, "--no-dashboard"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd=ROOT,
    )


@pytest.fixture
def cluster():
    """Start a scheduler and two workers; yield its address and the workers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    scheduler = dask("scheduler", "--host", "127.0.0.1", "--port", str(port))
    workers = [
        dask("worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny")
        for _ in "ab"
    ]
    _wait_for(address, len(workers))
    yield address, workers
    for process in (*workers, scheduler):
        kill(process)


def kill(process):
    """End a program and its subprocesses."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _wait_for(address, number):
    script = (
        "import sys, distributed\n"
        "client = distributed.Client(sys.argv[1], timeout=600)\n"
        "client.wait_for_workers(int(sys.argv[2]), timeout=600)\n"
    )
    subprocess.run([sys.executable, "-c", script, address, str(number)], check=True, cwd=ROOT)


def grade(course, out, *options):
    """Start to grade the class."""
    command = [sys.executable, "-m", "backproof", "grade", str(course / "class")]
    command += ["--assignment", str(course / "assignment"), "--out", str(out)]
    return subprocess.Popen(
        [*command, "--profile", "quick", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def results(out):
    """Return the grades by name, without the parts that differ from run to run."""
    documents = {}
    with Store.open(out / STORE, _identity(out)) as store:
        for result in store.results():
            document = result.grade.to_json() if result.grade else {"problem": result.problem}
            for outcome in document.get("outcomes", ()):
                outcome["seconds"] = 0.0
            documents[result.name] = document
    return documents


def _identity(out):
    with sqlite3.connect(out / STORE) as database:
        rows = database.execute("SELECT key, value FROM run").fetchall()
    return {key: json.loads(value) for key, value in rows}


@pytest.mark.exhaustive
def test_a_lost_worker_costs_no_result(course, cluster, tmp_path):
    """Machines of a cluster come and go; a class must not be graded again for that.

    One of two workers is killed in mid-run, and the results are those of a local run. It is
    stopped first, so that the run cannot end before the kill.
    """
    address, workers = cluster
    running = grade(course, tmp_path / "far", "--scheduler", address)
    store = tmp_path / "far" / STORE
    _wait_for_results(store, 1, running)
    os.killpg(workers[0].pid, signal.SIGSTOP)
    _wait_for_results(store, 10, running)
    before = _count(store)
    kill(workers[0])
    _, errors = running.communicate(timeout=MAX_SECONDS)
    assert running.returncode == 3, errors  # because of the file that is not a submission
    assert 10 <= before < len(NAMES)
    local = grade(course, tmp_path / "here")
    local.communicate(timeout=MAX_SECONDS)
    assert results(tmp_path / "far") == results(tmp_path / "here")
    assert len(results(tmp_path / "far")) == len(NAMES) + 1
    with sqlite3.connect(store) as database:
        assert database.execute("SELECT count(*) FROM superseded").fetchall() == [(0,)]


def _wait_for_results(store, number, running):
    """Wait until a number of results are saved; fail if the run ends before."""
    deadline = time.monotonic() + MAX_SECONDS
    while _count(store) < number:
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _count(store):
    try:
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as database:
            return database.execute("SELECT count(*) FROM results").fetchone()[0]
    except sqlite3.OperationalError:  # the store does not exist yet
        return 0


def test_a_cluster_that_cannot_be_used_is_one_clear_line(course, tmp_path):
    """The usual mistake is a scheduler that is not running: the line says what to start."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        refused = backproof(
            *("grade", course / "class", "--assignment", course / "assignment"),
            *("--scheduler", address, "--out", tmp_path),
        )
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert address in refused.stderr
    assert "dask scheduler" in refused.stderr


@pytest.mark.exhaustive
def test_the_second_assignment_is_graded_on_a_cluster(cluster, tmp_path):
    """A worker of a cluster finds the assignment that it is told, whatever it was installed with.

    One unit and two submissions are enough.
    """
    address, _ = cluster
    source = ROOT / "assignments" / "softmax_classification"
    course = tmp_path / "course"
    shutil.copytree(source, course / "assignment", ignore=shutil.ignore_patterns("demos"))
    configuration = '[tool.backproof]\nunits = ["metrics"]\npoints = {metrics = 20}\n'
    (course / "assignment" / "pyproject.toml").write_text(configuration)
    for name in ("loops", "template"):
        folder = source / ("examples/loops" if name == "loops" else "student_template")
        (course / "class" / name).mkdir(parents=True)
        for file in folder.glob("*.py"):
            shutil.copy(file, course / "class" / name)
    running = grade(course, tmp_path / "out", "--scheduler", address)
    _, errors = running.communicate(timeout=MAX_SECONDS)
    assert running.returncode == 0, errors
    scores = {name: each["score"] for name, each in results(tmp_path / "out").items()}
    assert scores == {"loops": 20.0, "template": 0.0}


@pytest.mark.exhaustive
def test_workers_that_grade_with_something_else_are_refused(course, cluster, tmp_path):
    """Grades from two versions of an assignment would not be comparable, so nothing is graded."""
    address, _ = cluster
    script = (
        "import json, sys, distributed\n"
        "from backproof.classroom import cluster\n"
        "client = distributed.Client(sys.argv[1])\n"
        "settings = {'assignment': sys.argv[2], 'profile': 'quick', 'seed': 0,\n"
        "            'confinement': 'process', 'identity': {'assignment': 'another'},\n"
        "            'seconds': 60}\n"
        "for _ in 'ab':\n"
        "    task = client.submit(cluster.grade_batch, json.dumps(settings), '[]', pure=False)\n"
        "    print(task.result())\n"
    )
    command = [sys.executable, "-c", script, address, str(course / "assignment")]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    error = json.loads(said.stdout.splitlines()[0])["error"]
    assert error.startswith("a worker of the cluster grades with something else: assignment ")
    assert said.stdout.splitlines()[0] == said.stdout.splitlines()[1]  # it is not stuck

"""Archives for Gradescope and for students, used as they are used there."""

import base64
import csv
import functools
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from backproof.assignment.config import load_assignment
from backproof.cli import main
from backproof.commands.check import check
from backproof.confined.pool import observe_confinement
from backproof.errors import UserError
from backproof.packing import wheels
from tests.conftest import ACTIVATIONS, ROOT, backproof_process, checked, statuses
from tests.support.report_examples import require_valid

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
CONFIGURATION = """
[tool.backproof]
title = "Only one unit!"
units = ["activations"]
hidden = []
[tool.backproof.points]
activations = 8
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Return an assignment of one unit."""
    root = tmp_path_factory.mktemp("assignment")
    for view in ("reference", "properties", "student_template"):
        shutil.copytree(ROOT / view, root / view)
    shutil.copy(ROOT / "conftest.py", root)
    (root / "pyproject.toml").write_text(CONFIGURATION)
    return root


def pack(*arguments):
    """Run ``backproof pack`` in this process."""
    return CliRunner().invoke(main, ["pack", *map(str, arguments)])


def packed(out, *arguments):
    """Pack, and open the archive."""
    result = pack(*arguments, "--out", out)
    assert result.exit_code == 0, result.output
    return zipfile.ZipFile(out)


@pytest.fixture(scope="module")
def gradescope(small, tmp_path_factory):
    """Set up an autograder as Gradescope does; ``gradescope(name="text", …)`` grades modules."""
    root = tmp_path_factory.mktemp("autograder")
    for name in ("source", "submission", "results"):
        (root / name).mkdir()
    (root / "submission_metadata.json").write_text("{}")
    level = observe_confinement(load_assignment(small)).level
    options = ("--offline", "--python", PYTHON, "--profile", "quick", "--confinement", level)
    archive = packed(root / "autograder.zip", "gradescope", "--assignment", small, *options)
    for entry in archive.infolist():
        archive.extract(entry, root / "source")
        (root / "source" / entry.filename).chmod(entry.external_attr >> 16)
    shutil.copy(root / "source" / "run_autograder", root)
    folder = os.path.dirname(os.path.realpath(sys.executable))
    environment = {"PATH": f"{folder}:/usr/bin:/bin", "AUTOGRADER_ROOT": str(root)}

    def run(program):
        return subprocess.run(
            [program], env=environment, cwd=root, capture_output=True, text=True, check=False
        )

    setup = run(root / "source" / "setup.sh")
    assert setup.returncode == 0, setup.stdout + setup.stderr
    assert "8 of 8 points" in setup.stdout

    def grade(**modules):
        shutil.rmtree(root / "submission", ignore_errors=True)
        for name, text in modules.items():
            (root / "submission").mkdir(exist_ok=True)
            (root / "submission" / f"{name}.py").write_text(text)
        (root / "results" / "results.json").write_text('{"score": 8, "tests": []}')  # stale
        return run(root / "run_autograder")

    grade.root = root
    grade.results = root / "results" / "results.json"
    return grade


@pytest.mark.exhaustive
def test_gradescope_shows_a_grade_a_reason_or_an_error_of_the_autograder(gradescope):
    """Only a gradable submission may get a score: a fault of the grader is not 0 points."""
    assert gradescope(activations=ACTIVATIONS).returncode == 0
    results = json.loads(gradescope.results.read_text())
    require_valid(results, "gradescope")
    assert results["score"] == 8
    assert {test["status"] for test in results["tests"]} == {"passed"}

    wrong = ACTIVATIONS.replace("np.maximum(z, 0.0)", "np.abs(z)")
    assert gradescope(activations=wrong).returncode == 0
    results = json.loads(gradescope.results.read_text())
    require_valid(results, "gradescope")
    assert 0 < results["score"] < 8
    assert any("returned: h = 1" in test["output"] for test in results["tests"])

    assert gradescope(main="x = 1").returncode == 0
    results = json.loads(gradescope.results.read_text())
    require_valid(results, "gradescope")
    assert results["score"] == 0
    assert "submission has none of the modules" in results["tests"][0]["output"]

    (oracle,) = gradescope.root.glob("venv/lib/*/site-packages/**/oracles/activations.py")
    sound = oracle.read_text()
    for fault, code in ((f"{sound}\ndef value(*_):\n    raise OSError\n", 3), ("1 / 0", 2)):
        oracle.write_text(fault)
        process = gradescope(activations=ACTIVATIONS)
        assert process.returncode == 1
        assert f"exit code {code}" in process.stderr
        assert not gradescope.results.exists()
    oracle.write_text(sound)
    assert "there is no folder" in gradescope().stderr
    assert not gradescope.results.exists()


def test_an_autograder_has_its_scripts_at_the_root(tmp_path):
    """Gradescope runs them there, on Linux."""
    archive = packed(tmp_path / "autograder.zip", "gradescope", "--seed", 7)
    for name in ("setup.sh", "run_autograder"):
        script = archive.read(name)
        assert script.startswith(b"#!/usr/bin/env bash\n")
        assert b"\r" not in script
        assert b"@" not in script.replace(b"$@", b"")
        assert archive.getinfo(name).external_attr >> 16 == 0o100755
        subprocess.run(["bash", "-n"], input=script, check=True)
    assert b"--profile grade --seed 7 --confinement strict" in archive.read("run_autograder")
    assert b"numpy==" in archive.read("constraints.txt")
    assert archive.read("requirements.txt") == b"numpy\nscipy\n"


@pytest.mark.parametrize("ubuntu_has_it", [True, False])
def test_a_python_that_the_image_lacks_is_installed(tmp_path, ubuntu_has_it):
    """Gradescope's images have one version, and grades depend on it."""
    packed(tmp_path / "autograder.zip", "gradescope").extractall(tmp_path / "source")
    log, programs = tmp_path / "log", tmp_path / "bin"
    programs.mkdir()
    scripts = {
        "apt-get": f'echo apt-get "$@" >> {log}; [ "$3" != python3.12-venv ] || [ -e {log}.ready ]',
        "add-apt-repository": f"touch {log}.ready",
        "python3.12": f'echo python "$@" >> {log}; exit 1',
    }
    for name, script in scripts.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o755)
    if ubuntu_has_it:
        Path(f"{log}.ready").touch()
    environment = {"PATH": f"{programs}:/usr/bin:/bin", "AUTOGRADER_ROOT": str(tmp_path)}
    setup = subprocess.run(["bash", tmp_path / "source" / "setup.sh"], env=environment, check=False)
    steps = log.read_text().splitlines()
    install = "apt-get install -y python3.12-venv"
    assert setup.returncode == 1  # because the fake Python does nothing
    assert steps[1:3] == ["apt-get update", install]
    assert steps.count(install) == (1 if ubuntu_has_it else 2)
    assert steps[-1] == f"python -m venv --clear {tmp_path / 'venv'}"


@pytest.mark.exhaustive
def test_the_same_is_packed_the_same(tmp_path):
    """An instructor can compare an archive with the uploaded one."""
    for command in (("gradescope",), ("student", "--with-checker")):
        one, other = (packed(tmp_path / "folder" / name, *command) for name in ("1.zip", "2.zip"))
        assert Path(one.filename).read_bytes() == Path(other.filename).read_bytes()
        assert {entry.date_time[0] for entry in one.infolist()} == {1980}


@pytest.mark.exhaustive
def test_the_wheel_is_the_one_that_a_build_makes(tmp_path):
    """A missing file or a wrong record would appear only on Gradescope."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir"]
    subprocess.run([*command, tmp_path, ROOT], check=True)
    (built,) = tmp_path.glob("*.whl")
    name, content = wheels.backproof_wheel(load_assignment())
    ours = zipfile.ZipFile(io.BytesIO(content))
    assert name == built.name
    assert sorted(ours.namelist()) == sorted(zipfile.ZipFile(built).namelist())
    (record,) = (path for path in ours.namelist() if path.endswith("/RECORD"))
    rows = list(csv.reader(io.StringIO(ours.read(record).decode())))
    assert sorted(path for path, _, _ in rows) == sorted(ours.namelist())
    for path, digest, size in rows:
        if path != record:
            found = hashlib.sha256(ours.read(path)).digest()
            assert digest == "sha256=" + base64.urlsafe_b64encode(found).decode().rstrip("=")
            assert int(size) == len(ours.read(path))


def test_a_wheel_is_described_by_its_assignment(small):
    """`pip show` in an autograder names what is graded, and no other lecture."""
    _, content = wheels.backproof_wheel(load_assignment(small))
    archive = zipfile.ZipFile(io.BytesIO(content))
    (path,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
    described = archive.read(path).decode()
    assert (
        "\nSummary: Property-based verification and teaching tests: Only one unit!\n" in described
    )
    assert "\nRequires-Dist: numpy" in described
    assert load_assignment(ROOT).title not in described


def test_the_hand_out_is_the_template_alone(small, tmp_path):
    """Students must not get the solution."""
    archive = packed(tmp_path / "handout.zip", "student", "--assignment", small)
    template = small / "student_template"
    files = [file.relative_to(template) for file in template.rglob("*.*") if file.is_file()]
    shown = [file for file in files if "__pycache__" not in file.parts]
    assert sorted(archive.namelist()) == sorted(f"only-one-unit/{file}" for file in shown)
    assert "only-one-unit/student_tests/test_example.py" in archive.namelist()
    assert b"raise NotImplementedError" in archive.read("only-one-unit/activations.py")


def passed(grade):
    """Return the properties that passed."""
    return {name for name, status in statuses(grade).items() if status == "passed"}


@pytest.mark.exhaustive
def test_a_checker_checks_and_holds_no_solution(hand_in, tmp_path):
    """Students should get the same verdict as from their instructor.

    Only the instructor has the reference, which may tell that one failure follows from another:
    it is called *blocked* there.
    """
    packed(tmp_path / "handout.zip", "student", "--with-checker").extractall(tmp_path)
    folder = tmp_path / "optimizing-neural-networks"
    (wheel,) = folder.glob("checker/*.whl")
    assert f"install checker/{wheel.name}\n" in (folder / "CHECKING.md").read_text()
    archive = zipfile.ZipFile(wheel)
    solution = (ROOT / "reference" / "activations.py").read_bytes()
    for path in archive.namelist():
        assert not {"reference", "misconceptions"} & set(path.split("/"))
        assert archive.read(path) != solution
    archive.extractall(tmp_path / "site")
    wrong = hand_in(activations=ACTIVATIONS.replace("np.maximum(z, 0.0)", "np.abs(z)"))
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    from_wheel = functools.partial(backproof_process, cwd=tmp_path, env=environment)
    theirs, code = checked(wrong, "--unit", "activations", run=from_wheel)
    ours, _ = checked(wrong, "--unit", "activations")
    assert code == 1
    assert (theirs["score"], passed(theirs)) == (ours["score"], passed(ours))
    assert theirs["graded_with"]["assignment"] == ours["graded_with"]["assignment"]


def test_hidden_properties_are_handed_to_nobody(small, tmp_path):
    """Anyone can read the files of a checker."""
    copy = tmp_path / "copy"
    shutil.copytree(small, copy)
    hidden = CONFIGURATION.replace("hidden = []", 'hidden = ["test_activations_never_decrease"]')
    (copy / "pyproject.toml").write_text(hidden)
    out = ("--assignment", copy, "--out", tmp_path / "handout.zip")
    refused = pack("student", "--with-checker", *out)
    assert refused.exit_code == 2
    assert "test_activations_never_decrease is hidden" in refused.output
    assert not (tmp_path / "handout.zip").exists()
    assert pack("student", *out).exit_code == 0


@pytest.mark.parametrize(
    ("change", "arguments", "said"),
    [
        (None, ("gradescope", "--python", "3.10"), "expected 3.11 or newer"),
        (None, ("gradescope", "--python", "three"), "expected 3.11 or newer"),
        ('libraries = ["numpy", "nowhere"]', ("gradescope",), "nowhere is not installed here"),
        ('units = ["activations", "layer"]', ("student",), "there is no reference/layer.py"),
    ],
)
def test_what_cannot_be_packed_is_one_clear_line(small, tmp_path, change, arguments, said):
    """A half-written archive might be uploaded."""
    copy = tmp_path / "copy"
    shutil.copytree(small, copy)
    if change:
        text = CONFIGURATION.replace("hidden = []", change)
        if change.startswith("units"):
            text = text.replace('units = ["activations"]\n', "") + "layer = 1\n"
        (copy / "pyproject.toml").write_text(text)
    result = pack(*arguments, "--assignment", copy, "--out", tmp_path / "out.zip")
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1
    assert said in result.output
    assert not (tmp_path / "out.zip").exists()


def test_pip_says_what_it_cannot_get(tmp_path):
    """The output of pip is long, and one line of it names the package."""
    wheel = wheels.backproof_wheel(load_assignment())
    with pytest.raises(UserError, match="numpy"):
        wheels.download(wheel, ["numpy"], "numpy==0.0.1\n", PYTHON)


def test_a_limit_that_gradescope_would_cut_short_is_pointed_out(small, tmp_path):
    """Gradescope ends a run after ten minutes with 0 points."""
    assert "note: Gradescope ends a run" in pack("gradescope", "--out", tmp_path / "a.zip").output
    copy = tmp_path / "copy"
    shutil.copytree(small, copy)
    short = CONFIGURATION.replace("hidden = []", "seconds_per_submission = 300")
    (copy / "pyproject.toml").write_text(short)
    out = ("--assignment", copy, "--out", tmp_path / "b.zip")
    assert "note" not in pack("gradescope", *out).output


def test_the_workflow_for_github_runs_what_there_is():
    """A workflow in the documentation is copied by others, and must not break or leak."""
    file = ROOT / "examples" / "github-actions" / "backproof.yml"
    workflow = yaml.load(file.read_text(), yaml.BaseLoader)
    assert set(workflow["on"]) == {"push", "workflow_call"}
    assert workflow["permissions"] == {"contents": "read"}
    steps = workflow["jobs"]["check"]["steps"]
    checkout, upload = steps[0], steps[-1]
    assert checkout["with"] == {"path": "submission", "persist-credentials": "false"}
    (run,) = (step["run"] for step in steps if step.get("name") == "Check")
    program, command, path, *options = run.split()
    assert (program, command, path) == ("backproof", "check", checkout["with"]["path"])
    given = check.make_context("check", [*options, path]).params
    assert given["confinement"] == "process"
    assert '"json=$RUNNER_TEMP/grade.json"' in given["writes"]
    assert upload["with"]["path"] == "${{ runner.temp }}/grade.json"

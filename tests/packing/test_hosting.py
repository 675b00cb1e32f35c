"""The files for whoever hosts the project, checked as far as it can be done without a host."""

import re
import shlex

import yaml

from tests.conftest import ROOT

WORKFLOW = yaml.load((ROOT / ".github/workflows/ci.yml").read_text(), yaml.BaseLoader)
CONTAINERFILE = (ROOT / "Containerfile").read_text()


def commands():
    """Return all commands of the workflow."""
    return [
        step["run"] for job in WORKFLOW["jobs"].values() for step in job["steps"] if "run" in step
    ]


def test_the_workflow_tests_each_python_on_each_system():
    """Python 3.11 to 3.14, on Linux, macOS and Windows; only reading is permitted."""
    matrix = WORKFLOW["jobs"]["tests"]["strategy"]["matrix"]
    assert matrix["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert [name.partition("-")[0] for name in matrix["os"]] == ["ubuntu", "macos", "windows"]
    assert WORKFLOW["permissions"] == {"contents": "read"}


def test_the_paths_in_the_workflow_exist():
    """A renamed folder would be skipped silently, or fail only where it is hosted."""
    words = [word for command in commands() for word in shlex.split(command)]
    paths = [word for word in words if re.match(r"(?:tests/|\.ci/|Containerfile)", word)]
    assert len(paths) > 10
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_image_runs_the_wheel_as_an_ordinary_user():
    """Nothing of the sources is in the image, and whatever escapes is not root."""
    final = CONTAINERFILE.rpartition("\nFROM ")[2]
    assert "COPY --from=build /wheels" in final
    assert re.findall(r"^USER (.*)", final, re.M) == ["grader"]
    assert final.index("USER grader") < final.index("ENTRYPOINT")
    assert '["backproof"]' in final

"""Plain pytest, and so an editor, shows of a failure what ``check`` shows."""

import subprocess
import sys
from xml.etree import ElementTree

import pytest

from tests.conftest import ACTIVATIONS, ROOT, checked

WRONG = ACTIVATIONS.replace("np.maximum(z, 0.0)", "np.abs(z)").replace(
    "return 1.0 - np.tanh(z) ** 2", "return 1 / (z - z)"
)


@pytest.fixture
def messages(hand_in, tmp_path):
    """Map the failed properties to what JUnit XML has of them, and give ``check``'s grade."""
    folder, report = hand_in(activations=WRONG), tmp_path / "junit.xml"
    subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "properties/test_activations.py", "-q"),
            *("-p", "no:cacheprovider", "--submission", folder, "--hypothesis-profile", "quick"),
            f"--junitxml={report}",
        ],
        capture_output=True,
        cwd=ROOT,
        check=False,
    )
    failed = {}
    for case in ElementTree.parse(report).iter("testcase"):
        for failure in case.iter("failure"):
            failed.setdefault(case.get("name").partition("[")[0], failure.text)
    return failed, checked(folder, "--unit", "activations")[0]


def test_the_message_is_that_of_check(messages):
    """The rule, what was returned and required, and the smallest case, line by line."""
    failed, grade = messages
    outcomes = [outcome for outcome in grade["outcomes"] if outcome["status"] == "failed"]
    assert {outcome["property"] for outcome in outcomes} == {*failed}
    for outcome in outcomes:
        shown = failed[outcome["property"]].splitlines()
        wanted = [outcome["sentence"], *outcome["message"].splitlines()]
        if outcome["case"]:
            wanted += ["smallest case:", *outcome["case"].splitlines()]
        assert [line for line in shown if line.rstrip() in wanted] == wanted
        assert "Traceback" not in failed[outcome["property"]]

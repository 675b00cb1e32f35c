"""Tests of plain pytest, which editors run: it must show the message that ``check`` shows."""

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
    """Return the messages of failed properties in JUnit XML, the grade of ``check``, the output."""
    folder, report = hand_in(activations=WRONG), tmp_path / "junit.xml"
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "properties/test_activations.py", "-q"),
            *("-p", "no:cacheprovider", "--submission", folder, "--hypothesis-profile", "quick"),
            f"--junitxml={report}",
        ],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        check=False,
    )
    failed = {}
    for case in ElementTree.parse(report).iter("testcase"):
        for failure in case.iter("failure"):
            failed.setdefault(case.get("name").partition("[")[0], failure.text)
    return failed, checked(folder, "--unit", "activations")[0], run.stdout


def test_the_message_is_that_of_check(messages):
    """Two different messages for one failure would confuse a student."""
    failed, grade, printed = messages
    failing = ("failed", "blocked")
    outcomes = [outcome for outcome in grade["outcomes"] if outcome["status"] in failing]
    assert {outcome["property"] for outcome in outcomes} == {*failed}
    for outcome in outcomes:
        lines = failed[outcome["property"]].splitlines()
        expected = [
            outcome["sentence"],
            *outcome["message"].partition("\nblocked by ")[0].splitlines(),
        ]
        if outcome["case"]:
            expected += ["smallest case:", *outcome["case"].splitlines()]
        assert [line for line in lines if line.rstrip() in expected] == expected
        assert "Traceback" not in failed[outcome["property"]]
    # Facts are stated at the end, as they take all failures.
    assert "your h is wrong only where z < 0; there it is z with the opposite sign" in printed

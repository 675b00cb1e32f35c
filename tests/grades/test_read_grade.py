"""Grades from files that a person may have edited."""

import json

import pytest

from backproof.errors import UserError
from backproof.grades.read_grade import read_grade
from tests.support.report_examples import grade, outcome

PATH = {"kind": "path", "what": "θ", "returned": [[1.0], [2.0]], "required": [[1.0], ["inf"]]}
ENTRIES = {**PATH, "kind": "entries", "wrong": [[False], [True]]}
ROW = {"label": "", "measured": 2.0, "low": 0, "high": 1.0, "passed": False}
MEASURED = {"kind": "measured", "what": "a mean", "rows": [ROW]}


def read_with(evidence, tmp_path):
    """Read a grade with one failure of this evidence."""
    document = grade(outcome()).to_json()
    document["outcomes"][0] = {**document["outcomes"][0], "evidence": evidence}
    file = tmp_path / "grade.json"
    file.write_text(json.dumps(document))
    return read_grade(file)


@pytest.mark.parametrize("evidence", [PATH, ENTRIES, MEASURED, {"kind": "film"}, None])
def test_evidence_is_read_as_it_was_written(evidence, tmp_path):
    """A report draws what the check found; it ignores the kinds of a later version."""
    assert read_with(evidence, tmp_path).outcomes[0].evidence == evidence


@pytest.mark.parametrize(
    "evidence",
    [
        {},
        {"kind": ["path"]},
        {"kind": "path"},
        {**PATH, "what": 3},
        {**PATH, "returned": []},
        {**PATH, "returned": [[], []]},
        {**PATH, "returned": [[1.0], [2.0, 3.0]], "required": [[1.0], [2.0, 3.0]]},
        {**PATH, "required": [[1.0]]},
        {**PATH, "required": [[1.0], ["much"]]},
        {**PATH, "required": [[1.0], [10**400]]},
        {**ENTRIES, "wrong": [[True]]},
        {**ENTRIES, "wrong": [[0], [1]]},
        {**MEASURED, "rows": []},
        {**MEASURED, "rows": [{**ROW, "low": None}]},
        {**MEASURED, "what": "x" * 2**18},
    ],
)
def test_evidence_that_cannot_be_drawn_is_refused(evidence, tmp_path):
    """Drawing it would end with a traceback in the middle of a report."""
    with pytest.raises(UserError, match="is no grade: expected a file that `backproof check"):
        read_with(evidence, tmp_path)


def test_json_that_is_nested_too_deeply_is_refused(tmp_path):
    """Reading it must not end with a RecursionError."""
    file = tmp_path / "grade.json"
    file.write_text("[" * 200_000)
    with pytest.raises(UserError, match="is no grade"):
        read_grade(file)

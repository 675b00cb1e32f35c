"""Mutants tried on the properties of a tiny assignment: what is killed, left out, recorded."""

import json
import os
from dataclasses import replace

import pytest

from backproof.assignment.config import load_assignment
from backproof.errors import UserError
from backproof.mutation import trial
from backproof.mutation.equivalents import FILE
from backproof.mutation.findings import document_of, lines_of
from backproof.mutation.measure import Strength, measure_strength
from backproof.mutation.trial import EQUIVALENT, KILLED, REFUSED_ONLY, SURVIVED
from tests.conftest import backproof

CONFIG = """
[tool.backproof]
title = "Scales"
units = ["scales"]
[tool.backproof.points]
scales = 1
"""
REFERENCE = '''
"""Scaling."""

import numpy as np


def scaled(x, factor):
    """Return x times factor, which is 0 or more."""
    if factor < 0:
        raise ValueError(f"factor is {factor}")
    return x * np.abs(factor)


def halvings(n):
    """Return how often n can be halved."""
    count = 0
    while n > 1:
        n //= 2
        count += 1
    return count


def unused(x):
    """Return x."""
    return x + 0.0
'''
PROPERTIES = '''
"""Properties of scaling."""

import numpy as np
from hypothesis import given

from backproof.testing import assert_close
from backproof.testing.strategies import arrays


@given(x=arrays((2, 3)))
def test_scales_doubles(submission, x):
    """The double is x + x."""
    assert_close(submission.scales.scaled(x, 2.0), x + x, "scaled")


def test_scales_counts_halvings(submission):
    """Eight can be halved three times."""
    assert submission.scales.halvings(8) == 3
'''
RECORD = """
[[equivalent]]
function = "scales.scaled"
operator = "{operator}"
before = "return x * np.abs(factor)"
after = ["{after}"]
reason = "{reason}"
"""
REASON = "The factor is 0 or more."


def write(folder, records=""):
    """Write the assignment and its records of equivalent mutants."""
    files = {
        "pyproject.toml": CONFIG,
        "conftest.py": 'pytest_plugins = ["backproof.plugin"]\n',
        "reference/scales.py": REFERENCE,
        "properties/test_scales.py": PROPERTIES,
        FILE: records,
    }
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the assignment with one right record, one wrong one, and one of no mutant."""
    records = (
        RECORD.format(operator="call", after="return x * factor", reason=REASON)
        + RECORD.format(operator="operand", after="return x", reason="Wrong.")
        + RECORD.format(operator="operand", after="return factor * x", reason="There is none.")
    )
    return write(tmp_path_factory.mktemp("scales"), records)


@pytest.fixture(scope="module")
def strength(folder):
    """Try all mutants once; a mutant that never ends is stopped after a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trial, "_LEAST_CPU_SECONDS", 0.1)
        yield measure_strength(load_assignment(folder))


def verdict_on(strength, after, before=""):
    """Return the verdict on the mutant with a changed line."""
    (found,) = (
        verdict
        for verdict in strength.verdicts
        if verdict.mutant.key.after == after and verdict.mutant.key.before.startswith(before)
    )
    return found


def test_a_mutant_is_killed_by_a_property_of_its_unit(strength):
    """The property's name tells the author what notices the change."""
    verdict = verdict_on(strength, "return x / np.abs(factor)")
    assert (verdict.status, verdict.killer) == (KILLED, "test_scales_doubles")


def test_a_mutant_that_does_not_end_is_killed(strength):
    """A changed loop may run for ever, which must not stop the measurement."""
    verdict = verdict_on(strength, "while True:")
    assert verdict.status == KILLED
    assert verdict.killer == "test_scales_counts_halvings"
    assert verdict.ending == "it did not end in time"


@pytest.mark.parametrize("after", ["if False:", "pass", "if factor < -1:"])
def test_a_mutant_that_refuses_less_is_left_out(strength, after):
    """The contract says nothing about refused input, so no property can notice the change."""
    assert verdict_on(strength, after, before="if factor < 0:").status == REFUSED_ONLY


def test_a_mutant_that_refuses_valid_input_survives(strength):
    """A factor of 0 is valid; that no property tries it is a hole."""
    assert verdict_on(strength, "if factor <= 0:").status == SURVIVED


def test_a_survivor_names_the_properties_that_came_nearest(strength):
    """The author strengthens one of them, or writes a property where there is none."""
    using = verdict_on(strength, "if factor <= 0:").nearest
    assert using == (("test_scales_doubles", 0.0),)
    assert verdict_on(strength, "return x - 0.0").nearest == ()


def test_a_recorded_mutant_is_equivalent(strength):
    """It is classified once, with the reason."""
    verdict = verdict_on(strength, "return x * factor")
    assert (verdict.status, verdict.reason) == (EQUIVALENT, REASON)


def test_a_wrong_record_is_a_problem(strength):
    """A record that outlives its line, or excuses a real mistake, would hide a hole."""
    killed, stale = sorted(strength.problems)[::-1]
    assert "there is no mutant scales.scaled, operand" in killed
    assert "is no equivalent mutant: test_scales_doubles fails on it" in stale


def test_the_counts_of_all_functions_add_up(strength):
    """The rates are of what is neither equivalent nor left out."""
    document = document_of(strength)
    assert json.loads(json.dumps(document)) == document
    for rows in (document["units"], document["functions"]):
        for status in ("killed", "survived", "equivalent", "refused"):
            assert sum(row[status] for row in rows) == document["total"][status]
    total = document["total"]
    assert sum(total[key] for key in total if key != "rate") == len(strength.verdicts)
    assert total["rate"] == total["killed"] / (total["killed"] + total["survived"])
    (unused,) = (row for row in document["functions"] if row["function"] == "scales.unused")
    assert unused["rate"] == 0


def test_a_mutant_of_a_helper_file_counts_for_no_unit(strength):
    """No unit is responsible for it, so it is shown and does not count."""
    survivor = next(verdict for verdict in strength.verdicts if verdict.status == SURVIVED)
    helper = replace(survivor, mutant=replace(survivor.mutant, unit=""))
    alone = Strength([helper], total=1)
    assert alone.is_sufficient
    assert not Strength([survivor], total=1).is_sufficient
    assert not Strength([helper], ["a wrong record"], total=1).is_sufficient
    document = document_of(alone)
    assert (document["total"]["rate"], document["units"][0]["survived"]) == (None, 1)


def test_survivors_are_printed_as_a_difference(strength):
    """Author and file, line and change: what is needed to see the hole."""
    lines = [*lines_of(document_of(strength))]
    place = next(n for n, line in enumerate(lines) if line == "+ if factor <= 0:")
    assert lines[place - 1] == "- if factor < 0:"
    number = REFERENCE.splitlines().index("    if factor < 0:") + 1
    assert lines[place - 2].startswith(f"reference/scales.py:{number}  scales.scaled, comparison")
    assert "test_scales_doubles" in lines[place + 1]


def test_the_command_line_measures_a_sample(folder, tmp_path):
    """The exit code lets CI notice; the page and the JSON hold the same results."""
    page = tmp_path / "mutants.html"
    options = ("--mutants", "--sample", "6", "--seed", "1", "--assignment", folder)
    said = backproof("validate", *options, "--json", "--html", page)
    document = json.loads(said.stdout)
    assert said.returncode == 1
    assert document["tried"] == 6 < document["mutants"]
    text = page.read_text(encoding="utf-8")
    assert f"{document['total']['killed']} of" in text
    assert all(row["function"] in text for row in document["functions"])
    assert "Content-Security-Policy" in text


def test_a_sample_needs_mutants():
    """Without them it would be ignored silently."""
    refused = backproof("validate", "--sample", "6")
    assert (refused.returncode, "--mutants" in refused.stderr) == (2, True)


@pytest.mark.parametrize(
    ("records", "complaint"),
    [
        ("[[equivalent]]\nfunction = 'a'\n", "missing required field"),
        (2 * RECORD.format(operator="call", after="return x", reason="b"), "recorded twice"),
        (RECORD.format(operator="call", after="return x", reason=""), "reason"),
    ],
)
def test_a_broken_file_of_records_is_refused(tmp_path, records, complaint):
    """The author learns where it is wrong."""
    with pytest.raises(UserError, match=complaint):
        measure_strength(load_assignment(write(tmp_path, records)))


def test_without_forks_there_is_a_reason(folder, monkeypatch):
    """On Windows a mutant cannot run apart from the rest."""
    monkeypatch.delattr(os, "fork")
    with pytest.raises(UserError, match="forks"):
        measure_strength(load_assignment(folder))


@pytest.mark.exhaustive
@pytest.mark.long
def test_nearly_all_mutants_die_in_their_own_unit(assignment):
    """A new function or a weakened property shows here first; helper files belong to no unit."""
    strength = measure_strength(assignment, sample=160, units=assignment.units)
    assert strength.problems == []
    assert document_of(strength)["total"]["rate"] >= 0.99, [*lines_of(document_of(strength))]

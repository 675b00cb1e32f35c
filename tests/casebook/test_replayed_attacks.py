"""Tests of hostile submissions that are replayed: they must earn no additional points."""

import sys

import pytest

from backproof.assignment.config import load_assignment
from backproof.casebook.draw import draw
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.confined.pool import ServerPool
from backproof.grades.outcomes import PASSED
from backproof.suite.collect import with_suite
from tests.hostile.corpus import (
    ENOUGH,
    HONEST,
    honest_submission,
    hostile_submissions,
)
from tests.support.classes import small_assignment

ATTACKS = [
    each
    for each in hostile_submissions()
    # Attacks that use up time, memory or output end in the same way whenever they are called.
    if each.unit == "losses" and each.earns in (*HONEST, "nothing") and each.kind not in ENOUGH
]


def write(folder, files):
    """Write the files of a submission and return its folder."""
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.exhaustive
@pytest.mark.skipif(sys.platform != "linux", reason="runs hostile code, strictly confined")
def test_no_attack_passes_what_its_mathematics_does_not(tmp_path):
    """Replay must not open a way to points: an attack passes what an honest twin passes."""
    assignment = load_assignment(small_assignment(tmp_path / "a", "losses"))
    attacks = {str(each).replace("/", "-"): each for each in ATTACKS}
    folders = {name: write(tmp_path / name, each.files()) for name, each in attacks.items()}
    honest = {what: write(tmp_path / what, honest_submission(what)) for what in HONEST}

    def passes(suite):
        book = draw(suite)
        servers = ServerPool(assignment)

        def passing(folder):
            with ConfinedSubmission(folder, assignment, servers=servers) as submission:
                assert submission.observed.level == "strict"
                suite.use(submission)
                replays = (
                    (each.item.name, book.replay(each, submission)) for each in suite.properties
                )
                return {name for name, record in replays if record and record.status == PASSED}

        results = {name: passing(folder) for name, folder in {**folders, **honest}.items()}
        servers.close()
        return results

    passed = with_suite(assignment, passes, profile="quick")
    assert len(passed["all"]) > 20
    for name, each in attacks.items():
        allowed = passed.get(each.earns, set())
        assert passed[name] <= allowed, name


def test_there_are_enough_attacks():
    """The claim is about more than sixty."""
    assert len(ATTACKS) > 60

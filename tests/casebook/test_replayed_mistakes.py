"""Every misconception fails what claims it also where the cases are replayed, confined."""

import dataclasses
import re

from backproof.assignment.misconceptions import load_misconceptions
from backproof.casebook.draw import draw
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.confined.pool import ServerPool
from backproof.intake.reader import read_submission
from backproof.student_code.source import Source
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import with_suite
from backproof.suite.records import name_of

_MARK = "def misconception(**_):\n    return lambda function: function\nvariant = misconception\n"
_FUTURE = "from __future__ import annotations\n"


def handed_in_with(wrong, reference, assignment):
    """Write a submission that is the reference, but for one function."""
    mistakes = (assignment.root / "misconceptions" / f"{wrong.unit}.py").read_text()
    mistakes = re.sub(r"from backproof\.[\w.]+ import .*\n", _MARK, mistakes)
    file = f"{wrong.unit}.py"
    right = reference.files[file].text
    text = f"{mistakes}\n_wrong = {wrong.name}\n{right}\n{wrong.target.partition('.')[2]} = _wrong"
    # What the mistakes are made of is a package of the same name beside the modules.
    beside = {f"reference/{path}": source for path, source in reference.files.items()}
    files = {**beside, **reference.files, file: Source(text.replace(_FUTURE, ""), file)}
    return dataclasses.replace(reference, files=files)


def _require_importable(handed_in, wrong):
    """What cannot be imported fails everything, and would prove nothing."""
    local = LocalSubmission(handed_in, [wrong.unit])
    local.function(wrong.unit, wrong.target.partition(".")[2])
    local.close()


def test_every_misconception_fails_what_claims_it_when_replayed(assignment):
    """Whether its answers come ahead or call by call, none passes for right."""
    reference = read_submission(assignment.reference, assignment.units)
    misconceptions = load_misconceptions(assignment)

    def survivors(suite):
        book = draw(suite, assignment)
        servers = ServerPool(assignment)
        found = []
        for wrong in misconceptions:
            handed_in = handed_in_with(wrong, reference, assignment)
            _require_importable(handed_in, wrong)
            with ConfinedSubmission(handed_in, assignment, servers=servers) as submission:
                suite.use(submission)
                claims = [item for item in suite.items if name_of(item) in wrong.caught_by]
                failed = {
                    name_of(item)
                    for item in claims
                    if book.replay(item, suite.unit_of(item), submission) is None
                }
            found += [(wrong.name, name) for name in set(wrong.caught_by) - failed]
        servers.close()
        return found

    assert len(misconceptions) > 500
    assert with_suite(assignment, survivors, profile="grade") == []

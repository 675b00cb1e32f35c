"""Compute the scores of a store anew from the outcomes that it keeps, without a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from backproof.assignment.config import Assignment
from backproof.assignment.identity import scoring_digest, texts
from backproof.classroom.store import Store
from backproof.classroom.student_tests import outcomes_of_tests, with_tests
from backproof.grades.judging import judge
from backproof.grades.outcomes import Grade
from backproof.grades.property_record import PropertyRecord

_SCORING = "scoring"


def rescore(store: Store, assignment: Assignment) -> bool:
    """Compute the scores of all results by the present points and policy, if these have changed.

    The texts of properties and mistakes become the present ones, too.

    Returns:
        Whether anything was computed.

    Raises:
        UserError: A result is damaged, or the store cannot be written.

    """
    digest = scoring_digest(assignment)
    before = store.kept(_SCORING)
    if before == digest:
        return False
    if before is None:  # a new store: its results will be scored by the present rules
        store.keep({_SCORING: digest})
        return False
    present = texts(assignment)

    def anew(grade: Grade, kept: Sequence[Mapping[str, Any]]) -> Grade:
        records = [_with_texts(PropertyRecord.from_json(record), present) for record in kept]
        outcomes, functions = judge(records, assignment)
        code = replace(grade, outcomes=outcomes, functions=functions)
        of_tests = outcomes_of_tests(grade)
        return with_tests(code, of_tests) if of_tests else code

    store.rescore(anew, {_SCORING: digest})
    return True


def _with_texts(record: PropertyRecord, present: Mapping[str, str]) -> PropertyRecord:
    sentence = present.get(record.property) or record.sentence
    mistakes = {name: present.get(name) or text for name, text in record.mistakes.items()}
    return replace(record, sentence=sentence, mistakes=mistakes)

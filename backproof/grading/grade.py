"""Grade one submission: read it, run the properties on it, judge their records.

``check_submission`` contains all steps. Class grading (``forked_grader``) and
``--watch`` use the same steps with properties that are already collected.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager

from backproof.assignment.config import Assignment, load_assignment
from backproof.casebook.book import Casebook
from backproof.casebook.draw import draw_for_check
from backproof.casebook.shelf import Shelf
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.confined.level import IN_PROCESS, NONE, ObservedConfinement, require_level
from backproof.counterexample.pasting import fit_to_file
from backproof.diagnosis.diagnostician import Diagnostician
from backproof.errors import UserError
from backproof.facts.fact_finder import FactFinder
from backproof.grades.judging import judge
from backproof.grades.outcomes import Grade
from backproof.grades.property_record import PropertyRecord
from backproof.grading.lone_runs import with_notes_of_lone_runs
from backproof.intake.reader import SubmittedFiles, read_submission
from backproof.submission.base import Submission
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import with_suite
from backproof.suite.profiles import PROFILES
from backproof.suite.property import Case, Property, PropertyRun
from backproof.suite.suite import Suite

# The profiles whose cases are kept: those of the others would fill the user's folder.
_KEPT_PROFILES = ("quick", "grade")


def check_submission(
    path: str | os.PathLike[str],
    *,
    properties: Collection[str] = (),
    assignment: Assignment | None = None,
    profile: str = "grade",
    seed: int = 0,
    units: Collection[str] = (),
    confinement: str = NONE,
    keeps_cases: bool = False,
    progress: Callable[[str, int], object] = lambda _name, _total: None,
) -> Grade:
    """Grade one submission, in this process or confined.

    Args:
        path: The submission: a folder with the student's modules, a zip file or a notebook.
        properties: The properties to run, with or without ``test_`` before their names; all by
            default. Some of a unit's are worth the share of its points that they are among all.
        assignment: The assignment; by default the one that comes with the engine.
        profile: The profile of the cases: ``quick``, ``grade``, ``ci`` or ``thorough``.
        seed: The seed of the cases.
        units: The units to grade; all by default.
        confinement: ``"none"`` runs the submission in this process, ``"process"`` in others with
            all the confinement that this machine has, ``"strict"`` the same, or not at all.
        keeps_cases: Whether to keep the drawn cases in the user's folder for the next time.
        progress: Called with each property's name as it ends, and the number of properties.

    Raises:
        UserError: The path, the profile, a property or a unit cannot be used, or this machine has
            no strict confinement.

    """
    assignment = assignment or load_assignment()
    files = read_submission(path, assignment.units)
    if profile not in PROFILES:
        raise UserError(f"unknown profile {profile!r}; there are {', '.join(PROFILES)}")

    def grade(suite: Suite) -> Grade:
        names = suite.select(properties)
        diagnostician, fact_finder = Diagnostician(assignment), FactFinder(assignment)
        with open_submission(files, assignment, confinement) as (submission, observed):
            casebook = None
            if keeps_cases and confinement == NONE and profile in _KEPT_PROFILES:
                shelf = Shelf(assignment, profile, seed)
                casebook = draw_for_check(suite, names, shelf, submission)
            records = run_properties(
                suite,
                submission,
                names,
                casebook=casebook,
                diagnostician=diagnostician,
                fact_finder=fact_finder,
                progress=lambda name: progress(name, len(names)),
            )
            records = with_notes_of_lone_runs(records, files, assignment, submission)
        notes = [*files.notes, *diagnostician.problems, *fact_finder.problems]
        return grade_records(
            suite, str(path), as_pasted(records, files, assignment), observed, notes
        )

    return with_suite(assignment, grade, profile=profile, seed=seed, units=units)


def as_pasted(
    records: Iterable[PropertyRecord], files: SubmittedFiles, assignment: Assignment
) -> list[PropertyRecord]:
    """Return records whose cases import the units from where the student has them."""
    units = [unit for unit in assignment.units if f"{unit}.py" not in files.files]
    return [
        dataclasses.replace(record, case=fit_to_file(record.case, files.single_file, units))
        if record.case and files.single_file
        else record
        for record in records
    ]


@contextmanager
def open_submission(
    files: SubmittedFiles, assignment: Assignment, confinement: str
) -> Iterator[tuple[Submission, ObservedConfinement]]:
    """Open a submission in this process or in confined ones; yield it and what confines it.

    Raises:
        UserError: This machine does not have the confinement that is asked for.

    """
    if confinement == NONE:
        local = LocalSubmission(
            files, assignment.units, stand_ins=assignment.stand_ins, limits=assignment.limits
        )
        try:
            yield local, IN_PROCESS
        finally:
            local.close()
        return
    with ConfinedSubmission(files, assignment) as confined:
        require_level(confined.observed, confinement)
        yield confined, confined.observed


def run_properties(
    suite: Suite,
    submission: Submission,
    names: Collection[str] | None = None,
    *,
    shrink: bool = True,
    casebook: Casebook | None = None,
    diagnostician: Diagnostician | None = None,
    fact_finder: FactFinder | None = None,
    progress: Callable[[str], object] = lambda _name: None,
) -> list[PropertyRecord]:
    """Run properties on a submission and return their records.

    Args:
        suite: The collected properties.
        submission: The submission.
        names: The names of the properties to run; all by default.
        shrink: Whether to look for smaller failing cases.
        casebook: Recorded cases, which are replayed. A property that fails a replayed case runs
            live, to find the smallest case.
        diagnostician: Names the known mistakes behind failures; without it none are named.
        fact_finder: States facts about failures; without it none are stated.
        progress: Called with the name of each property as it ends.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed; the text names the property and the function.

    """
    suite.use(submission, shrink=shrink)
    runs: list[PropertyRun] = []
    for name in suite.names:
        if names is not None and name not in names:
            continue
        for tested in suite[name]:
            try:
                record = None
                if casebook is not None:
                    record = casebook.replay(tested, submission)
                record = record or tested.run_live()
            except KeyboardInterrupt:
                called = f", in {submission.latest}" if submission.latest else ""
                raise KeyboardInterrupt(f"{tested.name}{called}") from None
            runs.append(PropertyRun(tested, record, _cases_of(tested, casebook)))
        progress(name)
    if fact_finder is not None:
        runs = fact_finder.add_facts(runs, submission)
    if diagnostician is None:
        return [run.record for run in runs]
    return diagnostician.diagnose(runs, submission)


def _cases_of(tested: Property, casebook: Casebook | None) -> Callable[[], Sequence[Case]]:
    recorded = casebook.entries[tested.id].cases if casebook else ()
    return (lambda: recorded) if recorded else tested.collect_cases


def grade_records(
    suite: Suite,
    name: str,
    records: Iterable[PropertyRecord],
    confinement: ObservedConfinement,
    notes: Sequence[str],
    casebook: Casebook | None = None,
) -> Grade:
    """Judge the records of a submission, and state what it was graded with.

    Args:
        suite: The collected properties, some or all of which were run.
        name: The name of the submission.
        records: The records of the properties.
        confinement: The confinement of the submission.
        notes: Sentences for the reader of the grade.
        casebook: The recorded cases that were replayed, if any.

    """
    records = list(records)
    outcomes, functions = judge(records, suite.assignment, suite.shares(records))
    graded_with = {"confinement": confinement.to_json(), "notes": [*notes]}
    if casebook is not None:
        graded_with["casebook"] = casebook.digest
    return Grade(name, outcomes, {**suite.graded_with, **graded_with}, functions)

"""A property as the engine sees it: its sentence, its functions, its cases."""

import pytest

from backproof.submission.local import LocalSubmission
from backproof.suite.collect import with_suite

KEEPS = "test_activations_relu_keeps_the_positive_part"


def of_activations(assignment, work):
    """Call ``work`` with the properties of the activations."""
    return with_suite(assignment, work, profile="quick", units=["activations"])


def test_a_property_is_described_by_its_source(assignment):
    """Reports, blocked units and --watch all rely on these, and on nothing else."""
    [name, unit, sentence, functions] = of_activations(
        assignment,
        lambda suite: [
            getattr(suite[KEEPS][0], field) for field in ("name", "unit", "sentence", "functions")
        ],
    )
    assert (name, unit) == (KEEPS, "activations")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert functions == {"activations.relu"}


def test_parameter_sets_share_a_name_and_differ_in_label(assignment):
    """The points of a property are shared by its parameter sets, which its name groups."""

    def labels(suite):
        return [each.label for each in suite["test_activations_keep_the_shape"]]

    found = of_activations(assignment, labels)
    assert len(found) == len(set(found)) > 1


def test_collected_cases_are_those_that_a_run_is_given(assignment):
    """A replay stands for a run of Hypothesis only if both have the same cases."""

    def work(suite):
        [tested] = suite[KEEPS]
        collected = tested.collect_cases()
        given = []
        submission = LocalSubmission(assignment.reference, assignment.units)
        suite.use(submission)
        with tested.with_body(lambda **case: given.append(case)):
            tested.run_live()
        submission.close()
        return collected, given

    collected, given = of_activations(assignment, work)
    assert len(collected) == len(given) == 10
    for one, other in zip(collected, given, strict=True):
        assert repr(one["z"]) == repr(other["z"])


def test_a_replaced_body_is_put_back_after_a_failure(assignment):
    """Else every later submission would be graded by the wrong body."""

    def work(suite):
        [tested] = suite[KEEPS]
        own = tested.body
        with pytest.raises(RuntimeError), tested.with_body(lambda **_case: None):
            raise RuntimeError
        return tested.body is own

    assert of_activations(assignment, work)

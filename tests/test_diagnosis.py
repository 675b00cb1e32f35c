"""Naming mistakes: those that behave just so, none by guess."""

import dataclasses

import numpy as np
import pytest

from backproof import diagnosis
from backproof.catalogue import load_misconceptions
from backproof.diagnosis import Diagnostician
from backproof.grading import check_submission, with_suite
from backproof.outcomes import judge
from backproof.submission import LocalSubmission
from reference import layers

AVERAGED = "layers.backward_averages_the_bias_gradient"
FORGOTTEN = "layers.forward_forgets_the_bias"


def average_by_hand(dh, z, h_prev, W, activation):
    """The bias gradient averaged, in code that looks unlike the known mistake's."""
    dW, _, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    ones = np.ones((len(dh), 1))
    _, db, _ = layers.dense_backward(dh, z, ones, ones[:1] * np.ones((dh.shape[1], 1)), activation)
    return dW, [float(entry) / len(dh) for entry in db], dh_prev


def without_bias(h_prev, W, b, activation):
    """The bias left out."""
    return layers.dense_forward(h_prev, W, 0.0 * b, activation)


def odd(dh, z, h_prev, W, activation):
    """A mistake that nobody has thought of."""
    dW, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return dW + 0.125 * np.sin(dW), db, dh_prev


@pytest.fixture(scope="module")
def diagnosed(assignment):
    """Replace functions of the reference; give the names and outcomes of some units."""

    def diagnose(replaced, *units, properties=None):
        def work(suite):
            submission = LocalSubmission(assignment.reference, assignment.units, replaced)
            diagnostician = Diagnostician(assignment)
            records = suite.run(submission, properties, shrink=False, diagnostician=diagnostician)
            submission.close()
            return judge(records, assignment)

        outcomes = with_suite(assignment, work, units=units)
        return {name for outcome in outcomes for name in outcome.mistakes}, outcomes

    return diagnose


def test_a_mistake_is_named_however_it_is_written(diagnosed):
    """What counts is what the code does: every failure of it gets the one name."""
    names, outcomes = diagnosed({"layers.dense_backward": average_by_hand}, "layers")
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    assert names == {AVERAGED}
    assert len(failed) > 3
    assert all(outcome.diagnosis.startswith("You averaged δ") for outcome in failed)


def test_two_mistakes_in_two_functions_get_a_name_each(diagnosed):
    """Each failure is explained by the mistake that it comes from."""
    replaced = {"layers.dense_backward": average_by_hand, "layers.dense_forward": without_bias}
    names, outcomes = diagnosed(replaced, "layers")
    by_property = {outcome.property: outcome.mistakes for outcome in outcomes}
    assert names == {AVERAGED, FORGOTTEN}
    assert by_property["test_layers_forward_sums_over_the_inputs"] == (FORGOTTEN,)
    assert by_property["test_layers_bias_gradient_sums_over_the_rows"] == (AVERAGED,)


def test_an_unknown_mistake_has_no_name(diagnosed):
    """Nothing matches, so nothing is said."""
    names, outcomes = diagnosed({"layers.dense_backward": odd}, "layers")
    assert names == set()
    assert any(outcome.status == "failed" for outcome in outcomes)


def test_a_known_mistake_beside_an_unknown_one_in_one_function_has_no_name(diagnosed):
    """The function as a whole does something that no known mistake does."""

    def both(dh, z, h_prev, W, activation):
        dW, *_ = odd(dh, z, h_prev, W, activation)
        return dW, *average_by_hand(dh, z, h_prev, W, activation)[1:]

    assert diagnosed({"layers.dense_backward": both}, "layers")[0] == set()


def test_a_mistake_explains_what_builds_on_it(diagnosed):
    """The network fails because a layer does; that mistake is named there, too."""
    names, outcomes = diagnosed({"layers.dense_backward": average_by_hand}, "layers", "network")
    blocked = [outcome for outcome in outcomes if outcome.unit == "network" and outcome.mistakes]
    assert names == {AVERAGED}
    assert blocked
    assert {outcome.status for outcome in blocked} == {"blocked"}


def test_mistakes_that_cannot_be_told_apart_have_no_name(diagnosed, monkeypatch):
    """Where two known mistakes do the same, neither is the one."""

    def twice(assignment):
        known = load_misconceptions(assignment)
        copies = [dataclasses.replace(wrong, name=f"{wrong.name}_too") for wrong in known]
        return [*known, *copies]

    monkeypatch.setattr(diagnosis, "load_misconceptions", twice)
    names, _ = diagnosed({"layers.dense_backward": average_by_hand}, "layers")
    assert names == set()


def test_random_functions_are_told_by_their_statistics(diagnosed):
    """Other numbers of the same wrong distribution match, and the estimate is shown."""

    def xavier(n_in, n_out, rng, mode="fan_in"):
        fan = {"fan_in": n_in, "fan_out": n_out, "fan_avg": (n_in + n_out) / 2}[mode]
        rng.random(7)
        return rng.standard_normal((n_in, n_out)).T / fan

    names, outcomes = diagnosed({"initialization.xavier": xavier}, "initialization")
    said = {outcome.diagnosis for outcome in outcomes if outcome.mistakes}
    assert names == {"initialization.xavier_takes_the_variance_for_the_std"}
    assert all("Measured: the variance of W is 0.000" in each for each in said)


def test_a_random_function_that_resembles_nothing_has_no_name(diagnosed):
    """Twice the right standard deviation is no known mistake."""

    def he(n_in, n_out, rng):
        return 2.0 * np.sqrt(2.0 / n_in) * rng.standard_normal((n_in, n_out)).T

    names, outcomes = diagnosed({"initialization.he": he}, "initialization")
    assert names == set()
    assert any(outcome.status == "failed" for outcome in outcomes)


def test_confined_code_gets_the_same_names(assignment, hand_in):
    """What is compared has crossed between processes, and is the same."""
    source = (assignment.reference / "layers.py").read_text().replace("δ.sum(axis=0)", "X")
    source += "\n_right = dense_backward\n"
    source += "def dense_backward(dh, z, h_prev, W, activation):\n"
    source += "    dW, db, dh_prev = _right(dh, z, h_prev, W, activation)\n"
    source += "    return dW, db / len(dh), dh_prev\n"
    activations = (assignment.reference / "activations.py").read_text()
    checks = (assignment.reference / "_checks.py").read_text()
    folder = hand_in(layers=source, activations=activations, _checks=checks)
    found = [
        check_submission(folder, assignment=assignment, units=["layers"], confinement=how)
        for how in ("none", "process")
    ]
    here, confined = ([(o.status, o.mistakes) for o in grade.outcomes] for grade in found)
    assert here == confined
    assert {name for _, names in here for name in names} == {AVERAGED}


def test_without_the_reference_nothing_is_named(assignment, tmp_path):
    """A student's checker has neither the answers nor the mistakes."""
    bare = dataclasses.replace(assignment, root=tmp_path)
    assert Diagnostician(bare).examine([], LocalSubmission(assignment.reference, ["layers"])) == {}

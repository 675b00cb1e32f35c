"""Tests of the names of mistakes: a name is given only if exactly one mistake behaves alike."""

import dataclasses
import re
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest

from backproof.assignment.misconceptions import Misconception, load_misconceptions
from backproof.diagnosis import diagnostician
from backproof.diagnosis.diagnostician import Diagnostician
from backproof.grades.judging import judge
from backproof.grades.property_record import PropertyRecord
from backproof.grading.grade import check_submission, run_properties
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import with_suite
from backproof.suite.property import PropertyRun
from reference import layers, losses, network
from tests.support.classes import LOSSES

# Enough of the properties of layers to tell its mistakes apart.
SOME = (
    "test_layers_forward_sums_over_the_inputs",
    "test_layers_forward_applies_the_activation",
    "test_layers_weight_gradient_follows_the_chain_rule",
    "test_layers_bias_gradient_sums_over_the_rows",
    "test_layers_input_gradient_follows_the_chain_rule",
)
AVERAGED = "layers.backward_averages_the_bias_gradient"
FORGOTTEN = "layers.forward_forgets_the_bias"


def average_by_hand(dh, z, h_prev, W, activation):
    """Average the bias gradient, in code that differs from that of the known mistake."""
    dW, _, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    ones = np.ones((len(dh), 1))
    _, db, _ = layers.dense_backward(dh, z, ones, ones[:1] * np.ones((dh.shape[1], 1)), activation)
    return dW, [float(entry) / len(dh) for entry in db], dh_prev


def without_bias(h_prev, W, b, activation):
    """Leave out the bias."""
    return layers.dense_forward(h_prev, W, 0.0 * b, activation)


def odd(dh, z, h_prev, W, activation):
    """Return a gradient that is wrong in no known way."""
    dW, db, dh_prev = layers.dense_backward(dh, z, h_prev, W, activation)
    return dW + 0.125 * np.sin(dW), db, dh_prev


@pytest.fixture(scope="module")
def diagnosed(assignment):
    """Return a function that names the mistakes of the reference with functions replaced."""

    def diagnose(replaced, *units, properties=None):
        def work(suite):
            submission = LocalSubmission(assignment.reference, assignment.units, replaced)
            diagnostician = Diagnostician(assignment)
            records = run_properties(
                suite, submission, properties, shrink=False, diagnostician=diagnostician
            )
            submission.close()
            return judge(records, assignment).outcomes

        outcomes = with_suite(assignment, work, units=units)
        return {name for outcome in outcomes for name in outcome.mistakes}, outcomes

    return diagnose


def test_a_mistake_is_named_however_it_is_written(diagnosed):
    """Students write the same mistake in many ways."""
    names, outcomes = diagnosed({"layers.dense_backward": average_by_hand}, "layers")
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    assert names == {AVERAGED}
    assert len(failed) > 3
    assert all(outcome.diagnosis.startswith("You averaged δ") for outcome in failed)


def test_two_mistakes_in_two_functions_get_a_name_each(diagnosed):
    """Each failure must be explained by the mistake that caused it."""
    replaced = {"layers.dense_backward": average_by_hand, "layers.dense_forward": without_bias}
    names, outcomes = diagnosed(replaced, "layers", properties=SOME)
    by_property = {outcome.property: outcome.mistakes for outcome in outcomes}
    assert names == {AVERAGED, FORGOTTEN}
    assert by_property["test_layers_forward_sums_over_the_inputs"] == (FORGOTTEN,)
    assert by_property["test_layers_bias_gradient_sums_over_the_rows"] == (AVERAGED,)


def test_an_unknown_mistake_has_no_name(diagnosed):
    """A wrong name would mislead the student, so there is none without a match."""
    names, outcomes = diagnosed({"layers.dense_backward": odd}, "layers", properties=SOME)
    assert names == set()
    assert any(outcome.status == "failed" for outcome in outcomes)


def test_a_known_mistake_beside_an_unknown_one_in_one_function_has_no_name(diagnosed):
    """The function as a whole behaves like no known mistake."""

    def both(dh, z, h_prev, W, activation):
        dW, *_ = odd(dh, z, h_prev, W, activation)
        return dW, *average_by_hand(dh, z, h_prev, W, activation)[1:]

    assert diagnosed({"layers.dense_backward": both}, "layers", properties=SOME)[0] == set()


def test_what_builds_on_a_mistake_has_no_name(diagnosed):
    """A name stands beside a case of its own function, and never beside a consequence."""
    behind = "test_network_gradients_follow_the_chain_rule"
    replaced = {"layers.dense_backward": average_by_hand}
    names, outcomes = diagnosed(replaced, "layers", "network", properties=(*SOME, behind))
    [consequence] = [outcome for outcome in outcomes if outcome.unit == "network"]
    assert names == {AVERAGED}
    assert consequence.status == "blocked"
    assert consequence.mistakes == ()


def test_mistakes_that_cannot_be_told_apart_have_no_name(diagnosed, monkeypatch):
    """If two known mistakes behave alike, either name could be wrong."""

    def twice(assignment):
        known = load_misconceptions(assignment)
        copies = [dataclasses.replace(wrong, name=f"{wrong.name}_too") for wrong in known]
        return [*known, *copies]

    monkeypatch.setattr(diagnostician, "load_misconceptions", twice)
    replaced = {"layers.dense_backward": average_by_hand}
    names, _ = diagnosed(replaced, "layers", properties=SOME)
    assert names == set()


def test_a_mistake_that_would_fail_what_passed_is_ruled_out(diagnosed, monkeypatch):
    """Passed properties distinguish mistakes that behave alike in the failed ones."""

    def twice(assignment):
        known = load_misconceptions(assignment)
        claims = ("test_layers_forward_sums_over_the_inputs",)
        others = {"name": "another", "caught_by": claims}
        return [*known, *(dataclasses.replace(wrong, **others) for wrong in known)]

    monkeypatch.setattr(diagnostician, "load_misconceptions", twice)
    replaced = {"layers.dense_backward": average_by_hand}
    assert diagnosed(replaced, "layers", properties=SOME)[0] == {AVERAGED}


def test_a_mistake_that_was_never_seen_has_no_name(diagnosed, monkeypatch, assignment):
    """A call whose input was produced by wrong code is no evidence, even with one candidate."""
    known = [w for w in load_misconceptions(assignment) if w.target == "network.backward"]
    monkeypatch.setattr(diagnostician, "load_misconceptions", lambda _assignment: known[:1])

    def forward(parameters, X, activation):
        prediction, cache = network.forward(parameters, X, activation)
        return prediction + 0.125 * np.sin(prediction), cache

    behind = ("test_network_gradients_fit_their_own_forward_pass",)
    names, outcomes = diagnosed({"network.forward": forward}, "network", properties=behind)
    assert [outcome.status for outcome in outcomes] == ["failed"]
    assert names == set()


def test_random_functions_are_told_by_their_statistics(diagnosed):
    """Students draw their numbers in another order than the known mistake."""

    def xavier(n_in, n_out, rng, mode="fan_in"):
        fan = {"fan_in": n_in, "fan_out": n_out, "fan_avg": (n_in + n_out) / 2}[mode]
        rng.random(7)
        return rng.standard_normal((n_in, n_out)).T / fan

    names, outcomes = diagnosed({"initialization.xavier": xavier}, "initialization")
    diagnoses = {outcome.diagnosis for outcome in outcomes if outcome.mistakes}
    assert names == {"initialization.xavier_takes_the_variance_for_the_std"}
    assert diagnoses
    assert all(
        re.search(r"Measured: .* is .*; this mistake gives .*, the rule ", each)
        for each in diagnoses
    ), diagnoses


def test_a_random_function_that_resembles_nothing_has_no_name(diagnosed):
    """Twice the correct standard deviation is wrong, but no known mistake."""

    def he(n_in, n_out, rng):
        return 2.0 * np.sqrt(2.0 / n_in) * rng.standard_normal((n_in, n_out)).T

    names, outcomes = diagnosed({"initialization.he": he}, "initialization")
    assert names == set()
    assert any(outcome.status == "failed" for outcome in outcomes)


def test_a_like_variance_of_another_shape_has_no_name(diagnosed):
    """Normal weights of ¾ of the variance resemble normal weights cut off at two deviations."""

    def he(n_in, n_out, rng):
        return np.sqrt(1.5 / n_in) * rng.standard_normal((n_in, n_out)).T

    assert diagnosed({"initialization.he": he}, "initialization")[0] == set()


def _refused(W):
    raise RuntimeError("no")


@pytest.mark.parametrize(
    "in_one_mode", [_refused, np.transpose, lambda W: W[:1], lambda W: np.tile(W[:1], (len(W), 1))]
)
def test_a_random_function_that_is_another_in_one_way_has_no_name(diagnosed, in_one_mode):
    """Evidence of all modes must match, not only that of the mode in which statistics deviate."""

    def xavier(n_in, n_out, rng, mode="fan_in"):
        fan = {"fan_in": n_in, "fan_out": n_out, "fan_avg": (n_in + n_out) / 2}[mode]
        W = rng.standard_normal((n_in, n_out)).T / fan
        return in_one_mode(W) if mode == "fan_avg" else W

    assert diagnosed({"initialization.xavier": xavier}, "initialization")[0] == set()


def test_a_mistake_that_some_cases_refute_has_no_name(diagnosed):
    """Half the loss, but a third of it for large predictions, is not the mistake of halving it."""

    def value(prediction, target):
        return losses.mean_squared_error(prediction, target) / (
            3 if np.abs(prediction).max() > 100 else 2
        )

    names, outcomes = diagnosed({"losses.mean_squared_error": value}, "losses")
    assert names == set()
    assert any(outcome.status == "failed" for outcome in outcomes)


def test_a_convention_is_no_mistake(diagnosed, monkeypatch, assignment):
    """An assignment may allow a convention that would be a mistake under another one."""

    def half(prediction, target):
        return losses.mean_squared_error(prediction, target) / 2

    def climbing(prediction, target):
        return -losses.mean_squared_error_gradient(prediction, target)

    known = [
        Misconception(name, f"losses.{of}", (), f"You made {name}.", function)
        for name, of, function in (
            ("half", "mean_squared_error", half),
            ("climbing", "mean_squared_error_gradient", climbing),
        )
    ]
    monkeypatch.setattr(diagnostician, "load_misconceptions", lambda _assignment: known)
    half_is_right = {"losses.mean_squared_error": [("half", half)]}
    monkeypatch.setattr(diagnostician, "load_variants", lambda _assignment: half_is_right)
    both = {wrong.target: wrong.function for wrong in known}
    fits = ("test_losses_gradient_fits_its_own_loss",)
    assert diagnosed(both, "losses", properties=fits)[0] == {"losses.climbing"}


def run_again():
    """Fail the test, in the place of the cases of a property."""
    pytest.fail("the cases are run again")


def failed_with(kind):
    """Return a run of a property that failed, whose cases must not be run again."""
    record = PropertyRecord("test_losses_value_is_a_float", "losses", (), "failed", kind)
    return PropertyRun(SimpleNamespace(id="any", unit="losses"), record, run_again)


@pytest.mark.parametrize("kind", ["timeout", "exited", "memory", "protocol"])
def test_what_cannot_be_compared_is_not_run_again(assignment, kind):
    """Another run would hang, crash or fill the memory again."""
    run = failed_with(kind)
    submission = LocalSubmission(assignment.reference, assignment.units)
    assert Diagnostician(assignment).diagnose([run], submission) == [run.record]
    submission.close()


def test_naming_ends_with_its_time(assignment):
    """Names must not make the grading of a class much slower."""
    calls = []

    def half(prediction, target):
        calls.append(prediction)
        return losses.mean_squared_error(prediction, target) / 2

    late = Diagnostician(msgspec.structs.replace(assignment, seconds_per_property=0.0))

    def work(suite):
        replaced = {"losses.mean_squared_error": half}
        submission = LocalSubmission(assignment.reference, assignment.units, replaced)
        run_properties(suite, submission, shrink=False)
        alone = len(calls)
        records = run_properties(suite, submission, shrink=False, diagnostician=late)
        submission.close()
        return len(calls) == 2 * alone, [record.mistakes for record in records]

    is_same, mistakes = with_suite(assignment, work, units=["losses"])
    assert is_same
    assert not any(mistakes)


def test_conventions_that_are_left_open_do_not_hide_a_mistake(diagnosed):
    """A student may add ε outside the root and make a known mistake elsewhere in Adam."""

    def adam_step(
        theta,
        gradient,
        state,
        learning_rate,
        beta1=0.9,
        beta2=0.999,
        epsilon=1e-8,
        bias_correction=True,
    ):
        m, v, t = state
        m = beta1 * m + (1 - beta1) * gradient
        v = beta2 * v + (1 - beta2) * gradient * gradient
        v_hat = v / (1 - beta2 ** (t + 1)) if bias_correction else v
        return theta - learning_rate * m / (np.sqrt(v_hat) + epsilon), (m, v, t + 1)

    names, _ = diagnosed({"optimizers.adam_step": adam_step}, "optimizers")
    assert names == {"optimizers.adam_corrects_only_v"}


def test_confined_code_gets_the_same_names(assignment, hand_in):
    """A student's check at home and the grade of the course must name the same mistake."""
    folder = hand_in(losses=LOSSES.replace("np.mean", "np.sum"))
    found = [
        check_submission(folder, assignment=assignment, units=["losses"], confinement=level)
        for level in ("none", "process")
    ]
    here, confined = ([(o.status, o.mistakes) for o in grade.outcomes] for grade in found)
    assert here == confined
    assert {name for _, names in here for name in names} == {"losses.value_is_the_sum"}


def test_without_the_reference_nothing_is_named(assignment, tmp_path):
    """The checker that students receive contains neither the reference nor the mistakes."""
    bare = msgspec.structs.replace(assignment, root=tmp_path)
    run = failed_with("wrong")
    submission = LocalSubmission(assignment.reference, ["losses"])
    assert Diagnostician(bare).diagnose([run], submission) == [run.record]
    submission.close()


ODD = {
    "itself": "L = []; L.append(L); return L",
    "an array without end": "return np.broadcast_to(0.0, (10**13,))",
    "objects that raise": "return Odd()",
    "a list of objects that raise": "return [Odd(), Odd()]",
    "a long text": "raise ValueError('\\n'.join(['required: nothing'] * 60))",
}
CLASS = """
import numpy as np

class Odd:
    def __getattr__(self, name):
        return {}[name]

def mean_squared_error(prediction, target):
    return np.mean((prediction - target) ** 2)

def mean_squared_error_gradient(prediction, target):
"""


@pytest.mark.parametrize("name", ODD)
def test_odd_results_fail_and_no_more(assignment, hand_in, name):
    """Student code may return anything; the grade must be complete and its messages readable."""
    folder = hand_in(losses=f"{CLASS}    {ODD[name]}\n")
    grade = check_submission(folder, assignment=assignment, units=["losses"], profile="quick")
    assert grade.count("not graded") == 0
    assert grade.count("failed") > 3
    assert grade.graded_with["notes"] == []
    assert all(outcome.message.count("\n") < 4 for outcome in grade.outcomes)

"""Computing outcomes with points, statuses and blocks from records."""

import json
from dataclasses import replace

import pytest
from msgspec import structs

from backproof.assignment.config import Assignment, Derived
from backproof.assignment.credit import Credit
from backproof.grades.judging import judge
from backproof.grades.outcomes import Grade
from backproof.grades.property_record import PropertyRecord
from backproof.grades.visibility import hide_for_students
from backproof.report.platforms import json as json_report


@pytest.fixture
def small(tmp_path):
    """An assignment of two units; the second builds on the first."""
    return Assignment(
        root=tmp_path,
        title="small",
        units=("one", "two"),
        points={"one": 6.0, "two": 4.0},
        weights={"test_one_b": 2.0},
        derived={"one.g": Derived("one.f", {"test_one_f"}, "test_one_fits", {"test_one_g"})},
    )


def record(name, status="passed", **changes):
    """Return a record as the pytest plugin creates it."""
    unit = name.split("_")[1]
    fields = {"functions": (f"{unit}.f",), "sentence": "It holds.", "seconds": 0.5}
    fields["kind"] = "wrong" if status == "failed" else ""
    return PropertyRecord(**{"property": name, "unit": unit, "status": status, **fields, **changes})


def test_points_of_a_unit_are_shared_by_weight(small):
    """A unit with many properties must not be worth more than the instructor decided."""
    outcomes = judge(
        [record("test_one_a"), record("test_one_b"), record("test_two_a")], small
    ).outcomes
    assert [outcome.max_points for outcome in outcomes] == [2.0, 4.0, 4.0]
    assert Grade("x", outcomes, {}).score == 10.0


@pytest.mark.parametrize(
    ("statuses", "merged"),
    [
        (["passed", "failed"], "failed"),
        (["failed", "passed"], "failed"),
        (["passed", "not started"], "not started"),
        (["failed", "not graded"], "not graded"),
        (["not started", "failed"], "failed"),
        (["passed", "passed"], "passed"),
    ],
)
def test_a_property_with_parameters_has_its_worst_status(small, statuses, merged):
    """A failure must not be hidden by a set of parameters that passes later."""
    outcomes = judge([record("test_one_a", status) for status in statuses], small).outcomes
    assert [outcome.status for outcome in outcomes] == [merged]
    assert outcomes[0].seconds == 1.0


def test_points_of_a_property_are_shared_by_its_parameters(small):
    """If properties earn points one by one, so do the sets of their parameters."""
    small = structs.replace(small, credit=Credit(policy="share"))
    records = [record("test_two_a", status) for status in ("passed", "failed", "passed")]
    outcome = judge(records, small).outcomes[0]
    assert (outcome.status, outcome.max_points) == ("failed", 4.0)
    assert outcome.points == pytest.approx(8 / 3)


def test_only_passed_earns_points(small):
    """Points are earned by passing only."""
    names = ("test_one_a", "test_one_b", "test_two_a")
    kinds = ("failed", "not started", "not graded")
    records = [record(name, status) for name, status in zip(names, kinds, strict=True)]
    assert Grade("x", judge(records, small).outcomes, {}).score == 0.0


def failing(name, *blamed, on=(), **changes):
    """Return the record of a failure that is about some functions, which build on others."""
    return record(name, "failed", blamed=blamed, relies_on=tuple(on), **changes)


def test_a_failure_behind_a_failed_prerequisite_is_blocked(small):
    """The student learns what to fix first, and still sees what was wrong."""
    later = failing("test_two_a", "two.f", on=["one.f"], message="wrong")
    outcome = judge([failing("test_one_a", "one.f"), later], small).outcomes[1]
    assert (outcome.status, outcome.blocked_by) == ("blocked", ("one.f",))
    assert "wrong" in outcome.message
    assert "blocked by one.f" in outcome.message


@pytest.mark.parametrize(
    ("earlier", "cleared"),
    [
        (record("test_one_a", "not started"), ()),
        (failing("test_one_a", "one.g"), ()),
        (failing("test_one_a", "one.f", "one.g"), ()),
        (failing("test_one_a", "one.f"), ("one.f",)),
    ],
    ids=["not started", "another function", "a comparison", "cleared"],
)
def test_a_failure_alone_is_not_blocked(small, earlier, cleared):
    """Only a function that the failed cases used, and that fails by itself, explains them."""
    records = [earlier, failing("test_two_a", "two.f", on=["one.f"], cleared=cleared)]
    assert judge(records, small).outcomes[1].status == "failed"


def test_it_is_blocked_by_what_fails_by_itself(small):
    """A function in between, which fails only for the same reason, needs no change."""
    records = [
        failing("test_one_a", "one.f"),
        failing("test_one_b", "one.g", on=["one.f"]),
        failing("test_two_a", "two.f", on=["one.f", "one.g"]),
        failing("test_two_b", "two.f", on=["one.*"]),
    ]
    blockers = [outcome.blocked_by for outcome in judge(records, small).outcomes]
    assert blockers == [(), *[("one.f",)] * 3]


def test_a_comparison_is_judged_after_what_can_be_judged_alone(small):
    """Two functions that disagree are both suspect, unless one of them fails by itself."""
    both = failing("test_one_b", "one.f", "one.g")
    assert judge([both], small).outcomes[0].status == "failed"
    outcomes = judge([failing("test_one_a", "one.f"), both], small).outcomes
    assert outcomes[1].blocked_by == ("one.f",)


def test_a_cleared_function_is_not_blamed(small):
    """A student should look at one function, if the other one is known to be right."""
    both = failing("test_one_b", "one.f", "one.g", cleared=["one.g"])
    assert judge([both], small).outcomes[0].blamed == ("one.f",)
    later = failing("test_two_a", "two.f", on=["one.f"])
    assert judge([both, later], small).outcomes[1].blocked_by == ("one.f",)


def test_a_property_is_blocked_only_with_all_its_parameters(small):
    """A set of parameters that fails for a reason of its own must not be hidden."""
    blocked, own = failing("test_two_a", "two.f", on=["one.f"]), failing("test_two_a", "two.f")
    records = [failing("test_one_a", "one.f"), blocked]
    assert judge(records, small).outcomes[1].status == "blocked"
    assert judge([*records, own], small).outcomes[1].status == "failed"


def test_a_failure_with_a_mistake_of_its_own_is_not_blocked(small):
    """A known mistake in the unit is a cause of its own, so it is not blocked."""
    own, others = ({f"{unit}.slip": "You slipped."} for unit in ("two", "one"))
    records = [
        failing("test_one_a", "one.f"),
        failing("test_two_a", "two.f", on=["one.f"], mistakes=own),
        failing("test_two_b", "two.f", on=["one.f"], mistakes=others),
    ]
    assert [outcome.status for outcome in judge(records, small).outcomes] == [
        "failed",
        "failed",
        "blocked",
    ]


def test_mistakes_of_all_parameters_are_named(small):
    """A mistake that fails several sets of parameters is described once."""
    mistakes = [{"one.a": "You did a."}, {"one.b": "You did b."}, {"one.a": "You did a."}]
    records = [record("test_one_a", "failed", mistakes=each) for each in mistakes]
    [outcome] = judge(records, small).outcomes
    assert outcome.mistakes == ("one.a", "one.b")
    assert outcome.diagnosis == "You did a.\nYou did b."


def derivative(fits, **changes):
    """Return records of a wrong function and its derivative, which fits it or not."""
    return [
        record("test_one_f", "failed"),
        record("test_one_g", "failed", functions=("one.g",), **changes),
        record("test_one_fits", fits, functions=("one.f", "one.g")),
    ]


def test_a_derivative_that_fits_a_wrong_function_keeps_its_points(small):
    """One mistake is one deduction, and the message says so."""
    outcome = judge(derivative("passed"), small).outcomes[1]
    assert (outcome.status, outcome.points) == ("blocked", outcome.max_points)
    assert "blocked by one.f" in outcome.message
    assert "costs no points" in outcome.message


@pytest.mark.parametrize(("fits", "kind"), [("failed", "wrong"), ("passed", "exception")])
def test_a_derivative_that_is_wrong_itself_loses_its_points(small, fits, kind):
    """A derivative with a mistake of its own must not be excused."""
    outcome = judge(derivative(fits, kind=kind), small).outcomes[1]
    assert (outcome.status, outcome.points) == ("failed", 0.0)


def test_a_function_that_fails_in_another_way_is_no_excuse(small):
    """A function that raises computes nothing that a derivative could fit."""
    raised, _, fits = derivative("passed")
    _, wrong, _ = derivative("passed")
    assert judge([replace(raised, kind="exception"), wrong, fits], small).outcomes[1].points == 0.0
    other = record("test_one_other", "failed")
    assert judge([record("test_one_f"), other, wrong, fits], small).outcomes[2].points == 0.0


def test_a_derivative_of_a_right_function_has_no_excuse(small):
    """If the function is right, the derivative is the mistake."""
    _, *records = derivative("passed")
    assert judge([record("test_one_f"), *records], small).outcomes[1].points == 0.0


def test_outcomes_come_in_lecture_order(small):
    """Parallel workers finish in any order; the report must not depend on it."""
    outcomes = judge(
        [record("test_two_a"), record("test_one_b"), record("test_one_a")], small
    ).outcomes
    assert [outcome.unit for outcome in outcomes] == ["one", "one", "two"]


def test_the_json_form_can_be_read_back(small):
    """The store and the cluster keep grades in this form."""
    grade = Grade(
        "x", judge([record("test_one_a", "failed", case="f(1)")], small).outcomes, {"seed": 3}
    )
    document = json.loads(json_report.render(grade))
    assert Grade.from_json(document) == grade
    assert document["outcomes"][0]["functions"] == ["one.f"]


def test_a_hidden_property_shows_its_unit_and_kind_only(small):
    """A student could otherwise read the hidden property out of any field."""
    secret = {"functions": ("two.secret",), "sentence": "secret", "message": "secret 0.123"}
    secret |= {
        "mistakes": {"two.secret": "secret"},
        "evidence": {"kind": "path", "what": "secret"},
    }
    records = [
        record("test_one_a"),
        record("test_two_secret", "failed", case="secret", **secret),
        record("test_two_secret_too", "passed", **secret),
        record("test_two_open", "failed", message="said"),
    ]
    outcomes, functions = judge(records, small)
    grade = Grade("x", outcomes, {}, functions)
    shown = hide_for_students(grade, {"test_two_secret", "test_two_secret_too"})
    hidden = shown.outcomes[1]
    assert "secret" not in json_report.render(shown)
    assert (hidden.unit, hidden.kind, hidden.status) == ("two", "wrong", "failed")
    assert (hidden.property, hidden.message) == ("hidden_two_1", "a wrong result")
    assert shown.score == grade.score
    assert shown.outcomes[3].message == "said"


def test_statistics_of_all_parameters_are_put_side_by_side(small):
    """A report draws them in one picture, so each needs the label of its parameters."""
    row = {"label": "", "measured": 2.0, "low": 0.0, "high": 1.0, "passed": False}
    drawn = {"kind": "measured", "what": "a mean", "rows": [row]}
    records = [
        record("test_one_a", "failed", evidence=drawn, parameters=f"name={name}")
        for name in ("relu", "tanh")
    ]
    [outcome] = judge(records, small).outcomes
    assert [row["label"] for row in outcome.evidence["rows"]] == ["name=relu", "name=tanh"]


def test_a_record_can_be_sent_to_another_process(small):
    """Parallel pytest workers and forked graders send records as JSON."""
    sent = record("test_one_a", "failed", mistakes={"one.a": "You did a."}, case="f(1)")
    assert PropertyRecord.from_json(json.loads(json.dumps(sent.to_json()))) == sent

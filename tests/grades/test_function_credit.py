"""The points of functions: who earns them, who loses them, and that they add up."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backproof.assignment.config import Assignment
from backproof.assignment.credit import POLICIES, Credit
from backproof.grades.judging import judge
from backproof.grades.outcomes import Grade
from backproof.grades.property_record import ROLES, PropertyRecord

CREDIT = Credit(points={"one.f": 4.0}, parts={"one.make": "one.use"})


@pytest.fixture
def small(tmp_path):
    """An assignment of two units; the second builds on the first."""
    return with_credit(Credit(points={"one.f": 4.0}), tmp_path)


def with_credit(credit, root="no/such/folder"):
    """Return the assignment with another credit table."""
    return Assignment(
        root=Path(root),
        title="small",
        units=("one", "two"),
        points={"one": 10.0, "two": 3.0},
        credit=credit,
    )


def record(name, functions, status="passed", role="core", **changes):
    """Return a record of unit ``one``, or of the unit of its first function."""
    unit = functions.split()[0].partition(".")[0] if "." in functions else "one"
    named = tuple(name if "." in name else f"one.{name}" for name in functions.split())
    kind = "wrong" if status == "failed" else ""
    fields = {"functions": named, "unit": unit, "status": status, "role": role, "kind": kind}
    if status == "failed":
        fields["blamed"] = named
        fields["relies_on"] = ("one.f",) if unit == "two" else ()
    return PropertyRecord(**{"property": f"test_{name}", **fields, **changes})


def earned(assignment, *records):
    """Judge records; return the points of each function, without its unit."""
    found = judge(records, assignment)
    return {c.function.partition(".")[2]: round(c.points, 9) for c in found.functions}


def test_the_core_is_earned_together_and_edges_one_by_one(small):
    """A function whose values are wrong is wrong, whatever else is right about it."""
    edges = [record("e1", "f", role="edge"), record("e2", "f", "failed", role="edge")]
    edges.append(record("c", "g"))
    core = [record("a", "f"), record("b", "f")]
    assert earned(small, *core, *edges)["f"] == pytest.approx(3.4)
    assert earned(small, core[0], replace(core[1], status="failed"), *edges)["f"] == 0.6


@pytest.mark.parametrize(("role", "points"), [("core", 0.0), ("edge", 2.0)])
def test_properties_of_one_role_earn_all_points(small, role, points):
    """A function without edges has only its core to lose, and one without a core its edges."""
    first, second, other = (
        record("a", "f", role=role),
        record("b", "f", role=role),
        record("c", "g"),
    )
    assert earned(small, first, second, other)["f"] == 4.0
    failed = replace(second, status="failed", kind="wrong")
    assert earned(small, first, failed, other)["f"] == points


@pytest.mark.parametrize(("policy", "points"), [("core", 1.2), ("share", 3.0), ("all", 0.0)])
def test_the_policy_decides_what_a_wrong_value_costs(policy, points):
    """Courses differ in how strict they are."""
    assignment = with_credit(Credit(policy=policy, points={"one.f": 4.0}))
    records = [record("a", "f"), record("b", "f", "failed"), record("c", "f")]
    records += [record("e", "f", role="edge"), record("d", "g")]
    assert earned(assignment, *records)["f"] == pytest.approx(points)


def test_a_set_of_parameters_that_fails_loses_the_core_of_its_functions_only(small):
    """A property of many functions has a set of parameters for each: the others are right."""
    records = [record("each", "f", "failed"), record("each", "g")]
    assert earned(small, *records) == {"f": 0.0, "g": 6.0}


def test_a_part_counts_for_its_whole():
    """What ``make`` returns only ``use`` understands, so nobody can say which is wrong."""
    whole, right = with_credit(CREDIT), record("a", "f")
    assert earned(whole, right, record("b", "make use", "failed")) == {"f": 4.0, "use": 0.0}
    assert earned(whole, right, record("b", "make use")) == {"f": 4.0, "use": 6.0}


def test_a_function_that_fails_alone_explains_what_fails_with_it(small):
    """The other function of a property may be right, so it loses no more than this property."""
    records = [record("a", "f", "failed"), record("b", "g"), record("c", "f g", "failed")]
    assert earned(small, *records) == {"f": 0.0, "g": 3.0}


def test_a_cleared_function_loses_nothing(small):
    """The failure was found to come from the other function."""
    both = record("c", "f g", "failed", cleared=("one.g",))
    assert earned(small, record("b", "g"), both) == {"f": 0.0, "g": 6.0}


def test_a_failure_that_is_cleared_altogether_is_blocked(small):
    """A student should not look for a mistake where there is none, nor pay for it twice."""
    records = [record("a", "f", "failed"), record("b", "two.f", "failed", cleared=("two.f",))]
    outcome = judge(records, small).outcomes[1]
    assert (outcome.status, outcome.points) == ("blocked", 3.0)
    assert "blocked by one.f: right code here would give the same" in outcome.message


def test_a_failure_that_may_be_blocked_loses_its_share_only(small):
    """Whether the function is right is not known, so it keeps what passes and gets no more."""
    records = [record("a", "f", "failed"), record("b", "two.f", "failed"), record("c", "two.f")]
    assert [c.points for c in judge(records, small).functions if c.unit == "two"] == [1.5]


def test_a_function_of_which_nothing_is_right_earns_nothing_by_being_blocked(small):
    """Breaking a cheap function must not pay for an expensive one."""
    records = [record("a", "f", "failed"), record("b", "two.f", "failed")]
    assert [c.points for c in judge(records, small).functions if c.unit == "two"] == [0.0]


def test_a_function_that_is_not_started_costs_the_others_nothing(small):
    """A student who has written one function has earned it."""
    both = record("c", "f g", "not started", ended_in="one.g")
    assert earned(small, record("a", "f"), both) == {"f": 4.0, "g": 0.0}


def test_an_exception_is_charged_to_the_function_that_raised_it(small):
    """The functions called before it did nothing wrong."""
    both = record("c", "f g", "failed", kind="exception", ended_in="one.g")
    assert earned(small, record("a", "f"), both) == {"f": 4.0, "g": 0.0}


def test_a_record_without_functions_counts_for_all(small):
    """After a crash it is not known what was called, and nothing is earned by a crash."""
    records = [record("a", "f"), record("b", "g"), record("c", "", "failed", unit="one")]
    assert earned(small, *records) == {"f": 0.0, "g": 0.0}


def test_points_that_are_lost_stand_where_they_were_lost(small):
    """A platform shows a passed test with all of its points, and a failed one with what it cost."""
    records = [record("a", "f"), record("b", "f", "failed"), record("c", "f", role="edge")]
    found = judge(records, small)
    points = [(round(o.points, 9), round(o.max_points, 9)) for o in found.outcomes]
    assert points == [(0.0, 0.0), (0.0, 7.0), (3.0, 3.0)]
    credit = found.functions[0]
    assert (credit.core_passed, credit.core_total) == (1, 2)
    assert (credit.edges_passed, credit.edges_total) == (1, 1)


def records_of_two_units():
    """Draw records of any status, of some functions of two units."""
    statuses = ("passed", "failed", "not started", "not graded")
    functions = st.sampled_from(["f", "g", "f g", "make use", "use", "two.f", "two.f two.g", ""])
    one = st.builds(
        lambda number, names, status, role, cleared, ended: record(
            f"{number}_{names}",
            names,
            status,
            role,
            cleared=("one.f",) if cleared else (),
            ended_in="one.g" if ended else "",
        ),
        st.integers(0, 3),
        functions,
        st.sampled_from(statuses),
        st.sampled_from(ROLES),
        st.booleans(),
        st.booleans(),
    )
    return st.lists(one, min_size=1, max_size=9)


@given(
    records=records_of_two_units(),
    policy=st.sampled_from(POLICIES),
    edges=st.sampled_from([0.0, 0.3, 1.0]),
)
def test_points_add_up_whatever_happens(records, policy, edges):
    """Functions add up to units, properties to functions, and nobody earns more than there is."""
    assignment = with_credit(Credit(policy, edges, CREDIT.points, CREDIT.parts))
    found = judge(records, assignment)
    grade = Grade("x", found.outcomes, {}, found.functions)
    units = {record.unit for record in records}
    assert grade.max_score == sum(assignment.points[unit] for unit in units)
    assert grade.score == pytest.approx(sum(c.points for c in found.functions), abs=2e-6)
    assert all(0 <= c.points <= c.max_points + 1e-9 for c in found.functions)
    assert all(0 <= o.points <= o.max_points + 1e-9 for o in found.outcomes)

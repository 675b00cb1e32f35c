"""Failures are grouped by what a student has to change."""

import pytest

from backproof.failure_kinds import EXCEPTION, IMPORT_FAILED, MISSING, TIMEOUT
from backproof.grades.causes import find_causes
from backproof.grades.outcomes import BLOCKED, FAILED, NOT_GRADED, PASSED
from backproof.grades.visibility import hide_for_students
from tests.support.report_examples import grade, outcome

F, G, N = ("layers.f",), ("layers.g",), ("network.n",)


def failure(number, unit="layers", blamed=F, **changes):
    """Return a failure that is about a function."""
    return outcome(number, unit, FAILED, blamed=blamed, **changes)


def blocked(number, unit="network", by=F, **changes):
    """Return a failure that may follow from another function."""
    return outcome(number, unit, BLOCKED, blamed=N, blocked_by=by, **changes)


def grouped(*outcomes):
    """Return the properties of each cause, those that it explains in brackets of their own."""
    return [
        ([o.property for o in cause.outcomes], [o.property for o in cause.follows])
        for cause in find_causes(outcomes)
    ]


def test_failures_of_one_function_have_one_cause():
    """One mistake breaks many rules, and each would fill the screen."""
    passed = outcome(5, "layers", PASSED)
    found = grouped(failure(1), failure(2, blamed=G), failure(3), failure(4), passed)
    assert found == [
        (["test_layers_1", "test_layers_3", "test_layers_4"], []),
        (["test_layers_2"], []),
    ]


def test_what_follows_belongs_to_the_cause():
    """A consequence needs no change of its own."""
    assert grouped(failure(1), blocked(2), blocked(3)) == [
        (["test_layers_1"], ["test_network_2", "test_network_3"])
    ]
    assert (
        find_causes([failure(1), failure(4), blocked(2)])[0].also
        == "1 rule of layers, 1 of network"
    )
    assert find_causes([failure(1)])[0].also == ""


def test_a_name_is_a_cause_wherever_it_appears():
    """Two known mistakes in one function are two changes; one in two units is one."""
    named = [failure(n, mistakes=(f"layers.{name}",)) for n, name in enumerate("aba")]
    far = outcome(9, "network", FAILED, blamed=N, mistakes=("layers.b",))
    assert [len(cause.outcomes) for cause in find_causes([*named, far])] == [2, 2]
    assert [c.shown.mistakes for c in find_causes(named)] == [("layers.a",), ("layers.b",)]


def test_a_failure_without_a_name_joins_the_named_one():
    """A name is not found for every rule that a mistake breaks."""
    named, other = failure(2, mistakes=("layers.a",)), failure(3, blamed=(*G, *F))
    [cause] = find_causes([failure(1), named, other])
    assert cause.shown is named
    assert len(cause.outcomes) == 3


def test_exceptions_at_one_place_have_one_cause():
    """A line that raises fails every rule that reaches it."""
    said = "returned: f raised ValueError: {}, at layers.py line {}: h = W @ x\nrequired: a result"
    raised = [
        failure(n, kind=EXCEPTION, message=said.format(n, line), case=f"r = {n}")
        for n, line in enumerate((3, 7, 3))
    ]
    assert [len(cause.outcomes) for cause in find_causes(raised)] == [2, 1]


def test_a_missing_function_is_one_cause():
    """It fails many rules, which would fill the screen."""
    lacks = {"kind": MISSING, "message": "layers.py has no `f`", "case": None}
    assert [len(c.outcomes) for c in find_causes([failure(1, **lacks), failure(2, **lacks)])] == [2]


LACKS = failure(5, kind=MISSING, message="layers.py has no `g`", case=None, blamed=G)
BROKEN = failure(6, kind=IMPORT_FAILED, message="layers.py cannot be imported", case=None)
RAISES = failure(
    7, kind=EXCEPTION, message="f raised, at layers.py line 1: x", blamed=("layers.h",)
)
HANGS = failure(8, kind=TIMEOUT, case=None, blamed=("layers.k",))


@pytest.mark.parametrize(
    ("outcomes", "first"),
    [
        ([failure(1), failure(2, blamed=G), failure(3, blamed=G)], "test_layers_2"),
        ([failure(1), failure(2, blamed=G), blocked(3, by=G)], "test_layers_2"),
        ([failure(1), failure(2, blamed=G)], "test_layers_1"),
        ([failure(1), failure(2), RAISES], "test_layers_7"),
        ([failure(1), failure(2), HANGS], "test_layers_8"),
        ([RAISES, LACKS], "test_layers_5"),
        ([LACKS, BROKEN], "test_layers_6"),
        ([blocked(1, by=G), blocked(2, by=G), failure(3)], "test_layers_3"),
        ([outcome(1, status=NOT_GRADED), failure(2)], "test_layers_2"),
        ([failure(1, blamed=(*F, *G)), failure(2, blamed=(*F, *G)), failure(3)], "test_layers_3"),
        ([failure(1, case="a\nb\nc"), failure(2, case="a")], "test_layers_2"),
        ([failure(1, case="a", role="edge"), failure(2, case="a\nb")], "test_layers_2"),
    ],
)
def test_what_comes_first(outcomes, first):
    """The change that repairs most, and never a consequence; what says its place, before all."""
    assert find_causes(outcomes)[0].shown.property == first


def test_hidden_failures_stay_apart():
    """That two of them have one cause would reveal what they check, so they come last."""
    shown, *others = outcomes = failure(1), failure(2), failure(3)
    veiled = hide_for_students(grade(*outcomes), {other.property for other in others})
    causes = find_causes(veiled.outcomes)
    assert [len(cause.outcomes) for cause in causes] == [1, 1, 1]
    assert causes[0].shown == shown


def test_a_place_names_functions_and_their_unit():
    """A student looks for a function in a file."""
    assert find_causes([failure(1)])[0].place == "f in layers"
    assert find_causes([failure(1, blamed=(*F, *G))])[0].place == "f and g in layers"
    many = tuple(f"layers.f{number}" for number in range(4))
    assert find_causes([failure(1, blamed=many)])[0].place == "layers"

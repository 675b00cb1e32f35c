"""Tests of the store of a class: what is saved can be read again, in order."""

import dataclasses
import random
import sqlite3
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backproof.classroom.store import Store
from backproof.classroom.store_rows import sort_key
from backproof.grades.outcomes import STATUSES, Grade, Outcome
from backproof.grades.results import Result, Student
from tests.support.stores import RUN, asked, outcome, result, saved


@pytest.fixture
def path(tmp_path):
    """The path of a store, in a folder that does not exist yet."""
    return tmp_path / "out" / "grades.sqlite"


# Lone surrogates occur in the names of files that are not UTF-8.
LETTERS = st.characters() | st.sampled_from(["\0", "\ud83d", "\ude00", "\udcff"])
TEXTS = st.lists(LETTERS, max_size=8).map("".join)
NUMBERS = st.floats(0, 1e9)
STUDENTS = st.builds(Student, TEXTS, TEXTS, TEXTS)
OUTCOMES = st.builds(
    Outcome,
    property=TEXTS,
    unit=TEXTS,
    functions=st.lists(TEXTS, max_size=2).map(tuple),
    status=st.sampled_from(STATUSES),
    kind=TEXTS,
    points=NUMBERS,
    max_points=NUMBERS,
    sentence=TEXTS,
    message=TEXTS,
    case=st.none() | TEXTS,
    diagnosis=st.none() | TEXTS,
    seconds=NUMBERS,
)
GRADES = st.builds(
    Grade,
    submission=TEXTS,
    outcomes=st.lists(OUTCOMES, max_size=3).map(tuple),
    graded_with=st.dictionaries(TEXTS, st.none() | st.integers() | TEXTS, max_size=2),
)
RESULTS = st.builds(
    Result,
    name=TEXTS,
    students=st.lists(STUDENTS, max_size=2).map(tuple),
    number=st.integers(1, 2**40),
    fingerprint=TEXTS,
    grade=st.none() | GRADES,
    problem=TEXTS,
    seconds=NUMBERS,
    cpu_seconds=NUMBERS,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One open store for all examples of a property."""
    with Store.open(tmp_path_factory.mktemp("shared") / "grades.sqlite", RUN) as store:
        yield store


@settings(deadline=None)
@given(each=RESULTS)
def test_a_result_comes_back_as_it_was_saved(shared, each):
    """Names and messages may contain any characters, also those that SQLite treats specially."""
    shared.save(each)
    assert list(shared.results([each.name])) == [each]
    summary = next(row for row in shared.summary() if row.name == each.name)
    fields = ("students", "number", "fingerprint", "problem", "seconds", "cpu_seconds")
    assert [getattr(summary, f) for f in fields] == [getattr(each, f) for f in fields]
    expected = (each.grade.score, each.grade.max_score) if each.grade else (None, None)
    assert (summary.score, summary.max_score) == expected
    assert summary.graded == (each.name in shared.finished())


def test_saving_a_name_again_replaces_it_and_keeps_the_old_one_aside(path):
    """An instructor may need an earlier result after a regrade by mistake."""
    saved(path, *(result("ada", number=number) for number in (1, 2, 3)))
    with Store.open(path, RUN) as store:
        assert [each.number for each in store.results()] == [3]
    assert asked(path, "SELECT name, number FROM superseded ORDER BY serial") == [
        ("ada", 1),
        ("ada", 2),
    ]


def test_finished_leaves_out_what_is_to_be_tried_again(path):
    """A fault of the grader may not occur again, so these results are graded again."""
    saved(
        path,
        result("done", [outcome(), outcome(status="failed")]),
        result("in part", [outcome(), outcome(status="not graded")]),
        result("doubtful", problem="the grader ended early"),
        Result("not at all", (), 1, "", None, "no space"),
    )
    with Store.open(path, RUN) as store:
        assert store.finished() == {"done": "print of done"}


# Order and memory.


@given(
    one=st.integers(0, 10**20 - 1),
    two=st.integers(0, 10**20 - 1),
    tail=st.sampled_from(["", "7", "é"]),
)
def test_numbers_in_names_are_ordered_by_value(one, two, tail):
    """People expect a2 before a10 in a gradebook."""
    ordered = sort_key(f"a{one}-{tail}") < sort_key(f"a{two}-{tail}")
    assert ordered == (one < two)


NAMES = st.text(st.sampled_from("aA0\0ſs1"), max_size=6)


@given(one=NAMES, two=NAMES)
def test_no_two_names_share_their_place_in_the_order(one, two):
    """Otherwise one student's result would replace another's."""
    assert (sort_key(one) == sort_key(two)) == (one == two)


def test_everything_is_given_in_natural_order(path):
    """Results are saved in the order in which grading ends, which differs from run to run."""
    ordered = ["a1", "a2", "a10", "A10 again", "b", "Über"]
    saved(path, *(result(name) for name in sorted(ordered, key=hash)))
    with Store.open(path, RUN) as store:
        assert [each.name for each in store.results()] == ordered
        assert [row.name for row in store.summary()] == ordered
        assert [each.name for each in store.results(["b", "a10", "nobody", "a2", "b"])] == [
            "a2",
            "a10",
            "b",
        ]
        assert store.forget("*") == ordered


def test_results_of_any_number_of_names_can_be_asked_for(path):
    """SQLite limits the number of variables in a statement."""
    with Store.open(path, RUN) as store:
        store.save(result("ada"))
        store._database.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 20)
        (found,) = store.results(["ada", *(f"other-{number}" for number in range(100))])
        assert found == result("ada")


def test_memory_does_not_grow_with_the_number_of_results(path):
    """A class of thousands must not fill the memory when its reports are written."""
    chance = random.Random(0)
    long = [outcome(message=chance.randbytes(400).hex()) for _ in range(40)]

    def peak(store):
        tracemalloc.start()
        try:
            for rows in (store.results(), store.summary()):
                for _ in rows:
                    pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    with Store.open(path, RUN) as store:
        for number in range(150):
            store.save(result(f"student-{number}", long))
            if number == 14:
                few = peak(store)
        assert peak(store) < 1.5 * few


def test_results_can_be_saved_while_they_are_read(path):
    """A result that is saved during an iteration must neither be lost nor end the iteration."""
    saved(path, *(result(f"a{number}") for number in range(9)))
    with Store.open(path, RUN) as store:
        read = []
        for each in store.results():
            read.append(each.name)
            store.save(dataclasses.replace(each, number=2))
        assert read == [f"a{number}" for number in range(9)]
        assert {row.number for row in store.summary()} == {2}


def test_what_is_saved_is_forced_to_the_disk(path):
    """A result must survive a power cut once ``save`` has returned."""
    with Store.open(path, RUN) as store:
        full = 2
        assert store._database.execute("PRAGMA synchronous").fetchone() == (full,)

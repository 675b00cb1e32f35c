"""The store of a class's results: nothing is lost, and everything unusable is refused in words."""

import dataclasses
import hashlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backproof.errors import UserError
from backproof.outcomes import STATUSES, Grade, Outcome
from backproof.results import Result, Student
from backproof.store import Store, in_order

RUN = {"backproof": "1.0", "seed": 0, "confinement": {"level": "strict", "open": []}}
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def path(tmp_path):
    """Where a store may be: in a folder that is not there yet."""
    return tmp_path / "out" / "grades.sqlite"


def outcome(**changes):
    """Make an outcome that passed."""
    fields = {"property": "test_one_a", "unit": "one", "functions": ("one.f",), "kind": ""}
    fields |= {"status": "passed", "points": 1.0, "max_points": 2.0, "sentence": "σ holds."}
    fields |= {"message": "", "case": None, "diagnosis": None, "seconds": 0.25}
    return Outcome(**{**fields, **changes})


def result(name, outcomes=(), **changes):
    """Make a graded result."""
    grade = Grade(name, tuple(outcomes) or (outcome(),), {"seed": 0})
    fields = {"students": (Student(f"id-{name}"),), "number": 1, "fingerprint": f"print of {name}"}
    return Result(name=name, grade=grade, **{**fields, **changes})


def saved(path, *results, run=RUN):
    """Make a store of these results, or add them to it, and close it."""
    with Store.open(path, run) as store:
        for each in results:
            store.save(each)


def names_in(path, run=RUN):
    """List the names of the results in a store."""
    with Store.open(path, run) as store:
        return [row.name for row in store.summary()]


def asked(path, query):
    """Ask or change a store as SQLite has it."""
    with closing(sqlite3.connect(path)) as database, database:
        return database.execute(query).fetchall()


# What goes in comes out.

# Also halves of surrogate pairs, as in the names of files that are not UTF-8.
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
    """Whatever characters its name, its students and its grade are made of."""
    shared.save(each)
    assert list(shared.results([each.name])) == [each]
    summary = next(row for row in shared.summary() if row.name == each.name)
    shown = ("students", "number", "fingerprint", "problem", "seconds", "cpu_seconds")
    assert [getattr(summary, f) for f in shown] == [getattr(each, f) for f in shown]
    expected = (each.grade.score, each.grade.max_score) if each.grade else (None, None)
    assert (summary.score, summary.max_score) == expected
    assert summary.graded == (each.name in shared.finished())


def test_saving_a_name_again_replaces_it_and_keeps_the_old_one_aside(path):
    """One result for each name; what was there before is in ``superseded``, oldest first."""
    saved(path, *(result("ada", number=number) for number in (1, 2, 3)))
    with Store.open(path, RUN) as store:
        assert [each.number for each in store.results()] == [3]
    assert asked(path, "SELECT name, number FROM superseded ORDER BY serial") == [
        ("ada", 1),
        ("ada", 2),
    ]


def test_finished_leaves_out_what_is_to_be_tried_again(path):
    """No grade, a problem, or one outcome that is not graded: a fault that may not come back."""
    saved(
        path,
        result("done", [outcome(), outcome(status="failed")]),
        result("in part", [outcome(), outcome(status="not graded")]),
        result("doubtful", problem="the grader ended early"),
        Result("not at all", (), 1, "", None, "no space"),
    )
    with Store.open(path, RUN) as store:
        assert store.finished() == {"done": "print of done"}


# Order, and as much memory for many as for few.


@given(
    one=st.integers(0, 10**20 - 1),
    two=st.integers(0, 10**20 - 1),
    tail=st.sampled_from(["", "7", "é"]),
)
def test_numbers_in_names_are_ordered_by_value(one, two, tail):
    """As people count: a2 before a10."""
    ordered = in_order(f"a{one}-{tail}") < in_order(f"a{two}-{tail}")
    assert ordered == (one < two)


NAMES = st.text(st.sampled_from("aA0\0ſs1"), max_size=6)


@given(one=NAMES, two=NAMES)
def test_no_two_names_share_their_place_in_the_order(one, two):
    """Not even if they differ in case, in leading zeros or in characters without a shape."""
    assert (in_order(one) == in_order(two)) == (one == two)


def test_everything_is_given_in_natural_order(path):
    """Results, rows and names that were forgotten; whatever order they came in."""
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
    """More names than a statement of SQLite's may have variables."""
    with Store.open(path, RUN) as store:
        store.save(result("ada"))
        store._database.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 20)
        (found,) = store.results(["ada", *(f"other-{number}" for number in range(100))])
        assert found == result("ada")


def test_memory_does_not_grow_with_the_number_of_results(path):
    """Ten times the results take no more: each is read, given and let go."""
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
    """Each is given once, and what is saved meanwhile is kept."""
    saved(path, *(result(f"a{number}") for number in range(9)))
    with Store.open(path, RUN) as store:
        read = []
        for each in store.results():
            read.append(each.name)
            store.save(dataclasses.replace(each, number=2))
        assert read == [f"a{number}" for number in range(9)]
        assert {row.number for row in store.summary()} == {2}


def test_what_is_saved_is_forced_to_the_disk(path):
    """A power cut takes nothing that ``save`` returned from."""
    with Store.open(path, RUN) as store:
        full = 2
        assert store._database.execute("PRAGMA synchronous").fetchone() == (full,)


# Going on, and beginning again.


def test_a_store_goes_on_with_an_equal_run(path):
    """JSON values are equal whatever the order of their keys."""
    saved(path, result("ada"))
    turned = {"confinement": {"open": (), "level": "strict"}, "seed": 0, "backproof": "1.0"}
    with Store.open(path, turned) as store:
        assert store.finished() == {"ada": "print of ada"}


def test_another_run_is_refused_and_each_difference_named(path):
    """A key that changed, one that is new and one that is gone; the store stays as it was."""
    saved(path, result("ada"))
    with pytest.raises(UserError) as refused:
        Store.open(path, {"seed": 5, "confinement": RUN["confinement"], "profile": "ci"})
    for said in (
        'backproof was "1.0" and is not set now',
        "seed was 0 and is 5 now",
        'profile was not set and is "ci" now',
        "--out",
        "--fresh",
    ):
        assert said in str(refused.value)
    assert "confinement" not in str(refused.value)
    assert names_in(path) == ["ada"]


def test_beginning_again_sets_aside_what_is_there(path):
    """Each time under the next number, as a store that can be opened; nothing is deleted."""
    for seed in range(3):
        with Store.open(path, {"seed": seed}, resume=False) as store:
            assert store.finished() == {}
            store.save(result(f"of seed {seed}"))
    for seed, name in enumerate(("grades.1.sqlite", "grades.2.sqlite", "grades.sqlite")):
        assert names_in(path.with_name(name), {"seed": seed}) == [f"of seed {seed}"]


def crashed(path, *results, before=()):
    """Leave a store as a process that is killed does, with results that are in the log only."""
    elsewhere = path.with_name("elsewhere.sqlite")
    saved(elsewhere, *before)
    with Store.open(elsewhere, RUN) as store:
        for each in results:
            store.save(each)
        for part in ("", "-wal"):
            shutil.copy(f"{elsewhere}{part}", f"{path}{part}")


def test_what_is_in_the_log_only_is_there_when_a_store_is_opened_next(path):
    """The log of a process that was killed is recovered."""
    crashed(path, result("ada"), result("ben"))
    assert names_in(path) == ["ada", "ben"]


def test_what_is_in_the_log_only_is_set_aside_too(path):
    """The log is brought into the file first, which is then complete by itself."""
    crashed(path, result("ada"), result("ben"))
    Store.open(path, RUN, resume=False).close()
    assert not path.with_name("grades.1.sqlite-wal").exists()
    assert names_in(path.with_name("grades.1.sqlite")) == ["ada", "ben"]
    assert names_in(path) == []


def test_a_damaged_store_is_set_aside_as_it_is(path):
    """Byte for byte, with its log: somebody may be able to recover it."""
    crashed(path, result("ada", number=2), before=[result("ada")])
    with path.open("r+b") as file:
        file.write(b"no header" * 9)
    parts = {ending: Path(f"{path}{ending}").read_bytes() for ending in ("", "-wal")}
    Store.open(path, RUN, resume=False).close()
    for ending, content in parts.items():
        assert path.with_name(f"grades.1.sqlite{ending}").read_bytes() == content
    assert names_in(path) == []


@pytest.mark.parametrize(
    "content", [b"name,grade\n", b"SQLite format 3\0" + b"\xff" * 9000], ids=["text", "noise"]
)
def test_what_is_no_store_is_set_aside_too(path, content):
    """As a refusal says that it would be."""
    path.parent.mkdir()
    path.write_bytes(content)
    Store.open(path, RUN, resume=False).close()
    assert path.with_name("grades.1.sqlite").read_bytes() == content
    assert names_in(path) == []


def test_a_store_that_another_program_reads_is_not_set_aside(path):
    """What has the file open would go on with it under its new name."""
    saved(path, result("ada"))
    with closing(sqlite3.connect(path)) as other:
        other.execute("SELECT * FROM run").fetchall()
        with pytest.raises(UserError, match="in use by another program"):
            Store.open(path, RUN, resume=False)
    assert names_in(path) == ["ada"]


# One at a time.


def test_two_cannot_use_one_store_at_the_same_time(path):
    """Neither go on with it nor set it aside; when it is closed the next may."""
    with Store.open(path, RUN) as store:
        for resume in (True, False):
            with pytest.raises(UserError, match="in use by another backproof grade"):
                Store.open(path, RUN, resume=resume)
        store.save(result("ada"))
        files = {path.name + ending for ending in ("", "-wal", "-shm", ".lock")}
        assert {file.name for file in path.parent.iterdir()} == files
    assert names_in(path) == ["ada"]
    assert {file.name for file in path.parent.iterdir()} == {path.name, f"{path.name}.lock"}


PARENT = """
import os, sys
from pathlib import Path
from backproof.results import Result
from backproof.store import Store
store = Store.open(Path(sys.argv[1]), {"seed": 0})
store.save(Result("before", (), 1, "", None))
closed, tell = os.pipe()
if os.fork() == 0:
    store.close()  # as at the end of a with statement that it was forked in
    os.write(tell, b".")
    sys.stdin.read()  # until the test is over
    os._exit(0)
os.read(closed, 1)
store.save(Result("after", (), 1, "", None))
print("saved", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_what_is_forked_from_a_grader_neither_holds_its_store_nor_harms_it(path):
    """Another process cannot have the store while the grader lives, and can when it is killed."""
    with started(PARENT, path) as parent:
        assert parent.stdout.readline() == "saved\n"
        with pytest.raises(UserError, match="in use by another backproof grade"):
            Store.open(path, {"seed": 0})
        parent.kill()
        parent.wait()
        assert names_in(path, {"seed": 0}) == ["after", "before"]


# Regrading.


@pytest.mark.parametrize(
    ("pattern", "forgotten"),
    [
        ("ada", ["ada"]),
        ("a*", ["a[1]", "ada"]),
        ("a[1]", ["a[1]"]),
        ("s-7", ["ben"]),
        ("*", ["a[1]", "ada", "ben"]),
    ],
)
def test_forgetting_takes_out_what_matches_and_keeps_it_aside(path, pattern, forgotten):
    """A name or a student's id, by a shell pattern or as it is."""
    saved(path, result("ada"), result("ben", students=(Student("s-6"), Student("s-7"))))
    saved(path, result("a[1]"))
    with Store.open(path, RUN) as store:
        assert store.forget(pattern) == forgotten
        assert [n for n in ("a[1]", "ada", "ben") if n not in store.finished()] == forgotten
    aside = asked(path, "SELECT name FROM superseded ORDER BY name")
    assert aside == [(name,) for name in forgotten]


def test_forgetting_what_is_not_there_says_what_is(path):
    """Some names, made harmless to a terminal; in another case is another name."""
    saved(path, result("ada"), result("ben\x1b[2J"), *(result(f"c{n}") for n in range(99)))
    with Store.open(path, RUN) as store:
        with pytest.raises(UserError, match=r"--regrade ADA .*ada, ben\\x1b\[2J, c0$"):
            store.forget("ADA")
        assert len(store.finished()) == 101


def test_forgetting_in_an_empty_store_says_that_it_is_empty(path):
    """There is no name to suggest."""
    with Store.open(path, RUN) as store, pytest.raises(UserError, match="none in it yet"):
        store.forget("*")


# What is no store, or was one.


def test_a_file_that_is_no_database_is_refused_and_left_alone(path):
    """It may be anybody's."""
    path.parent.mkdir()
    path.write_text("name,grade\nada,1\n" * 50)
    before = path.read_bytes()
    with pytest.raises(UserError, match=r"something else than a store.*--fresh"):
        Store.open(path, RUN)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE t (x)", "PRAGMA user_version = 3", "PRAGMA application_id = 3"]
)
def test_a_database_of_another_program_is_refused_and_left_alone(path, statement):
    """Nothing of ours is in it, and nothing gets into it."""
    path.parent.mkdir()
    asked(path, statement)
    before = path.read_bytes()
    with pytest.raises(UserError, match="something else than a store"):
        Store.open(path, RUN)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "prepare", [Path.touch, lambda path: asked(path, "PRAGMA journal_mode=wal")]
)
def test_a_store_whose_making_was_interrupted_is_begun_again(path, prepare):
    """A file with nothing in it, or a database with no table."""
    path.parent.mkdir()
    prepare(path)
    saved(path, result("ada"))
    assert names_in(path) == ["ada"]


@pytest.mark.parametrize("version", [0, 2, 99])
def test_a_store_of_another_version_is_refused(path, version):
    """Older or newer, with both numbers."""
    saved(path, result("ada"))
    asked(path, f"PRAGMA user_version = {version}")
    with pytest.raises(UserError, match=f"has version {version} of the store.* version 1"):
        Store.open(path, RUN)


@pytest.mark.parametrize("last_page", [b"", b"\xff" * 4096], ids=["cut off", "overwritten"])
def test_a_damaged_store_is_refused_when_it_is_opened(path, last_page):
    """Not hours later: as by a copy that ended early, or a disk that gave back something else."""
    saved(path, *(result(f"a{number}") for number in range(60)))
    content = path.read_bytes()
    path.write_bytes(content[:-4096] + last_page)
    with pytest.raises(UserError, match=r"is damaged.*--fresh"):
        Store.open(path, RUN)


@pytest.mark.parametrize(
    "damage",
    [
        "grade = substr(grade, 1, 40)",
        "grade = x'789c03000000000001'",
        "grade = 7",
        "students = '['",
    ],
)
def test_a_damaged_result_is_named_and_can_be_regraded(path, damage):
    """The others are there still; what is damaged can be forgotten."""
    saved(path, result("ada"), result("ben"), result("chen"))
    asked(path, f"UPDATE results SET {damage} WHERE name = 'ben'")
    with Store.open(path, RUN) as store:
        with pytest.raises(UserError, match=r"result of ben .* --regrade ben"):
            list(store.results())
        if "students" in damage:
            with pytest.raises(UserError, match=r"result of ben .* --regrade ben"):
                list(store.summary())
        assert [each.name for each in store.results(["ada", "chen"])] == ["ada", "chen"]
        assert store.forget("ben") == ["ben"]
        assert len(list(store.results())) == 2


def test_any_damage_is_an_error_in_words_if_it_is_one(path):
    """Bytes that changed anywhere in the file never end in a traceback."""
    saved(path, *(result(f"a{number}", students=(Student("ü"),) * 9) for number in range(12)))
    intact = path.read_bytes()
    chance = random.Random(5)
    refused = 0
    for _ in range(120):
        damaged = bytearray(intact)
        start = chance.randrange(len(damaged))
        damaged[start : start + 30] = chance.randbytes(len(damaged[start : start + 30]))
        path.write_bytes(damaged)
        Path(f"{path}-wal").unlink(missing_ok=True)
        try:
            with Store.open(path, RUN) as store:
                for read in (store.finished, store.results, store.summary):
                    list(read())
                store.forget("*")
        except UserError:
            refused += 1
    assert refused > 10


def test_a_missing_table_is_damage(path):
    """Somebody changed the store by hand."""
    saved(path, result("ada"))
    asked(path, "DROP TABLE run")
    with pytest.raises(UserError, match="is damaged"):
        Store.open(path, RUN)


# What cannot be written.


def test_a_folder_that_cannot_be_made_is_an_error_in_words(tmp_path):
    """There is a file where the folder would be."""
    (tmp_path / "out").write_text("")
    with pytest.raises(UserError, match=r"folder .*out cannot be made .*--out"):
        Store.open(tmp_path / "out" / "grades.sqlite", RUN)


def test_a_file_that_cannot_be_opened_is_an_error_in_words(path):
    """There is a folder where the file would be; nothing keeps the lock."""
    path.mkdir(parents=True)
    with pytest.raises(UserError, match="cannot be read and written"):
        Store.open(path, RUN)
    path.rmdir()
    saved(path, result("ada"))


VISITOR = """
import os, sys
from pathlib import Path
from backproof.errors import UserError
from backproof.store import Store
if os.getuid() == 0:  # who may write everything
    os.setgid(65534)
    os.setuid(65534)
try:
    Store.open(Path(sys.argv[1]), {"seed": 0})
except UserError as error:
    print(error)
"""


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="files are not protected by users here")
def test_a_store_that_may_only_be_read_is_refused_when_it_is_opened():
    """Not when the first result is to be saved."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "grades.sqlite")
        saved(path, run={"seed": 0})
        path.chmod(0o444)
        Path(f"{path}.lock").chmod(0o666)
        Path(folder).chmod(0o777)
        with started(VISITOR, path) as visitor:
            assert "cannot be read and written" in visitor.stdout.read()


def test_a_full_disk_loses_nothing_and_the_store_goes_on(path):
    """The result that found no space is not there, the others are, and the next is saved."""
    resource = pytest.importorskip("resource")
    large = [outcome(message=random.Random(0).randbytes(100_000).hex())]
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Store.open(path, RUN) as store:
        store.save(result("ada"))
        written = Path(f"{path}-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (written + 50_000, limits[1]))
        try:
            with pytest.raises(UserError, match=r"cannot be read and written .*space"):
                store.save(result("ben", large))
            with pytest.raises(UserError, match="cannot be read and written"):
                store.save(result("ada", large))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert list(store.results()) == [result("ada")]
        store.save(result("chen", large))
    assert names_in(path) == ["ada", "chen"]


def test_a_mistake_of_ours_is_not_blamed_on_the_file(path):
    """A store that is used after it was closed."""
    with Store.open(path, RUN) as store:
        pass
    with pytest.raises(sqlite3.ProgrammingError):
        store.save(result("ada"))


# Killed at any moment.

GRADER = """
import hashlib, itertools, os, sys
from pathlib import Path
from backproof.outcomes import Grade, Outcome
from backproof.results import Result
from backproof.store import Store

def made(name, number):
    text = os.urandom(30_000).hex()
    outcome = Outcome("p", "u", (), "passed", "", 1.0, 1.0, "", text, None, None, 0.0)
    print_ = hashlib.sha256(text.encode()).hexdigest()
    return Result(name, (), number, print_, Grade(name, (outcome,), {}))

print("opening", flush=True)
with Store.open(Path(sys.argv[1]), {"seed": 0}) as store:
    for number in itertools.count(int(sys.argv[2])):
        for name in (f"a{number}", "again"):
            store.save(made(name, number))
            print(name, number, flush=True)
"""


def started(program, *arguments):
    """Start a Python program that can be talked to."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_grader_killed_at_any_moment_has_lost_no_result(path):
    """What it said to have saved is there, all of it, and nothing else is there in part."""
    chance = random.Random(0)
    reported = {}
    for kill in range(25):
        with started(GRADER, path, 1000 * kill) as grader:
            assert grader.stdout.readline() == "opening\n"
            lines = [grader.stdout.readline() for _ in range(chance.randrange(8))]
            time.sleep(chance.uniform(0, 0.02))
            grader.kill()
            lines += grader.stdout.read().splitlines(keepends=True)
        reported |= {n: int(k) for n, k in (line.split() for line in lines if line[-1] == "\n")}
        with Store.open(path, {"seed": 0}) as store:
            there = {row.name: row.number for row in store.summary()}
        # "again" is replaced all the time, and may have been once more before it was reported.
        assert {name: min(number, there[name]) for name, number in reported.items()} == reported
        assert asked(path, "PRAGMA integrity_check") == [("ok",)]
    assert len(reported) > 25
    with Store.open(path, {"seed": 0}) as store:
        for each in store.results():
            (only,) = each.grade.outcomes
            assert hashlib.sha256(only.message.encode()).hexdigest() == each.fingerprint

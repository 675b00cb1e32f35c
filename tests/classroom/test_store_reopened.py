"""Tests of existing stores: resuming, starting again, locking and regrading."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from backproof.classroom.store import Store
from backproof.errors import UserError
from backproof.grades.results import Student
from tests.support.stores import RUN, asked, names_in, result, saved, started


@pytest.fixture
def path(tmp_path):
    """The path of a store, in a folder that does not exist yet."""
    return tmp_path / "out" / "grades.sqlite"


# Resuming and starting again.


def test_a_store_goes_on_with_an_equal_run(path):
    """The order of the settings is no difference between two runs."""
    saved(path, result("ada"))
    turned = {"confinement": {"open": (), "level": "strict"}, "seed": 0, "backproof": "1.0"}
    with Store.open(path, turned) as store:
        assert store.finished() == {"ada": "print of ada"}


def test_another_run_is_refused_and_each_difference_named(path):
    """Results under different settings are not comparable, and the user must see why."""
    saved(path, result("ada"))
    with pytest.raises(UserError) as refused:
        Store.open(path, {"seed": 5, "confinement": RUN["confinement"], "profile": "ci"})
    for text in (
        'backproof was "1.0" and is not set now',
        "seed was 0 and is 5 now",
        'profile was not set and is "ci" now',
        "--out",
        "--fresh",
    ):
        assert text in str(refused.value)
    assert "confinement" not in str(refused.value)
    assert names_in(path) == ["ada"]


def test_beginning_again_sets_aside_what_is_there(path):
    """A slip of the finger must not delete results."""
    for seed in range(3):
        with Store.open(path, {"seed": seed}, resume=False) as store:
            assert store.finished() == {}
            store.save(result(f"of seed {seed}"))
    for seed, name in enumerate(("grades.1.sqlite", "grades.2.sqlite", "grades.sqlite")):
        assert names_in(path.with_name(name), {"seed": seed}) == [f"of seed {seed}"]


def crashed(path, *results, before=()):
    """Create a store as a killed process leaves it, with results in the log only."""
    elsewhere = path.with_name("elsewhere.sqlite")
    saved(elsewhere, *before)
    with Store.open(elsewhere, RUN) as store:
        for each in results:
            store.save(each)
        for part in ("", "-wal"):
            shutil.copy(f"{elsewhere}{part}", f"{path}{part}")


def test_what_is_in_the_log_only_is_there_when_a_store_is_opened_next(path):
    """A killed process has no time to copy its log into the file."""
    crashed(path, result("ada"), result("ben"))
    assert names_in(path) == ["ada", "ben"]


def test_what_is_in_the_log_only_is_set_aside_too(path):
    """A renamed file without its log would have lost results."""
    crashed(path, result("ada"), result("ben"))
    Store.open(path, RUN, resume=False).close()
    assert not path.with_name("grades.1.sqlite-wal").exists()
    assert names_in(path.with_name("grades.1.sqlite")) == ["ada", "ben"]
    assert names_in(path) == []


def test_a_damaged_store_is_set_aside_as_it_is(path):
    """The results may be recoverable with other tools, if no byte has changed."""
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
    """The message for such a file advises --fresh, which must work."""
    path.parent.mkdir()
    path.write_bytes(content)
    Store.open(path, RUN, resume=False).close()
    assert path.with_name("grades.1.sqlite").read_bytes() == content
    assert names_in(path) == []


def test_a_store_that_another_program_reads_is_not_set_aside(path):
    """The other program would continue to use the file under its new name."""
    saved(path, result("ada"))
    with closing(sqlite3.connect(path)) as other:
        other.execute("SELECT * FROM run").fetchall()
        with pytest.raises(UserError, match="in use by another program"):
            Store.open(path, RUN, resume=False)
    assert names_in(path) == ["ada"]


# Locking.


def test_two_cannot_use_one_store_at_the_same_time(path):
    """Two runs at once would grade everything twice."""
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
from backproof.grades.results import Result
from backproof.classroom.store import Store
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
    """A fork that outlives a killed grader must not block the next run."""
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
    """An instructor knows a submission by its name or by a student's id."""
    saved(path, result("ada"), result("ben", students=(Student("s-6"), Student("s-7"))))
    saved(path, result("a[1]"))
    with Store.open(path, RUN) as store:
        assert store.forget(pattern) == forgotten
        assert [n for n in ("a[1]", "ada", "ben") if n not in store.finished()] == forgotten
    aside = asked(path, "SELECT name FROM superseded ORDER BY name")
    assert aside == [(name,) for name in forgotten]


def test_forgetting_what_is_not_there_says_what_is(path):
    """A typing error is found faster with examples; names may contain control characters."""
    saved(path, result("ada"), result("ben\x1b[2J"), *(result(f"c{n}") for n in range(99)))
    with Store.open(path, RUN) as store:
        with pytest.raises(UserError, match=r"--regrade ADA .*ada, ben\\x1b\[2J, c0$"):
            store.forget("ADA")
        assert len(store.finished()) == 101


def test_forgetting_in_an_empty_store_says_that_it_is_empty(path):
    """An empty store has no names to suggest."""
    with Store.open(path, RUN) as store, pytest.raises(UserError, match="none in it yet"):
        store.forget("*")

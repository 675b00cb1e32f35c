"""Tests of files that cannot be used as a store, and of graders that are killed."""

import hashlib
import os
import random
import sqlite3
import tempfile
import time
from pathlib import Path

import pytest

from backproof.classroom.store import Store
from backproof.classroom.store_file import VERSION
from backproof.errors import UserError
from backproof.grades.results import Student
from tests.support.stores import RUN, asked, names_in, outcome, result, saved, started


@pytest.fixture
def path(tmp_path):
    """The path of a store, in a folder that does not exist yet."""
    return tmp_path / "out" / "grades.sqlite"


# Files that are not a store, or a damaged one.


def test_a_file_that_is_no_database_is_refused_and_left_alone(path):
    """The file may be valuable."""
    path.parent.mkdir()
    path.write_text("name,grade\nada,1\n" * 50)
    before = path.read_bytes()
    with pytest.raises(UserError, match=r"is not a store.*--fresh"):
        Store.open(path, RUN)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE t (x)", "PRAGMA user_version = 3", "PRAGMA application_id = 3"]
)
def test_a_database_of_another_program_is_refused_and_left_alone(path, statement):
    """Our tables must not get into a database of another program."""
    path.parent.mkdir()
    asked(path, statement)
    before = path.read_bytes()
    with pytest.raises(UserError, match="is not a store"):
        Store.open(path, RUN)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "prepare", [Path.touch, lambda path: asked(path, "PRAGMA journal_mode=wal")]
)
def test_a_store_whose_making_was_interrupted_is_begun_again(path, prepare):
    """A process may be killed between the creation of a file and that of its tables."""
    path.parent.mkdir()
    prepare(path)
    saved(path, result("ada"))
    assert names_in(path) == ["ada"]


@pytest.mark.parametrize("version", [0, 1, 99])
def test_a_store_of_another_version_is_refused(path, version):
    """The tables of another version cannot be read; the user must know which Backproof can."""
    saved(path, result("ada"))
    asked(path, f"PRAGMA user_version = {version}")
    with pytest.raises(UserError, match=f"has version {version} of the store.* version {VERSION}"):
        Store.open(path, RUN)


@pytest.mark.parametrize("last_page", [b"", b"\xff" * 4096], ids=["cut off", "overwritten"])
def test_a_damaged_store_is_refused_when_it_is_opened(path, last_page):
    """Damage that shows only when a result is read could cost hours of grading."""
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
    """One damaged result must not cost the others."""
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
    """An instructor with a damaged file needs an advice, not a traceback."""
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
    """A store may have been changed by hand."""
    saved(path, result("ada"))
    asked(path, "DROP TABLE run")
    with pytest.raises(UserError, match="is damaged"):
        Store.open(path, RUN)


# Files that cannot be written.


def test_a_folder_that_cannot_be_made_is_an_error_in_words(tmp_path):
    """A typing error in --out may name a file."""
    (tmp_path / "out").write_text("")
    with pytest.raises(UserError, match=r"folder .*out cannot be created .*--out"):
        Store.open(tmp_path / "out" / "grades.sqlite", RUN)


def test_a_file_that_cannot_be_opened_is_an_error_in_words(path):
    """The failure must release the lock, so that the next run can use the folder."""
    path.mkdir(parents=True)
    with pytest.raises(UserError, match="cannot be read and written"):
        Store.open(path, RUN)
    path.rmdir()
    saved(path, result("ada"))


VISITOR = """
import os, sys
from pathlib import Path
from backproof.errors import UserError
from backproof.classroom.store import Store
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
    """Otherwise the first result would be lost after hours of grading."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "grades.sqlite")
        saved(path, run={"seed": 0})
        path.chmod(0o444)
        Path(f"{path}.lock").chmod(0o666)
        Path(folder).chmod(0o777)
        with started(VISITOR, path) as visitor:
            assert "cannot be read and written" in visitor.stdout.read()


def test_a_full_disk_loses_nothing_and_the_store_goes_on(path):
    """A full disk must not damage the results saved before, and grading may continue."""
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
    """An advice to check the file would hide a fault of this program."""
    with Store.open(path, RUN) as store:
        pass
    with pytest.raises(sqlite3.ProgrammingError):
        store.save(result("ada"))


# Graders that are killed.

GRADER = """
import hashlib, itertools, os, sys
from pathlib import Path
from backproof.grades.outcomes import Grade, Outcome
from backproof.grades.results import Result
from backproof.classroom.store import Store

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


def test_a_grader_killed_at_any_moment_has_lost_no_result(path):
    """A saved result must be complete after SIGKILL, and no other result may be there in part."""
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

"""Drawn cases on disk: what is read is what was written, and nothing else is believed."""

import dataclasses
import os

import numpy as np
import pytest

from backproof.assignment.config import load_assignment
from backproof.casebook.case_codec import NotStorable, restored, stored
from backproof.casebook.draw import by_unit, draw, draw_for_check
from backproof.casebook.shelf import Shelf
from backproof.grading.grade import check_submission, run_properties
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import with_suite
from backproof.suite.property import Property
from backproof.wire.frames import decode_frame, encode
from tests.support.classes import LOSSES, small_assignment


@dataclasses.dataclass(frozen=True)
class Drawn:
    """A record, as strategies draw them."""

    values: np.ndarray
    shape: tuple[int, ...]
    note: str = ""

    def __post_init__(self):
        """Refuse to be made by anything but a strategy."""
        if not self.note:
            raise AssertionError("code of a record ran while it was read")


CASE = {
    "case": Drawn(np.array([[0.1, -0.0]]), (2, 1), "σ\x07"),
    "many": [1, (True, None, {"a": 2.5})],
}


def test_a_case_is_restored_bit_by_bit():
    """A replay that differs in one bit would be another case."""
    got = restored(decode_frame(encode(stored(CASE))))
    assert repr(got) == repr(CASE)
    assert type(got["case"]) is Drawn
    assert got["case"].values.tobytes() == CASE["case"].values.tobytes()
    assert not got["case"].values.flags.writeable


@pytest.mark.parametrize(
    "value",
    [object(), {1, 2}, len, np.random.default_rng(0)],
    ids=["object", "set", "function", "generator"],
)
def test_what_cannot_be_restored_is_not_stored(value):
    """Such a property is drawn anew each time."""
    with pytest.raises(NotStorable):
        stored({"case": value})


@pytest.mark.parametrize(
    "planted",
    [
        ["record", "os", "system", "true"],
        ["record", "subprocess", "Popen", "true"],
        ["record", __name__, "Drawn.__post_init__", 1],
        ["other", 1],
    ],
    ids=repr,
)
def test_a_file_decides_nothing_about_the_code_that_runs(planted):
    """Somebody else's file could name any function."""
    with pytest.raises(NotStorable):
        restored(planted)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Return an assignment of one unit."""
    return load_assignment(small_assignment(tmp_path_factory.mktemp("small") / "a", "losses"))


@pytest.fixture
def shelf(small, tmp_path, monkeypatch):
    """An empty shelf."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Shelf(small, "quick", 0)


def files(shelf):
    """Return the files of a shelf."""
    return sorted(shelf._folder.iterdir()) if shelf._folder.is_dir() else []


def test_a_casebook_from_disk_is_the_one_that_was_drawn(small, shelf):
    """Grades must not depend on whether the cases were there."""

    def work(suite):
        return [draw(suite, shelf=shelf) for _ in range(2)]

    drawn, read = with_suite(small, work, profile="quick")
    assert drawn.digest == read.digest
    assert drawn.reference_seconds == read.reference_seconds
    for name, entry in drawn.entries.items():
        other = read.entries[name]
        assert (entry.passing, entry.functions) == (other.passing, other.functions)
        assert repr(entry.script) == repr(other.script)


def test_cases_on_disk_are_not_drawn_again(small, shelf, monkeypatch, tmp_path):
    """Drawing takes longer than all else; what is wrong is run by Hypothesis even so."""
    (tmp_path / "losses.py").write_text(LOSSES.replace("np.mean", "np.sum"))

    def work(suite):
        first = draw_for_check(suite, suite.names, shelf, LocalSubmission(tmp_path, small.units))
        monkeypatch.setattr(Property, "collect_cases", lambda _each: pytest.fail("drawn again"))
        submission = LocalSubmission(tmp_path, small.units)
        book = draw_for_check(suite, suite.names, shelf, submission)
        replayed = run_properties(suite, submission, casebook=book)
        live = run_properties(suite, submission)
        submission.close()
        return first.digest == book.digest, live, replayed

    equal, live, replayed = with_suite(small, work, profile="quick")
    assert equal
    without_times = [[dataclasses.replace(r, seconds=0.0) for r in rs] for rs in (live, replayed)]
    assert without_times[0] == without_times[1]
    assert {record.status for record in live} == {"passed", "failed"}


@pytest.mark.parametrize("damage", [b"", b"\0" * 40, "cut", "longer"])
def test_a_damaged_file_is_drawn_anew(small, shelf, damage):
    """A full disk or a stopped process must not stop anybody's grading."""

    def work(suite):
        [properties] = by_unit(suite.properties).values()
        draw(suite, shelf=shelf)
        [file] = files(shelf)
        data = file.read_bytes()
        file.write_bytes({"cut": data[:-1], "longer": data + data}.get(damage, damage))
        return shelf.load("losses", properties, recorded=True)

    assert with_suite(small, work, profile="quick") is None


def test_other_cases_have_other_files(small, shelf):
    """The seed and the profile determine the cases, and so do the files of the assignment."""
    keys = {shelf._key, Shelf(small, "quick", 1)._key, Shelf(small, "grade", 0)._key}
    with (small.reference / "losses.py").open("a") as file:
        file.write("\n# changed\n")
    keys.add(Shelf(small, "quick", 0)._key)
    assert len(keys) == 4


def test_a_check_keeps_its_cases_and_says_the_same_with_them(small, shelf, tmp_path):
    """The second check of an afternoon must tell what the first one did."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "losses.py").write_text(LOSSES.replace("2.0 *", "1.0 *"))
    grades = []
    options = {"assignment": small, "profile": "quick"}
    for _ in range(2):
        grade = check_submission(tmp_path / "in", keeps_cases=True, **options)
        assert [file.suffix for file in files(shelf)] == [".drawn"]
        grades.append([dataclasses.replace(each, seconds=0.0) for each in grade.outcomes])
    live = check_submission(tmp_path / "in", **options)
    grades.append([dataclasses.replace(each, seconds=0.0) for each in live.outcomes])
    assert grades[0] == grades[1] == grades[2]


def test_a_folder_that_cannot_be_written_is_no_problem(small, shelf, monkeypatch):
    """Whoever has no home is checked all the same."""
    monkeypatch.setenv("XDG_CACHE_HOME", os.devnull)
    lost = Shelf(small, "quick", 0)
    lost.save("losses", [], recorded=False)
    assert lost.load("losses", [], recorded=False) is None

"""The names of attempts, and classes of thousands."""

import os
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backproof.intake import archives
from backproof.roster import find
from backproof.roster.find import find_attempts
from backproof.roster.folder_levels import look
from tests.support.file_trees import write_tree
from tests.support.submissions import CODE, UNITS, ids

# Names.


@pytest.mark.parametrize(
    ("student", "name"),
    [
        ("=cmd|' C calc'!A0", "cmd-C-calc-A0"),
        ("a\nb", "a-b"),
        ("-rf", "rf"),
        ("con", "_con"),
        ("LPT1.x", "_LPT1.x"),
        ("é\u0301ü 日本 हिन्दी", "é\u0301ü-日本-हिन्दी"),
        ("a\x1b[2J\u202eb", "a-2J-b"),
        ("com¹", "_com1"),
        ("ada@uni.example", "ada@uni.example"),
        ("\uff0e\uff0e\uff0fx", "x"),
    ],
)
def test_names_are_fit_for_files(given_files, found, student, name):
    """Names become files and spreadsheet cells, where they could do harm."""
    result = found(given_files({f"{student}/layers.py": CODE, "zz/layers.py": CODE}))
    assert name in [attempt.name for attempt in result.attempts]


def test_ids_are_one_line_and_never_confused(given_files, found):
    """Two students whose ids print alike would be confused in the gradebook."""
    names = ("a\nb", r"a\nb", "a\x1bb", os.fsdecode(b"a\xffb"))
    result = found(given_files({f"{name}/layers.py": CODE for name in names}))
    students = {attempt.students[0].id for attempt in result.attempts}
    assert students == {r"a\nb", r"a\\nb", r"a\x1bb", r"a\udcffb"}


def test_names_that_differ_in_case_or_spelling_only_are_told_apart(class_zip, found):
    """A name must stay the same when another student is added to the class."""
    files = {f"{one}/layers.py": CODE for one in ("Ada", "ada", "a da", "a-da", "ﬁn", "fin", "zed")}
    result = found(class_zip(files))
    names = {attempt.students[0].id: attempt.name for attempt in result.attempts}
    assert len({name.casefold() for name in names.values()}) == 7
    assert names["zed"] == "zed"
    assert all(len(name) > 10 for one, name in names.items() if one != "zed")
    more = found(class_zip(files | {f"{one}/layers.py": CODE for one in ("abe", names["Ada"])}))
    assert len({attempt.name.casefold() for attempt in more.attempts}) == 9
    assert {a.students[0].id: a.name for a in more.attempts}.items() > names.items()


folder_names = st.one_of(
    st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1),
    st.text("aA-_. ß\u0301", min_size=1, max_size=4),
    st.sampled_from(["ada", "ada-attempt-2", "Ada", "CON", "x" * 60, "日" * 80, "=1", "..."]),
).filter(lambda name: len(name.encode()) < 250 and not name.startswith("."))


@settings(max_examples=150, deadline=None)
@given(st.lists(folder_names, min_size=2, max_size=8, unique=True))
def test_any_names_are_unique_safe_and_stable(tmp_path_factory, names):
    """A run that is resumed finds its results by these names."""
    folder = tmp_path_factory.mktemp("any") / "class"
    for name in names:
        write_tree(folder / name, {"solution.py": CODE})
        write_tree(
            folder / name, {f"v{n}/layers.py": CODE for n in (1, 2)}
        ) if name == "ada" else None
    attempts = [
        find_attempts([str(folder)], UNITS, layout="plain", scratch=folder / ".scratch").attempts
        for _ in range(2)
    ]
    found = [attempt.name for attempt in attempts[0]]
    assert found == [attempt.name for attempt in attempts[1]]
    assert len({name.casefold() for name in found}) == len(names)
    for name in found:
        assert name.isprintable()
        assert len(name.encode()) <= 100
        assert name[0] not in "=+-@. "
        assert name[-1] not in ". "
        assert not set(name) & set('/\\:*?"<>|\0')
        (folder / ".scratch").mkdir(exist_ok=True)
        (folder / ".scratch" / name).touch()
    assert len(os.listdir(folder / ".scratch")) == len(names)


# Many submissions.


def test_two_thousand_submissions_are_listed_by_their_names(
    given_files, class_zip, found, monkeypatch
):
    """Listing must not read any file, so that 30,000 submissions take seconds."""
    files = {f"u{n:05}/layers.py": CODE for n in range(2_000)}
    folder, zipped = given_files(files), class_zip(files)

    def refuse(*_arguments):
        raise AssertionError

    monkeypatch.setattr(find, "read_submission", refuse)
    monkeypatch.setattr(archives, "read_file", refuse)
    begun = time.process_time()
    flat = found(folder)
    assert time.process_time() - begun < 10
    assert ids(flat) == ids(found(zipped))
    assert ids(flat) == [(f"u{n:05}", 1) for n in range(2_000)]


def test_a_look_ends_where_modules_are():
    """Listing the rest of a large tree is what takes time."""

    def listed():
        yield "layers.py"
        yield "hw.zip"
        yield "old/network.py"
        raise AssertionError

    seen = look(listed(), UNITS)
    assert (seen.modules, seen.depth, seen.archives) == ({"layers"}, 0, ("hw.zip",))

"""The tutorial on an assignment of one's own, followed to the letter; the public interface."""

import doctest
import re

import msgspec
import pytest

from backproof.assignment.config import Assignment
from backproof.assignment.credit import Credit
from backproof.assignment.limits import Limits
from tests.conftest import ROOT, backproof, backproof_process, checked

TUTORIAL = (ROOT / "docs" / "assignments.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(python|console)\n(.*?)```", TUTORIAL, re.DOTALL)


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """Follow the tutorial; return the folder of the assignment, and its commands with results."""
    folder = tmp_path_factory.mktemp("tutorial")
    processes = []
    for language, text in BLOCKS:
        if language == "python":
            first, _, code = text.partition("\n")
            with (folder / first.removeprefix("# ")).open("a", encoding="utf-8") as file:
                file.write(f"\n\n{code}")
            continue
        for line in text.splitlines():
            command, *arguments = line.split()
            if command == "cd":
                folder = folder / arguments[0]
            else:
                processes.append((line, backproof_process(*arguments, cwd=folder)))
    return folder, processes


def test_every_command_of_the_tutorial_succeeds(followed):
    """A reader who copies a command must not be left with an error."""
    _, processes = followed
    assert len(processes) >= 7
    for line, process in processes:
        assert (line, process.returncode, process.stderr) == (line, 0, process.stderr)


def test_a_graded_class_takes_six_commands(followed):
    """That is what the page promises an instructor, from an empty folder on."""
    lines = [line for line, _ in followed[1]]
    assert lines.index("backproof grade examples --out results") < 6
    validated = [process.stdout for line, process in followed[1] if line.endswith("validate")]
    assert "2 of 2 misconceptions" in validated[0]
    assert "3 of 3 misconceptions" in validated[1]


def test_the_message_of_the_tutorial_is_what_a_student_reads(followed, tmp_path):
    """The mistake is graded, named, and shown with its smallest case."""
    folder, _ = followed
    right = (folder / "reference" / "words.py").read_text(encoding="utf-8")
    wrong = right.replace("words.count(word) for", "min(words.count(word), 2) for")
    (tmp_path / "words.py").write_text(wrong, encoding="utf-8")
    grade, _ = checked(tmp_path, "--assignment", folder, run=backproof_process)
    [failed] = [outcome for outcome in grade["outcomes"] if outcome["status"] == "failed"]
    shown = [failed["property"], *failed["message"].splitlines(), failed["diagnosis"]]
    for line in shown[:4]:
        assert line in TUTORIAL


def test_every_key_is_in_the_table():
    """A key that no page names is found by reading the code only."""
    keys = {*Assignment.__struct_fields__, *Limits.__struct_fields__} - {"root"}
    keys |= {*Credit.__struct_fields__} - {"points", "parts"}
    table = TUTORIAL.partition("## Every key")[2]
    assert {key for key in keys if f"`{key}`" not in table} == set()
    assert msgspec.structs.fields(Assignment)


def test_the_examples_of_the_public_interface_are_right():
    """An author copies them."""
    options = doctest.ELLIPSIS
    page = str(ROOT / "docs" / "testing.md")
    result = doctest.testfile(page, module_relative=False, optionflags=options)
    assert result.failed == 0
    assert result.attempted > 15


def test_every_public_name_is_on_the_page():
    """Else nobody knows whether it may change."""
    import backproof.testing

    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    assert [name for name in backproof.testing.__all__ if f"{name}" not in page] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("two", "--units", "a b"), "'a b' cannot be the name of a unit"),
        (("two", "--units", "a,a"), "'a' cannot be the name of a unit"),
        (("two", "--from", "missing.py"), "missing.py cannot be read"),
        (("two", "--from", "broken.py"), "broken.py cannot be parsed"),
        (("two", "--from", "raises.py"), "raises.py cannot be imported: ZeroDivisionError"),
        (("two", "--from", "empty.py"), "has no function that students could write"),
        (("two", "--from", "untyped.py"), "takes arguments that could be guessed"),
        (("full",), "full exists already"),
    ],
)
def test_bad_input_leaves_nothing_behind(tmp_path, arguments, said):
    """One line, exit code 2, and no half-written folder."""
    files = {
        "broken.py": "def f(:",
        "raises.py": "def f(): ...\n1 / 0",
        "empty.py": "x = 1",
        "untyped.py": "def f(x: object): return x",
        "full/file.txt": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    process = backproof("new", *arguments, cwd=tmp_path)
    assert process.returncode == 2
    assert said in process.stderr
    assert process.stderr.count("\n") == 1
    assert not (tmp_path / "two").exists()


def test_units_start_from_an_example_of_each_kind(tmp_path):
    """The new folder is green at once, for each of its units."""
    assert backproof("new", "course", "--units", "one,two", cwd=tmp_path).returncode == 0
    process = backproof_process("validate", cwd=tmp_path / "course" / "properties")
    assert process.stdout.splitlines() == [
        "10 of 10 misconceptions are killed by what claims them",
        "10 properties kill at least one",
        "no problems",
    ]

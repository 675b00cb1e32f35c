"""An assignment without a number: strings, sets, dicts, records and objects, graded alike."""

import json
import subprocess
import sys

import pytest

from tests.conftest import backproof_process

FILES = {
    "pyproject.toml": """
[tool.backproof]
title = "Text"
units = ["text"]
points = {text = 12}
""",
    "conftest.py": 'pytest_plugins = ["backproof.plugin"]\n',
    "properties/__init__.py": "",
    "misconceptions/__init__.py": "",
    "reference/text.py": '''"""Text."""

import enum
from collections import Counter
from dataclasses import dataclass


class Kind(enum.Enum):
    WORD = "word"
    MARK = "mark"


@dataclass(frozen=True)
class Token:
    text: str
    kind: Kind


class Vocabulary:
    """Numbers of words."""

    def __init__(self, words):
        self.numbers = {word: number for number, word in enumerate(sorted(words))}

    def encode(self, words):
        """Return the number of each word."""
        return [self.numbers[word] for word in words]

    def __contains__(self, word):
        """Return whether the word has a number."""
        return word in self.numbers


def words(text: str) -> list[str]:
    """Return the words in lower case; ValueError if there is none."""
    found = text.lower().split()
    if not found:
        raise ValueError("the text has no words")
    return found


def tokens(text: str) -> list[Token]:
    """Return the tokens."""
    return [Token(part, Kind.WORD if part.isalpha() else Kind.MARK) for part in text.split()]


def bigrams(words: list[str]) -> dict[tuple[str, str], int]:
    """Return how often each pair of neighbours occurs."""
    return Counter(zip(words, words[1:]))


def different(words: list[str]) -> set[str]:
    """Return the set of words."""
    return set(words)


def vocabulary(words: set[str]) -> Vocabulary:
    """Return the words with numbers, in alphabetical order."""
    return Vocabulary(words)
''',
    "properties/test_text.py": '''"""Text."""

from hypothesis import given
from hypothesis import strategies as st

from backproof.testing import (
    assert_dict, assert_integer, assert_list, assert_raises, assert_set, assert_text, assert_that,
    assert_unchanged, edge,
)

WORD = st.sampled_from(["a", "b", "it\\u2019s", "x\\x1b", "\\u00e9" * 900])
WORDS = st.lists(WORD, min_size=1, max_size=5)


@given(words=WORDS)
def test_text_words_are_in_lower_case(submission, words):
    """Words are in lower case, in their order."""
    required = [word.upper().lower() for word in words]
    assert_list(submission.text.words(" ".join(words).upper()), required, "w")


@edge
def test_text_without_words_is_refused(submission):
    """A text without words raises a ValueError."""
    with assert_raises("ValueError", "no words"):
        submission.text.words(" ")


@given(words=WORDS)
def test_text_tokens_know_what_they_are(submission, words):
    """Letters are a word, anything else is a mark."""
    found = submission.text.tokens(" ".join(words))
    assert_integer(len(found), len(words), "the number of tokens")
    for token, word in zip(found, words):
        assert_text(token.text, word, "the text")
        assert_text(token.kind.name, "WORD" if word.isalpha() else "MARK", "the kind")


@given(words=WORDS)
def test_text_bigrams_count_neighbours(submission, words):
    """Each pair of neighbours counts once."""
    required = {}
    for pair in zip(words, words[1:]):
        required[pair] = required.get(pair, 0) + 1
    assert_dict(submission.text.bigrams(words), required, "the counts")


@given(words=WORDS)
def test_text_different_words_are_a_set(submission, words):
    """Each word is there once."""
    assert_set(submission.text.different(words), set(words), "the words")


@edge
@given(words=WORDS)
def test_text_different_words_change_nothing(submission, words):
    """The list stays as it was."""
    assert_unchanged(submission.text.different.observe(words))


@given(words=WORDS)
def test_text_vocabulary_is_alphabetical(submission, words):
    """Words are numbered in alphabetical order."""
    made = submission.text.vocabulary(set(words))
    order = sorted(set(words))
    assert_list(made.encode(words), [order.index(word) for word in words], "the numbers")
    assert_that("zzz" not in made, "zzz is in the vocabulary", "only the given words")
''',
    "misconceptions/text.py": '''"""Mistakes."""

from backproof.testing import misconception


@misconception(of="words", caught_by="test_text_words_are_in_lower_case")
def words_keep_their_case(text):
    """You kept the capitals."""
    if not text.split():
        raise ValueError("the text has no words")
    return text.split()


@misconception(of="words", caught_by="test_text_without_words_is_refused")
def words_of_nothing(text):
    """You returned an empty list for a text without words."""
    return text.lower().split()


@misconception(of="tokens", caught_by="test_text_tokens_know_what_they_are")
def tokens_forget_the_last(text):
    """You left out the last token."""
    from reference import text as right

    return right.tokens(text)[:-1]


@misconception(of="vocabulary", caught_by="test_text_vocabulary_is_alphabetical")
def vocabulary_counts_backwards(words):
    """You numbered the words from the end."""
    from reference import text as right

    made = right.vocabulary(words)
    made.numbers = {word: len(words) - 1 - number for word, number in made.numbers.items()}
    return made


@misconception(of="bigrams", caught_by="test_text_bigrams_count_neighbours")
def bigrams_count_once(words):
    """You counted each pair once."""
    return dict.fromkeys(zip(words, words[1:]), 1)


@misconception(of="different", caught_by="test_text_different_words_are_a_set")
def different_is_a_list(words):
    """You returned a list."""
    return sorted(set(words))


@misconception(of="different", caught_by="test_text_different_words_change_nothing")
def different_empties_the_list(words):
    """You emptied the list that you were given."""
    found = set(words)
    words.clear()
    return found
''',
}
RIGHT = FILES["reference/text.py"]
SUBMISSIONS = {
    "right": RIGHT,
    "case": RIGHT.replace("text.lower().split()\n    if", "text.split()\n    if"),
    "once": RIGHT.replace(
        "Counter(zip(words, words[1:]))", "dict.fromkeys(zip(words, words[1:]), 1)"
    ),
    "kinds": RIGHT.replace('"word" if', "").replace("part.isalpha()", "len(part) > 0"),
    "clears": RIGHT.replace(
        "return set(words)", "found = set(words)\n    words.clear()\n    return found"
    ),
}
# Of other kinds: a class without the method, and what is not written yet.
SUBMISSIONS["lacks"] = RIGHT.replace("def encode", "def number")
SUBMISSIONS["begun"] = RIGHT.replace("return set(words)", "raise NotImplementedError")


# Checks all submissions in one process.
SCRIPT = """
import json, sys
from backproof.grading.grade import check_submission
print(json.dumps({name: check_submission(f"class/{name}").to_json() for name in sys.argv[1:]}))
"""


def without_circumstances(grade):
    """Return a grade without durations, and without what says where the code ran."""
    outcomes = [{**outcome, "seconds": 0} for outcome in grade["outcomes"]]
    where = ("confinement", "casebook")
    graded_with = {key: part for key, part in grade["graded_with"].items() if key not in where}
    return {**grade, "outcomes": outcomes, "submission": "", "graded_with": graded_with}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Grade all submissions as a class, and check each; return both grades by name."""
    folder = tmp_path_factory.mktemp("text")
    for path, text in FILES.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    validated = []
    for command in ("template", "validate"):
        validated.append(backproof_process(command, cwd=folder))
    for name, text in SUBMISSIONS.items():
        (folder / "class" / name).mkdir(parents=True)
        (folder / "class" / name / "text.py").write_text(text, encoding="utf-8")
    grading = backproof_process("grade", "class", "--out", "out", "--format", "json", cwd=folder)
    assert grading.returncode == 0, grading.stderr
    here = subprocess.run(
        [sys.executable, "-c", SCRIPT, *SUBMISSIONS],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    confined = {
        name: json.loads((folder / "out" / "json" / f"{name}.json").read_text("utf-8"))
        for name in SUBMISSIONS
    }
    return validated, json.loads(here.stdout), confined


def test_the_assignment_is_valid(graded):
    """Its reference passes confined, too, and each rule fails a mistake."""
    template, validated = graded[0]
    assert template.returncode == 0
    assert validated.stdout.splitlines()[-1] == "no problems"


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_check_and_grade_say_the_same_to_the_byte(graded, name):
    """A student who passes at home must pass in class, and read the same otherwise."""
    _, here, confined = graded
    assert without_circumstances(here[name]) == without_circumstances(confined[name])


@pytest.mark.parametrize(
    ("name", "failing"),
    [
        ("right", {}),
        ("case", {"words_are_in_lower_case": "returned: w[0] = 'A'\nrequired: w[0] = 'a'"}),
        (
            "once",
            {"bigrams_count_neighbours": "returned: the counts[('a', 'a')] = 1"},
        ),
        (
            "kinds",
            {"tokens_know_what_they_are": "the kind = 'WORD'\nrequired: the kind = 'MARK'"},
        ),
        (
            "clears",
            {"different_words_change_nothing": "different changed `words` in place"},
        ),
        ("lacks", {"vocabulary_is_alphabetical": "Vocabulary.encode raised AttributeError"}),
    ],
)
def test_what_fails_is_said_in_the_words_of_the_values(graded, name, failing):
    """A message shows a string, a pair of words or a type, as it shows an entry of an array."""
    outcomes = graded[2][name]["outcomes"]
    failed = {o["property"]: o["message"] for o in outcomes if o["status"] == "failed"}
    assert {*failed} == {f"test_text_{each}" for each in failing}
    for each, message in failing.items():
        assert message in failed[f"test_text_{each}"]


def test_mistakes_on_values_are_named(graded):
    """Dicts and strings are compared with known mistakes, as arrays are."""
    named = {
        name: [m for o in grade["outcomes"] for m in o["mistakes"]]
        for name, grade in graded[2].items()
    }
    assert named["case"] == ["text.words_keep_their_case"]
    assert named["once"] == ["text.bigrams_count_once"]
    assert named["right"] == []

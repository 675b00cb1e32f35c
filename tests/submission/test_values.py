"""Results that are no arrays: the same here and confined, by value or as a proxy."""

import msgspec
import numpy as np
import pytest

from backproof.confined.confined_submission import ConfinedSubmission
from backproof.counterexample.program import render_case
from backproof.submission.local import LocalSubmission
from backproof.submission.messages import SubmissionRaised

CODE = """
import collections, dataclasses, enum, fractions
from typing import NamedTuple

class Light(enum.Enum):
    RED = 1

class Level(enum.IntEnum):
    LOW = 1

class Mode(enum.StrEnum):
    FAST = "fast"

@dataclasses.dataclass(frozen=True)
class Token:
    text: str
    start: int = 0

class Pair(NamedTuple):
    count: int
    rest: list

class Words(dict):
    pass

class Tokenizer:
    name = "plain"
    def __init__(self, words): self.words = words
    def encode(self, text, *, offset=0): return [self.words[w] + offset for w in text.split()]
    def __getitem__(self, word): return self.words[word]
    def __contains__(self, word): return word in self.words
    def __iter__(self): return iter(sorted(self.words))

class Vector:
    def __init__(self, numbers): self.numbers = list(numbers)
    def __len__(self): return len(self.numbers)
    def __str__(self): return f"<{', '.join(map(str, self.numbers))}>"
    def __getitem__(self, index): return self.numbers[index]
    def __setitem__(self, index, number): self.numbers[index] = number
    def __eq__(self, other): return self.numbers == other.numbers
    def __lt__(self, other): return self.numbers < other.numbers
    def __add__(self, other): return Vector(a + b for a, b in zip(self.numbers, other.numbers))
    def __rmul__(self, factor): return Vector(factor * a for a in self.numbers)
    def __neg__(self): return Vector(-a for a in self.numbers)
    def __abs__(self): return sum(map(abs, self.numbers))
    def __enter__(self): return self
    def __exit__(self, *raised): self.closed = raised == (None, None, None)

def vector(numbers):
    return Vector(numbers)

def value(name):
    return VALUES[name]

def tokenizer(words):
    return Tokenizer(words)

def same(one, other):
    return one is other

def equal(name, other):
    return VALUES[name] == other and type(VALUES[name]) is type(other)

def clear(words):
    words.clear()

def use(words, key):
    return words[key]

VALUES = {
    "set": {"a", "b"}, "frozenset": frozenset({1}), "complex": 1 + 2j, "bytes": b"a\\x00",
    "text": "a\\x1b\\u202e\\ud800" + "x" * 3000, "none": None, "large": 2**80,
    "light": Light.RED, "level": Level.LOW, "mode": Mode.FAST, "token": Token("a"),
    "pair": Pair(3, [Token("b")]), "bigrams": collections.Counter({("a", "b"): 2}),
    "words": Words(a=1), "deep": [{"a": (Token("c"), {Light.RED})}], "flags": {True: 1, None: 2},
}
"""


@pytest.fixture(params=["here", "confined"], scope="module")
def opened(request, tmp_path_factory, assignment):
    """Open the code in this process, or confined."""
    folder = tmp_path_factory.mktemp("text")
    (folder / "text.py").write_text(CODE)
    one = msgspec.structs.replace(assignment, units=("text",))
    confined = request.param == "confined"
    opened = ConfinedSubmission(folder, one) if confined else LocalSubmission(folder, ("text",))
    opened.begin_property("text")
    yield opened
    opened.close()


@pytest.fixture
def text(opened):
    """Begin a case: what another test got must not matter."""
    opened.begin_case()
    return opened.text


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("set", {"a", "b"}, "set"),
        ("frozenset", frozenset({1}), "frozenset"),
        ("complex", 1 + 2j, "complex"),
        ("bytes", b"a\x00", "bytes"),
        ("text", "a\x1b\u202e\ud800" + "x" * 3000, "str"),
        ("none", None, "NoneType"),
        ("large", 2**80, "int"),
        ("level", 1, "Level"),
        ("mode", "fast", "Mode"),
        ("pair", (3, [None]), "Pair"),
        ("bigrams", {("a", "b"): 2}, "dict"),
        ("words", {"a": 1}, "dict"),
        ("flags", {True: 1, None: 2}, "dict"),
    ],
)
def test_a_value_crosses_as_what_it_is(text, name, value, kind):
    """A property that compares it must judge alike wherever the code runs."""
    returned = text.value(name)
    assert type(returned).__name__ == kind
    assert returned == value or name == "pair"


def test_fields_and_members_are_read_by_their_names(text):
    """The grader does not have the student's classes, and needs none."""
    token, pair, light = (text.value(name) for name in ("token", "pair", "light"))
    assert (token.text, token.start, repr(token)) == ("a", 0, "Token(text='a', start=0)")
    assert token == text.value("token") != text.value("pair").rest[0]
    count, [inner] = pair
    assert (count, pair.count, inner.text) == (3, 3, "b")
    assert (light.name, light.value) == ("RED", 1)
    assert light == text.value("light") != 1
    assert len({light, text.value("light"), token, text.value("token")}) == 2
    assert text.value("deep")[0]["a"][1] == {light}
    with pytest.raises(AttributeError):
        _ = token.other


@pytest.mark.parametrize("name", ["light", "level", "token", "pair", "words", "deep", "set"])
def test_a_value_handed_back_is_what_the_students_code_made(text, name):
    """Else ``light is Light.RED`` would be false in the student's code, in one of the two."""
    assert text.equal(name, text.value(name))


def test_parts_handed_back_have_the_students_classes(text):
    """An entry of a result is passed on alone as often as the result."""
    assert text.equal("token", text.value("token"))
    [token] = text.value("pair").rest
    assert text.use({"key": token}, "key").text == "b"
    assert text.same(text.value("deep")[0]["a"][1].pop(), text.value("light"))


def test_a_dict_that_is_passed_is_a_copy(text):
    """A submission cannot change the case, and a change of its argument is seen."""
    words = {"a": {1}, "b": [2.0]}
    call = text.clear.observe(words)
    assert words == {"a": {1}, "b": [2.0]}
    assert [*call.changed] == ["argument 1"]
    assert text.use.observe(words, "a").changed == {}


def test_attributes_and_methods_of_an_object_are_used_where_it_is(text):
    """A tokenizer with methods is what an assignment on text asks for."""
    made = text.tokenizer({"a": 1, "b": 2})
    assert type(made).__name__ == "Tokenizer"
    assert made.name == "plain"
    assert made.encode("b a", offset=1) == [3, 2]
    assert (made["a"], "b" in made, "c" in made, list(made)) == (1, True, False, ["a", "b"])
    assert text.same(made, made)
    encode = made.encode
    assert encode("a") == [1]


@pytest.mark.parametrize(
    ("use", "said"),
    [
        (lambda made: made.encode("c"), "Tokenizer.encode raised KeyError: 'c'"),
        (lambda made: made.decode, "Tokenizer.decode raised AttributeError"),
        (lambda made: made["c"], r"Tokenizer\[…\] raised KeyError"),
        (lambda made: made + 1, r"Tokenizer \+ … raised TypeError: unsupported operand"),
        (lambda made: 2 * made, r"… \* Tokenizer raised TypeError"),
        (lambda made: made < made, "Tokenizer < … raised TypeError"),
        (lambda made: made.__enter__(), "Tokenizer.__enter__ raised AttributeError"),
        (len, r"len\(Tokenizer\) raised TypeError: object of type 'Tokenizer' has no len"),
        (lambda made: made(), "Tokenizer raised TypeError"),
    ],
)
def test_an_exception_of_an_object_is_a_message_to_the_student(text, use, said):
    """It is the student's object, so it is no fault of the grader."""
    with pytest.raises(SubmissionRaised, match=said):
        use(text.tokenizer({"a": 1}))


def test_operators_and_functions_are_applied_where_the_object_is(text):
    """A class with special methods is as good as a built-in type; ``list`` needs no length."""
    one, two = text.vector([1, 2]), text.vector([2, 4])
    assert (len(one), bool(one), bool(text.vector([])), str(one)) == (2, True, False, "<1, 2>")
    assert (one + one == two, one != two, one < two, two == one) == (True, True, True, False)
    assert [*map(list, (one + one, 3 * one, -one))] == [[2, 4], [3, 6], [-1, -2]]
    assert (abs(two), one[1], 2 in one, [*reversed(one)]) == (6, 2, True, [2, 1])
    one[0] = 7
    one.name = "seven"
    with one as entered:
        assert entered.name == "seven"
    assert (list(one), text.same(one, entered)) == ([7, 2], True)
    assert list(text.tokenizer({"a": 1})) == ["a"]
    assert one.closed is True
    assert len({one, two}) == 2  # they are hashed by what they are here


def test_the_smallest_case_shows_the_uses_of_objects(opened, text):
    """A case without the call of the method would not show the failure."""
    made = text.tokenizer({"a": 1, "b": 2})
    encoded = made.encode("b a", offset=1)
    text.same(made, encoded)
    assert made.name == "plain"
    _ = made["a"]
    assert render_case(opened.journal) == (
        "import numpy as np\n"
        "import text\n"
        "a1 = {'a': 1, 'b': 2}\n"
        "r1 = text.tokenizer(a1)\n"
        "r2 = r1.encode('b a', offset=1)\n"
        "r3 = text.same(r1, r2)\n"
        "r4 = r1['a']\n"
        "print(r4)"
    )


def test_the_case_of_a_method_that_raises_ends_with_it(opened, text):
    """Running the case raises the same exception."""
    with pytest.raises(SubmissionRaised):
        text.tokenizer({"a": 1}).encode("c")
    lines = render_case(opened.journal, raised=True).splitlines()
    assert lines[-1] == "r2 = r1.encode('c')"


def test_whether_an_object_has_an_attribute_can_be_asked(text):
    """A property, or a library that it uses, asks before it reads."""
    tokenizer = text.tokenizer({"a": 1})
    assert hasattr(tokenizer, "encode")
    assert not hasattr(tokenizer, "decode")
    assert getattr(tokenizer, "nbytes", 0) == 0


def test_what_is_private_stays_where_it_is(text):
    """Libraries ask objects for hundreds of such attributes."""
    with pytest.raises(AttributeError, match="Tokenizer stays with the student's code: _secret"):
        _ = text.tokenizer({})._secret


def test_arrays_of_strings_cross(text):
    """Labels are often an array of strings."""
    labels = np.array([["cat"], ["mouse"]])
    returned = text.use({"labels": labels}, "labels")
    assert returned.dtype == labels.dtype
    assert returned.tolist() == labels.tolist()

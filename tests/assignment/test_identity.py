"""What a store's identity has: all that changes outcomes, and nothing else."""

import ast

import pytest

from backproof.assignment import identity
from backproof.assignment.config import load_assignment
from backproof.assignment.identity import outcome_digest, scoring_digest, texts
from tests.support.classes import small_assignment


@pytest.fixture
def changed(tmp_path):
    """Return a function that replaces text in a file of an assignment and gives its digests."""
    folder = small_assignment(tmp_path / "a", "losses")

    def digests(file="", old="", new=""):
        if file:
            text = (folder / file).read_text()
            assert old in text
            (folder / file).write_text(text.replace(old, new, 1))
        assignment = load_assignment(folder)
        return outcome_digest(assignment), scoring_digest(assignment)

    return digests


CHANGES = {
    # file, old text, new text, whether outcomes change, whether scores or texts do
    "a comment in the configuration": ("pyproject.toml", "units", "# note\nunits", 0, 0),
    "points": ("pyproject.toml", "losses = 6", "losses = 7", 0, 1),
    "a policy": ("pyproject.toml", "units", "credit.policy = 'share'\nunits", 0, 1),
    "weights": ("pyproject.toml", "units", "weights.test_losses_give_no_warning = 2\nunits", 0, 1),
    "a title": ("pyproject.toml", "units", "title = 'x'\nunits", 0, 0),
    "a limit": ("pyproject.toml", "cpu_seconds_per_call = 0.5", "cpu_seconds_per_call = 1", 1, 0),
    "libraries": ("pyproject.toml", "units", "libraries = ['numpy']\nunits", 1, 0),
    "the reference": ("reference/losses.py", "2.0", "3.0", 1, 0),
    "a comment in the reference": ("reference/losses.py", "import", "# note\nimport", 0, 0),
    "a helper of the properties": ("properties/oracles/losses.py", "import", "x = 1\nimport", 1, 0),
    "the code of a mistake": ("misconceptions/losses.py", "return", "return 2 *", 1, 0),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_identity_has_what_changes_outcomes_and_nothing_else(changed, change):
    """A comment starts nothing anew, and new points are applied without a run."""
    file, old, new, outcomes, scoring = CHANGES[change]
    before = changed()
    after = changed(file, old, new.replace("'", '"'))
    assert [a != b for a, b in zip(after, before, strict=True)] == [bool(outcomes), bool(scoring)]


def test_an_edited_text_of_a_mistake_is_no_new_outcome(changed):
    """The text is read from the file when reports are written."""
    before = changed()
    after = changed("misconceptions/losses.py", '"""You', '"""Perhaps you')
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_texts_are_the_first_paragraphs_of_docstrings(tmp_path):
    """The rest of a docstring is for the author."""
    folder = small_assignment(tmp_path / "a", "losses")
    file = folder / "misconceptions" / "losses.py"
    file.write_text('def wrong():\n    """You\n    halved it.\n\n    Why.\n    """\n')
    assert texts(load_assignment(folder))["losses.wrong"] == "You halved it."


def test_the_digest_is_the_same_in_a_version_of_python_with_more_fields():
    """Newer versions add fields to syntax trees, such as type parameters; they are empty here."""
    (node,) = ast.parse("def f(x): return x").body
    before = identity._dumped(node)
    node._fields = (*node._fields, "newer_list", "newer_value")
    node.newer_list, node.newer_value = [], None
    assert identity._dumped(node) == before
    assert identity._dumped(ast.parse("def f(x): return y").body[0]) != before

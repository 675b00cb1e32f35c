"""Mutants of a module: their texts, places and keys."""

import ast
import copy

import pytest

from backproof.mutation import mutants
from backproof.mutation.mutants import mutants_of_module, sample_of
from backproof.mutation.source_edits import EditedSource

TEXT = '''\
"""A module with non-ASCII letters before code, as in σ."""

LIMIT = 3.0


def f(x, y, n=2):
    """Return something."""
    σ = "é"; z = (x + y) * n ** 2 - -x / (y - n)
    w = [(x if y else z) + 1, not (x and y), (lambda: x)() + 1]
    z = x @ y.T if n > 1 and not y else (x, y)[
        n - 1
    ]
    for i in range(n):
        z += x[i : i + n] ** (y + 1)
        z += x[i : i + n] ** (y + 1)
    return z.sum(axis=0) * LIMIT, (-x) ** 2, (x < y) + w


class C:
    def method(self, x):
        def inner(y):
            return y + 1
        return inner(x) + 1
'''


def module_mutants(text=TEXT):
    """The mutants of the text above."""
    return [*mutants_of_module(text, "unit", "unit.py", "unit")]


def test_the_new_text_has_the_meaning_of_the_new_node():
    """Without its parentheses, a replacement would change more than one place."""
    tree, number = ast.parse(TEXT), 0
    for _, _, edit in mutants._edits(tree):
        try:
            parsed = ast.parse(EditedSource(TEXT, edit).text)
        except SyntaxError:
            continue  # such mutants are left out
        required = copy.deepcopy(tree, {id(edit.node): edit.replacement})
        assert ast.unparse(parsed) == ast.unparse(required)
        number += 1
    assert number > 200


def test_parentheses_are_not_doubled():
    """The difference shows the line as the author would have written it."""
    after = {mutant.key.after for mutant in module_mutants()}
    assert 'σ = "é"; z = (x - y) * n ** 2 - -x / (y - n)' in after


def test_a_mutant_differs_in_the_lines_that_it_shows():
    """The survivors are read as a difference of two lines."""
    lines = TEXT.splitlines()
    for mutant in module_mutants():
        assert mutant.key.before.startswith(" ".join(lines[mutant.line - 1].split()))
        assert mutant.key.before != mutant.key.after


def test_functions_are_named_with_what_contains_them():
    """Kill rates are listed by function."""
    names = {mutant.function for mutant in module_mutants()}
    assert names == {"unit.<module>", "unit.f", "unit.C.method", "unit.C.method.inner"}


def test_keys_are_unique_and_survive_moved_lines():
    """A record of an equivalent mutant stays valid while other lines of the file change."""
    keys = [mutant.key for mutant in module_mutants()]
    assert len(set(keys)) == len(keys)
    assert {key.ordinal for key in keys} == {1, 2}  # one line is there twice
    moved = TEXT.replace("\n\n\n", "\n\n\n# A comment.\n\n\n")
    assert [mutant.key for mutant in module_mutants(moved)] == keys


def test_no_two_mutants_have_the_same_text():
    """Two operators may make the same change; it is tried once."""
    texts = [mutant.text for mutant in module_mutants()]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("size", [1, 7, None])
def test_a_sample_is_the_same_for_the_same_seed(size):
    """CI tries the same mutants every time; another seed tries others."""
    found = module_mutants()
    chosen = sample_of(found, size, 3)
    assert chosen == sample_of(found, size, 3)
    assert len(chosen) == (size or len(found))
    assert [mutant for mutant in found if mutant in chosen] == chosen
    assert size is None or chosen != sample_of(found, size, 4)

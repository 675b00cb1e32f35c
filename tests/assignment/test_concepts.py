"""Concepts: misconceptions of one function that the same properties detect."""

from backproof.assignment.concepts import concepts_of


def test_misconceptions_of_a_function_with_the_same_killers_are_one_concept():
    """Neither another function, nor one property more, nor what nothing detects, is the same."""
    killed_by = {
        "u.a": ["p", "q"],
        "u.b": ["q"],
        "u.c": ["q", "p"],
        "u.elsewhere": ["p", "q"],
        "u.unseen": [],
        "u.unseen_too": [],
    }
    targets = dict.fromkeys(killed_by, "u.f") | {"u.elsewhere": "u.g"}
    found = concepts_of(killed_by, targets)
    assert [(each.function, each.misconceptions) for each in found] == [
        ("u.f", ("u.a", "u.c")),
        ("u.f", ("u.b",)),
        ("u.g", ("u.elsewhere",)),
        ("u.f", ("u.unseen",)),
        ("u.f", ("u.unseen_too",)),
    ]
    assert found[0].detected_by == {"p", "q"}

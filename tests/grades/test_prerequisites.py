"""Which functions a failed case is about."""

import pytest

from backproof.grades.prerequisites import Prerequisites, matches

TEMPLATE = """
def forward(X, activation="tanh"):
    raise NotImplementedError

def backward(cache, activation):
    raise NotImplementedError
"""
TABLE = {
    "network.forward": ("layers.forward", "activations.identity"),
    "network.backward": ("network.forward",),
    "layers.forward": ("activations.{activation}",),
    "training": ("network",),
}


@pytest.fixture
def prerequisites(tmp_path):
    """The prerequisites of a small assignment."""
    (tmp_path / "network.py").write_text(TEMPLATE)
    return Prerequisites(TABLE, tmp_path)


def test_a_function_builds_on_those_that_its_arguments_name(prerequisites):
    """The overflow of one activation explains nothing in a network with another one."""
    used = prerequisites.use_of("network.forward", ([[1.0]], "relu"))
    blame = prerequisites.blame([used])
    assert blame.blamed == ("network.forward",)
    assert blame.relies_on == ("activations.identity", "activations.relu", "layers.forward")


def test_an_argument_that_is_left_out_has_its_default(prerequisites):
    """A call says which activation it used, even if it does not name it."""
    used = prerequisites.use_of("network.forward", ([[1.0]],))
    assert "activations.tanh" in prerequisites.blame([used]).relies_on


def test_without_a_call_any_function_may_have_been_used(prerequisites):
    """A module that cannot be imported, because another one fails, follows from that."""
    blame = prerequisites.blame([prerequisites.use_of("network.forward")], "network.forward")
    assert matches("activations.sigmoid", blame.relies_on)
    assert not matches("losses.sigmoid", blame.relies_on)


def test_it_is_about_what_builds_on_the_other_calls(prerequisites):
    """The backward pass needs the forward pass's cache; a test of it calls both."""
    uses = [
        prerequisites.use_of("network.forward", ([[1.0]], "relu")),
        prerequisites.use_of("network.backward", (None, "relu")),
    ]
    assert prerequisites.blame(uses).blamed == ("network.backward",)
    assert "network.forward" in prerequisites.blame(uses).relies_on


def test_functions_that_do_not_build_on_each_other_are_both_blamed(prerequisites):
    """Whoever compares two functions does not know which one is wrong."""
    uses = [prerequisites.use_of(name) for name in ("losses.value", "losses.gradient")]
    assert prerequisites.blame(uses).blamed == ("losses.value", "losses.gradient")
    assert prerequisites.blame(uses, "losses.gradient").blamed == ("losses.gradient",)


def test_a_unit_stands_for_its_functions(prerequisites):
    """An instructor need not list every function."""
    blame = prerequisites.blame([prerequisites.use_of("training.train")])
    assert matches("network.backward", blame.relies_on)

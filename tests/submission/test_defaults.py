"""Defaults that are not the required ones are named, if the failed case used them."""

import pytest

from backproof.intake.reader import SubmittedFiles
from backproof.student_code.source import Source
from backproof.submission.base import Call
from backproof.submission.defaults import wrong_defaults

REQUIRED = {"theta": ..., "rate": ..., "beta": 0.9, "power": 0.999, "mode": "a"}


def said_of(head, *arguments, before="", **keywords):
    """Return what is said of a function with such a head, after one call of it."""
    submitted = SubmittedFiles(
        "mine", {"o.py": Source(f"{before}{head}\n    return 1\n", "o.py")}, None, ()
    )
    call = Call("o.step", arguments, keywords)
    return wrong_defaults(submitted, [call, call], lambda function: REQUIRED)


@pytest.mark.parametrize(
    "head",
    [
        "def step(theta, rate, beta=0.9, power=0.99, mode='a'):",
        "def step(theta, rate, beta=0.9,\n         power=0.99):",
        "def step(theta: list[float], rate, power: float = 0.99) -> tuple[int, int]:",
        "def step(theta, rate, *, power=0.99, beta=0.9):",
    ],
)
def test_a_wrong_default_is_named(head):
    """A student looks for a wrong formula, and the formula is right."""
    assert said_of(head, 1, 2) == ["step's default power is 0.99, required 0.999"]


@pytest.mark.parametrize(
    ("head", "keywords"),
    [
        ("def step(theta, rate, beta=0.9, power=0.99):", {"power": 0.5}),
        ("def step(theta, rate, beta=0.9, power=0.999):", {}),
        ("def step(theta, rate, beta=BETA, power=POWER):", {}),
        ("def step(*arguments, **keywords):", {}),
        ("def step(theta, rate, power=0.99", {}),
        ("def other(theta, rate, power=0.99):", {}),
    ],
)
def test_nothing_is_said_that_is_not_certain(head, keywords):
    """A default that the case did not use, or that cannot be read, explains nothing."""
    assert said_of(head, 1, 2, **keywords) == []
    twice = "def step(theta, power=0.99):\n    pass\n"
    assert said_of("def step(theta, power=0.99):", 1, before=twice) == []

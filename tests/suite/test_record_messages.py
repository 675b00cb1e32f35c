"""What a record says of a student's code, in the words of the assignment."""

import pytest

from backproof.counterexample.wording import Wording
from backproof.suite.records import _with_names

WORDING = Wording({"optimizers.step": ("theta", "gradient")})


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("changed argument 1 in place", "changed `theta` in place"),
        ("changed argument 1, argument 2 in place", "changed `theta`, `gradient` in place"),
        ("changed argument 3 in place", "changed argument 3 in place"),
        ("raised argument 1", "raised argument 1"),
    ],
)
def test_changed_arguments_have_names(message, said):
    """A student knows the names of the parameters, and should not count."""
    rest = "required: arguments left as they are\nargument 1"
    message, said = (f"returned: step {text}\n{rest}" for text in (message, said))
    assert _with_names(message, "optimizers.step", WORDING) == said
    assert _with_names(message, "optimizers.other", WORDING) == message

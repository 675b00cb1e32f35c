"""Verdicts of the assertions that properties use."""

from backproof.testing import Mismatch


def fails(check, *arguments, **keywords):
    """Return whether a check fails on its arguments."""
    try:
        check(*arguments, **keywords)
    except Mismatch:
        return True
    return False


def message_of(check, *arguments, **keywords):
    """Return the ``Mismatch`` of a check that must fail on its arguments."""
    try:
        check(*arguments, **keywords)
    except Mismatch as mismatch:
        return mismatch
    raise AssertionError(f"{check.__name__} passed")

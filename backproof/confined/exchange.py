"""What recording and replaying need of a confined submission."""

from __future__ import annotations


class Diverged(BaseException):
    """A property asks for something else than was sent ahead.

    No ``Exception``, so that no property takes it for one of the submission's.
    """

"""The exception for problems that the person running Backproof has to fix."""

from __future__ import annotations


class UserError(Exception):
    """Unusable input; the text says what was given and how to fix it, in one line."""

"""What can go wrong, told apart by whose turn it is: the student's, the user's or ours."""

from __future__ import annotations


class UserError(Exception):
    """Input to Backproof that cannot be used; the text says what was given and how to fix it."""

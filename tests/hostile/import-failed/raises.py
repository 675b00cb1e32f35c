"""Raise at import."""

raise RuntimeError("the tests are wrong")

"""Backproof: the engine that checks a submission against an assignment's properties."""

__version__ = "0.1.0"

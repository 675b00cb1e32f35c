"""Tests of ``backproof.grades``."""

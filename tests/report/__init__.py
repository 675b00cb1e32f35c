"""Tests of ``backproof.report``."""

"""Tests of ``backproof.classroom``."""
